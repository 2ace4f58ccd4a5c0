#include "app/config/schedule.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

// Saturday, 21 November 2026, 09:30:15.
constexpr UnixTime saturday = 1795253415;

std::string next(std::string_view schedule, UnixTime after = saturday) {
    const auto parsed = parse_schedule(schedule);
    if (!parsed) return parsed.error().text();
    const auto time = next_time(*parsed, after);
    return time ? format_iso_time(*time) : "never";
}

TEST(Schedule, TellsTheNextTimeInUtc) {
    ASSERT_EQ(format_iso_time(saturday), "2026-11-21T09:30:15Z");
    const struct {
        std::string_view schedule, expected;
    } cases[] = {
        {"manual", "never"},
        {"every 6h", "2026-11-21T15:30:15Z"},
        {"every 1d 12h", "2026-11-22T21:30:15Z"},
        {"* * * * *", "2026-11-21T09:31:00Z"},
        {"30 9 * * *", "2026-11-22T09:30:00Z"},
        {"17 */6 * * *", "2026-11-21T12:17:00Z"},
        {"0,45 9-17 * * *", "2026-11-21T09:45:00Z"},
        {"5/20 * * * *", "2026-11-21T09:45:00Z"},
        {"0 0 1 * *", "2026-12-01T00:00:00Z"},
        {"0 0 1 jan *", "2027-01-01T00:00:00Z"},
        {"0 0 * * mon", "2026-11-23T00:00:00Z"},
        {"0 0 * * Mon-Fri", "2026-11-23T00:00:00Z"},
        {"0 0 * * 7", "2026-11-22T00:00:00Z"},
        {"0 0 * * 5-7", "2026-11-22T00:00:00Z"},
        {"0 0 29 2 *", "2028-02-29T00:00:00Z"},
    };
    for (const auto& [schedule, expected] : cases)
        EXPECT_EQ(next(schedule), expected) << schedule;
}

TEST(Schedule, TakesEitherDayWhenBothFieldsAreRestricted) {
    EXPECT_EQ(next("0 0 25 * mon"), "2026-11-23T00:00:00Z");
    EXPECT_EQ(next("0 0 */5 * mon"), "2026-12-21T00:00:00Z");
}

TEST(Schedule, FindsALeapDayAcrossACenturyWithoutOne) {
    EXPECT_EQ(next("0 0 29 2 *", 4'000'000'000), "2104-02-29T00:00:00Z");  // after 2096
}

TEST(Schedule, RefusesWhatIsNoSchedule) {
    for (const auto text : {"",
                            "every",
                            "every 0",
                            "every day",
                            "hourly",
                            "* * * *",
                            "* * * * * *",
                            "60 * * * *",
                            "* 24 * * *",
                            "* * 0 * *",
                            "* * 32 * *",
                            "* * * 13 *",
                            "* * * * 8",
                            "5-1 * * * *",
                            "*/0 * * * *",
                            "a * * * *",
                            ", * * * *",
                            "-1 * * * *",
                            "1- * * * *",
                            "0 0 30 2 *",
                            "0 0 31 feb,apr *",
                            "* * * * mon-sun-tue"})
        EXPECT_FALSE(parse_schedule(text)) << text;
}

TEST(Schedule, ShowsATextThatItReadsBack) {
    for (const auto text : {"manual", "every 6h", "every 90s", "17 */6 * * *"}) {
        const auto parsed = parse_schedule(text);
        ASSERT_TRUE(parsed) << text;
        EXPECT_EQ(show_schedule(*parsed), text);
    }
}

}  // namespace
}  // namespace mirrorseed::app
