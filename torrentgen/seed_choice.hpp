// Which pieces tell most about a web seed, for few bytes. Pure but for the dice, which are handed in.
#pragma once

#include "torrentgen/piece_map.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace mirrorseed::torrentgen {

// Any number below `below`, which is not 0.
using Dice = std::function<std::uint64_t(std::uint64_t below)>;

struct PieceBudget {
    std::size_t pieces = 8;
    Bytes bytes = 128 << 20;    // libtorrent makes no larger pieces
    std::size_t slices = 1000;  // each is a request
};

// The first and the last, then one of each of some files that these do not touch, then any; in the order in
// which to ask for them. A piece that the budget has no room for is passed over. Pieces of pads alone are
// never chosen.
std::vector<std::uint64_t> choose_pieces(const Torrent& torrent, const PieceMap& map,
                                         const PieceBudget& budget, const Dice& dice);

}  // namespace mirrorseed::torrentgen
