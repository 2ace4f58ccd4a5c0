// What stands in a torrent outside of its info: trackers, seeds, nodes, words for people.
//
// For read_torrent() alone. Nothing here can make a torrent unreadable: what
// libtorrent passes over is passed over, and told as an oddity.
#pragma once

#include "torrentgen/bencode_view.hpp"
#include "torrentgen/read_files.hpp"
#include "torrentgen/torrent.hpp"

namespace mirrorseed::torrentgen {

void take_outer_keys(const BencodeNode& root, Torrent& into, Oddities& oddities);

// BEP 38's similar torrents and collections, which may stand in info and outside.
void take_relations(const BencodeNode& dictionary, Torrent& into);

}  // namespace mirrorseed::torrentgen
