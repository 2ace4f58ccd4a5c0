// The facts of what a store has: of a content under a name, and of texts that are made for the asker.
#pragma once

#include "httpd/source.hpp"

#include "core/digest.hpp"
#include "core/units.hpp"

#include <string>
#include <string_view>

namespace mirrorseed::httpd {

namespace cache_control {
constexpr std::string_view for_ever = "public, max-age=31536000, immutable";
constexpr std::string_view ask_again = "no-cache";
}  // namespace cache_control

// `name` tells the media type.
ContentFacts facts_of_content(const Digest& digest, Bytes size, std::string_view name);
TextFound text_found(std::string text, std::string_view media_type, std::string_view cache_control = {});
std::string strong_etag(std::string_view opaque);

// As sha256sum writes it and reads it back.
std::string checksum_line(const Digest& digest, std::string_view name);

}  // namespace mirrorseed::httpd
