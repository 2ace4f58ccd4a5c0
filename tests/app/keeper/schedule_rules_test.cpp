#include "app/keeper/schedule_rules.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

using namespace std::chrono_literals;
constexpr UnixTime now = 1'700'000'000;
constexpr UnixTime hour = 3600;

std::optional<UnixTime> next(const Schedule& schedule, const SyncHistory& history,
                             std::chrono::seconds jitter = 0s, double chance = 0) {
    return next_sync(schedule, history, jitter, chance, now);
}

TEST(ScheduleRules, AManualTreeIsLeftAlone) {
    EXPECT_EQ(next(Manual(), {}), std::nullopt);
    EXPECT_EQ(next(Manual(), {.began = now - 100 * hour, .ended = now, .failing_since = now}), std::nullopt);
}

TEST(ScheduleRules, WhatNeverRanIsDueAtOnce) {
    EXPECT_EQ(next(Every{6h}, {}), now);
}

TEST(ScheduleRules, AnIntervalCountsFromWhereTheLastRunBegan) {
    EXPECT_EQ(next(Every{6h}, {.began = now - hour, .ended = now}), now + 5 * hour);
    EXPECT_EQ(next(Every{6h}, {.began = now - hour}), now + 5 * hour) << "one that was killed too";
}

TEST(ScheduleRules, WhatWasMissedIsDueOnce) {
    const auto due = next(Every{6h}, {.began = now - 1000 * hour, .ended = now - 999 * hour});
    ASSERT_TRUE(due);
    EXPECT_LE(*due, now);
    EXPECT_GT(next(Every{6h}, {.began = now, .ended = now + 5}), now)
        << "and not for each time that was missed";
}

TEST(ScheduleRules, AClockThatWasAheadIsNoReasonToWait) {
    EXPECT_EQ(next(Every{6h}, {.began = now + 1000 * hour, .ended = now + 1000 * hour}), now);
}

TEST(ScheduleRules, CronHasItsTimes) {
    const auto nightly = parse_schedule("30 3 * * *").value();
    const auto due = next(nightly, {.began = now, .ended = now + 10});
    ASSERT_TRUE(due);
    EXPECT_EQ(*due % 86400, 3 * hour + 30 * 60);
    EXPECT_GT(*due, now);
}

TEST(ScheduleRules, JitterIsAPartOfItsTimeAndShortBesideTheSchedule) {
    EXPECT_EQ(next(Every{6h}, {.began = now, .ended = now}, 5min, 0.5), now + 6 * hour + 150);
    EXPECT_EQ(next(Every{100s}, {.began = now, .ended = now}, 5min, 0.999), now + 109);
    for (UnixTime began = now; began < now + 100; ++began) {
        EXPECT_EQ(chance_of("debian", began), chance_of("debian", began));
        EXPECT_GE(chance_of("debian", began), 0);
        EXPECT_LT(chance_of("debian", began), 1);
    }
    EXPECT_NE(chance_of("debian", now), chance_of("arch", now)) << "they do not all come at once";
}

TEST(ScheduleRules, AFailedOneIsTriedAgainAfterPausesThatDoubleUpToTheSchedule) {
    UnixTime ended = now;
    std::vector<UnixTime> pauses;
    for (int i = 0; i < 9; ++i) {
        const auto due =
            next_sync(Every{6h}, {.began = ended, .ended = ended, .failing_since = now}, 0s, 0, ended)
                .value();
        pauses.push_back(due - ended);
        ended = due;
    }
    EXPECT_EQ(pauses, (std::vector<UnixTime>{300, 600, 1200, 2400, 4800, 9600, 19200, 6 * hour, 6 * hour}));
    EXPECT_EQ(next(Every{60s}, {.began = now, .ended = now + 1, .failing_since = now + 1}), now + 60)
        << "never later than its schedule";
}

TEST(ScheduleRules, ChoresComeEverySoOften) {
    EXPECT_EQ(next_chore(now - hour, 24h, now, now), now + 23 * hour);
    EXPECT_EQ(next_chore(now + 50 * hour, 24h, now, now), now);
    EXPECT_EQ(next_chore(std::nullopt, 24h, now, now), now + 600) << "soon, and not while everything starts";
    EXPECT_EQ(next_chore(std::nullopt, 5s, now, now), now + 5);
}

TEST(ScheduleRules, EachContentIsReadOnceInItsTime) {
    const auto month = scrub_step(720h, Bytes{720} << 30);
    EXPECT_EQ(month.every, 1h);
    EXPECT_EQ(month.budget, (Bytes{1} << 30) + 1);
    const auto quick = scrub_step(48s, 2400);
    EXPECT_EQ(quick.every, 2s);
    EXPECT_EQ(quick.budget, 101u);
}

TEST(ScheduleRules, WhoCouldNotBeToldIsToldAgainAfterPausesThatDouble) {
    EXPECT_EQ(pause_before_telling(1), 60s);
    EXPECT_EQ(pause_before_telling(2), 120s);
    EXPECT_EQ(pause_before_telling(20), 1h);
}

TEST(ScheduleRules, ATryThatIsPlannedStaysPlanned) {
    EXPECT_EQ(next_telling({}, 0, now), now + 60);
    EXPECT_EQ(next_telling(now + 20, 0, now), now + 20);
    EXPECT_EQ(next_telling(now, 0, now), now) << "it is due, and nobody has tried";
    EXPECT_EQ(next_telling(now + 5 * hour, 1, now), now + 120) << "of a clock that was wrong";
}

}  // namespace
}  // namespace mirrorseed::app
