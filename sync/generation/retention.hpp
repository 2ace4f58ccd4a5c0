// Which generations of a tree keep their bytes, which are told of without, and which are forgotten.
//
// Pure, and wary of clocks: what is forgotten does not come back, and a clock that is wrong for one sync may
// neither forget what is not old nor keep anything for ever.
#pragma once

#include "core/store/catalogue_trees.hpp"
#include "sync/keeping.hpp"

#include <optional>
#include <vector>

namespace mirrorseed::sync {

// However short the time between them, history tells of no more.
constexpr std::size_t most_generations = 1000;

struct Retention {
    std::vector<Generation> unkept;     // their bytes may go
    std::vector<Generation> forgotten;  // they go altogether
    Generation oldest = 0;              // that is still told of
};
// What a generation dropped is graced while that and the one before are told of. `rows` are a tree's, newest
// first. `owed` is the oldest of which somebody must still be told: what it
// changed is told by it and the one before.
Retention retain(const std::vector<GenerationRow>& rows, const Keeping& keeping,
                 std::optional<Generation> owed, UnixTime now);

// How long before the newest of them each was published, in the same order. One that is dated in the future
// of the clock, or before an older one, counts as published with the one before it; a gap of more than half a
// year is no time that passed but a clock that was set, and counts as none.
std::vector<UnixTime> ages(const std::vector<GenerationRow>& rows, UnixTime now);

}  // namespace mirrorseed::sync
