// How far an upstream's torrents are looked into before one becomes a release's. Pure.
//
// To read a large content whole takes long, and an upstream may have many torrents beside it that are not of
// it, by mistake or to hold up whoever mirrors it. So what costs little is asked first, and what costs much
// only a few times.
#pragma once

#include "torrentgen/seed_choice.hpp"

#include <optional>
#include <string_view>

namespace mirrorseed::app {

// The first, the last and sixteen more.
inline constexpr torrentgen::PieceBudget glance_budget{.pieces = 18};
// Reads of a whole release, for all torrents beside it.
inline constexpr std::size_t most_whole_looks = 3;

// Of a torrent that fits a release by its names and sizes.
struct LookedAt {
    bool is_known = false;                 // all hashes that it needs are known, and nothing is to be read
    std::optional<bool> glance_matches{};  // nothing: not yet looked
    std::size_t whole_looks = 0;           // that torrents before it had
};

enum class NextLook { glance, whole, differs, enough };
NextLook next_look(const LookedAt& torrent);

// Why its pads are none that anybody would have made of need, for zeros take time as well; empty: they are.
std::string_view trouble_with_pads(const torrentgen::Torrent& torrent);

}  // namespace mirrorseed::app
