// From what a torrent says to its bytes.
//
// Pure. `info` is spelled as libtorrent spells it: bencoded keys in order, the file
// tree and the list of files in the same order, pads behind every file whose end
// is no piece's end. What is no part of the torrent's identity stands outside of
// `info`: the info hash depends on the contents, their names, the piece length,
// and on private and source alone.
#pragma once

#include "torrentgen/torrent.hpp"

#include <string>
#include <string_view>

namespace mirrorseed::torrentgen {

// Puts a pad behind each file of a hybrid that does not end with a piece, when there are several files.
void add_pads(Torrent& torrent);

// Files stand in order, part by part and by raw bytes, each with its hashes.
std::string info_bytes(const Torrent& torrent);
std::string torrent_bytes(const Torrent& torrent);
// The same around the bytes of an `info` that somebody else spelled, of the same torrent.
std::string torrent_bytes(const Torrent& torrent, std::string_view info);

}  // namespace mirrorseed::torrentgen
