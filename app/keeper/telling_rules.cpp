#include "app/keeper/telling_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mirrorseed::app {
namespace {

// A first try in the future is that of a clock that was wrong.
bool was_tried_enough(const OwedRow& row, UnixTime now) {
    if (row.tries >= most_tries) return true;
    return row.tries >= fewest_tries && now - row.first_tried >= longest_trying;
}

}  // namespace

std::vector<GivenUp> give_up_now(const std::vector<OwedRow>& rows, Telling step, UnixTime now) {
    const auto is_owed = [&](const OwedRow& row) { return row.step == step && !row.is_given_up; };
    auto owed = static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), is_owed));
    std::vector<GivenUp> given_up;
    for (const auto& row : rows) {
        if (!is_owed(row)) continue;
        if (was_tried_enough(row, now))
            given_up.push_back({row, fmt::format("given up after {} tries", row.tries)});
        else if (owed > most_owed)
            given_up.push_back({row, fmt::format("given up, for {} later generations wait", owed - 1)});
        else
            continue;
        --owed;
    }
    return given_up;
}

}  // namespace mirrorseed::app
