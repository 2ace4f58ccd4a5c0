// A metalink (RFC 5854): where a file is and what it hashes to, for download managers. Pure.
#pragma once

#include "core/clock.hpp"
#include "core/digest.hpp"
#include "core/units.hpp"

#include <string>
#include <vector>

namespace mirrorseed::torrentgen {

struct MetalinkFile {
    std::string name{};
    Bytes size = 0;
    Digest digest{};
    UnixTime modified = 0;
    std::vector<std::string> urls{};  // the best first
    std::string torrent_url{};        // empty: none
};

std::string metalink(const MetalinkFile& file);

}  // namespace mirrorseed::torrentgen
