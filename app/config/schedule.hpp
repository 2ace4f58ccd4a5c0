// When a tree is synced: "every 6h", cron's five fields ("17 */6 * * *"), or "manual".
//
// A schedule is a value; asked for the next time after a given one it answers
// from its fields alone. All of it is in UTC, so no hour is skipped or run twice.
#pragma once

#include "core/clock.hpp"
#include "core/result.hpp"

#include <bitset>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace mirrorseed::app {

// Only when a person or a push asks.
struct Manual {
    bool operator==(const Manual&) const = default;
};

struct Every {
    std::chrono::seconds interval{};
    bool operator==(const Every&) const = default;
};

// As in crontab(5). Days count from 1, months from 1, weekdays from Sunday = 0. When neither the day nor the
// weekday field begins with '*', a day that either of them names will do; otherwise both must name it.
struct Cron {
    std::bitset<60> minutes;
    std::bitset<24> hours;
    std::bitset<32> days;
    std::bitset<13> months;
    std::bitset<7> weekdays;
    bool either_day = false;
    std::string text;  // as it was written
    bool operator==(const Cron&) const = default;
};

using Schedule = std::variant<Manual, Every, Cron>;

// Refuses an interval below a second, and fields that never come together, such as 30 February.
Result<Schedule> parse_schedule(std::string_view text);

// A text that parse_schedule reads back.
std::string show_schedule(const Schedule& schedule);

// The first time later than `after`; nothing for Manual. For Every, `after` is when the last run began.
std::optional<UnixTime> next_time(const Schedule& schedule, UnixTime after);

}  // namespace mirrorseed::app
