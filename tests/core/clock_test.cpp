#include "core/clock.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

TEST(FileTime, RoundsTowardsThePastAlsoBefore1970) {
    const struct {
        std::int64_t nanoseconds;
        UnixTime seconds;
        long subsecond;
    } cases[] = {{0, 0, 0},
                 {1, 0, 1},
                 {999'999'999, 0, 999'999'999},
                 {1'000'000'000, 1, 0},
                 {-1, -1, 999'999'999},
                 {-1'000'000'000, -1, 0},
                 {-1'500'000'000, -2, 500'000'000}};
    for (const auto& c : cases) {
        EXPECT_EQ(FileTime{c.nanoseconds}.seconds(), c.seconds) << c.nanoseconds;
        EXPECT_EQ(FileTime{c.nanoseconds}.subsecond(), c.subsecond) << c.nanoseconds;
        EXPECT_EQ(FileTime::from(c.seconds, c.subsecond), FileTime{c.nanoseconds});
    }
}

TEST(FileTime, ComesFromWholeSeconds) {
    EXPECT_EQ(FileTime::from_seconds(1'700'000'000).seconds(), 1'700'000'000);
}

TEST(Clock, FormatsTimesAsIso) {
    EXPECT_EQ(format_iso_time(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(format_iso_time(1'700'000'000), "2023-11-14T22:13:20Z");
    EXPECT_EQ(format_iso_time(-1), "1969-12-31T23:59:59Z");
    EXPECT_EQ(format_iso_time(951'782'400), "2000-02-29T00:00:00Z");
}

TEST(Clock, TheSystemsClockIsPast2020) {
    EXPECT_GT(system_clock()(), 1'577'836'800);
}

}  // namespace
}  // namespace mirrorseed
