// A torrent's magnet link (BEP 9, and BEP 52's btmh), escaped by RFC 3986.
#pragma once

#include "torrentgen/torrent.hpp"

#include <string>
#include <vector>

namespace mirrorseed::torrentgen {

// What a link can tell that a torrent does not know of itself.
struct MagnetExtras {
    std::vector<std::string> torrent_urls{};  // xs: where the .torrent is
    std::vector<std::string> peers{};         // x.pe: "HOST:PORT"
    std::string selected_files{};             // so (BEP 53): "0,2-4", counted as `show --json` lists them
};

// Both hashes where there are both, then the name, trackers, web seeds and extras, each in its order.
std::string magnet_link(const Torrent& torrent, const MagnetExtras& extras = {});

}  // namespace mirrorseed::torrentgen
