// How long is it tried to tell of a generation?
//
// Pure. The oldest is told first, so one that cannot be told holds up those behind it; and a program may end
// us each time that it runs. Both have an end.
#pragma once

#include "core/store/catalogue_owed.hpp"

#include <string>
#include <vector>

namespace mirrorseed::app {

inline constexpr unsigned most_tries = 10;
inline constexpr unsigned fewest_tries = 3;  // however long ago the first was
inline constexpr UnixTime longest_trying = 86400;
inline constexpr std::size_t most_owed = 20;  // generations of a tree, by one step

struct GivenUp {
    OwedRow row;
    std::string why;
};

// Of `rows`, which are a tree's by generation; what is given up already is left alone.
std::vector<GivenUp> give_up_now(const std::vector<OwedRow>& rows, Telling step, UnixTime now);

}  // namespace mirrorseed::app
