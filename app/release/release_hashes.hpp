// The hashes of a torrent's pieces, from contents that the store has.
//
// What is known already is not read. What must be read is read once, from its first byte to its last, and is
// held against its digest meanwhile: of damaged bytes no torrent is made.
#pragma once

#include "core/progress.hpp"
#include "core/store/store.hpp"
#include "torrentgen/hasher.hpp"
#include "torrentgen/sha_lanes.hpp"
#include "torrentgen/torrent.hpp"

#include <optional>
#include <vector>

namespace mirrorseed::app {

// Of each file of a torrent, in its order; nothing where it is a pad, or empty.
using FileContents = std::vector<std::optional<Digest>>;

// Is nothing to be read for them?
bool are_known(Catalogue& catalogue, const torrentgen::Torrent& layout, const FileContents& contents);

// All of them. Of `layout` are used the format, the piece length and the files' lengths and pads.
Result<torrentgen::PieceHashes> hashes_of(Store& store, const torrentgen::Torrent& layout,
                                          const FileContents& contents, const torrentgen::ShaLanes& lanes,
                                          Progress& progress);

}  // namespace mirrorseed::app
