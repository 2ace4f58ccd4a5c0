// What there is to tell of a file that can be downloaded: httpd knows it, torrentgen writes it down.
#pragma once

#include "core/clock.hpp"
#include "core/digest.hpp"
#include "core/units.hpp"

#include <string>
#include <vector>

namespace mirrorseed {

struct DescribedFile {
    std::string name{};
    Bytes size = 0;
    Digest digest{};
    UnixTime modified = 0;
    std::vector<std::string> urls{};  // where its bytes are, the best first
    std::string torrent_url{};        // empty: it has none
    std::string name_in_torrent{};    // where that is of several files
    Bytes piece_length = 0;           // 0: nothing is known of pieces
    std::string pieces{};             // SHA-1, 20 bytes each
};

}  // namespace mirrorseed
