// The piece layers of a v2 torrent (BEP 52), which stand outside of its info and are checked against it.
//
// For read_torrent() alone. Every layer that is there must be right; one that is
// missing is an oddity, as libtorrent asks peers for it.
#pragma once

#include "torrentgen/read_files.hpp"

namespace mirrorseed::torrentgen {

// `layers` may be nothing. Files and piece length are known.
Status take_layers(const BencodeNode& layers, Torrent& into, Oddities& oddities);

}  // namespace mirrorseed::torrentgen
