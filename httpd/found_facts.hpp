// The facts of what a store has: of a content under a name, and of texts that are made for the asker.
#pragma once

#include "httpd/source.hpp"

#include "core/digest.hpp"
#include "core/units.hpp"

#include <string>
#include <string_view>

namespace mirrorseed::httpd {

// `name` tells the media type.
ContentFacts facts_of_content(const Digest& digest, Bytes size, std::string_view name);
TextFound text_found(std::string text, std::string_view media_type);
std::string strong_etag(std::string_view opaque);

// As sha256sum writes it and reads it back.
std::string checksum_line(const Digest& digest, std::string_view name);

}  // namespace mirrorseed::httpd
