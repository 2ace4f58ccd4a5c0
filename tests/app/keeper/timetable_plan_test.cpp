#include "app/keeper/timetable_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mirrorseed::app {
namespace {

using namespace std::chrono_literals;
constexpr UnixTime start = 1'700'000'000;

// A store in which nothing is due, and a keeper of it that has just begun.
class Timetable : public testing::Test {
protected:
    Timetable() {
        facts_.trees = {{.name = "one"}, {.name = "two"}};
        config_.scrub.reset();
        facts_.chores_began = {{"gc", start}};
    }

    // What is handed out at that time, as "command tree".
    std::vector<std::string> due(UnixTime now) {
        std::vector<std::string> all;
        const auto at_work = [this](std::string_view command, std::string_view tree) {
            return std::ranges::find(at_work_, std::string(command) + " " + std::string(tree)) !=
                   at_work_.end();
        };
        for (const auto& one : plan_.due(now, at_work))
            all.push_back(one.command + " " + one.tree);
        return all;
    }
    std::vector<std::string> planned_and_due(UnixTime now) {
        plan_.plan(config_, facts_, now);
        return due(now);
    }
    using Names = std::vector<std::string>;

    SyncConfig config_{.jitter = 0s, .gc = 24h};
    TendedStore facts_;
    Names at_work_;
    TimetablePlan plan_{start};
};

TEST_F(Timetable, NothingIsDueWhereNothingIs) {
    EXPECT_EQ(planned_and_due(start), Names());
    EXPECT_TRUE(plan_.syncs().empty());
}

TEST_F(Timetable, ATreeIsSyncedWhenItIsTimeAndNobodyDoes) {
    facts_.trees[0].schedule = Every{1h};
    facts_.trees[0].history = {.began = start, .ended = start + 1};
    facts_.trees[1].schedule = Every{1h};
    facts_.trees[1].is_paused = true;
    EXPECT_EQ(planned_and_due(start + 3599), Names());
    EXPECT_EQ(plan_.syncs(), (std::map<std::string, UnixTime>{{"one", start + 3600}}));
    EXPECT_EQ(due(start + 3600), Names{"sync one"});
    at_work_ = {"sync one"};
    EXPECT_EQ(due(start + 3601), Names());
}

TEST_F(Timetable, ChoresAreDoneOnceTheirTimeHasCome) {
    config_.scrub = std::chrono::days(30);
    facts_.stored = Bytes{30 * 24} << 30;
    EXPECT_EQ(planned_and_due(start), Names());
    facts_.chores_began = {{"gc", start - 24 * 3600}, {"scrub", start - 24 * 3600}};
    EXPECT_EQ(planned_and_due(start), (Names{"gc ", "scrub "}));
    EXPECT_EQ(due(start), Names()) << "each is handed out once";
    plan_.plan(config_, facts_, start);
    const auto all =
        plan_.due(start, [](std::string_view command, std::string_view) { return command == "gc"; });
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.front().command, "scrub");
    EXPECT_GT(all.front().budget, 0U);
}

TEST_F(Timetable, WebSeedsThatNobodyAskedAreAskedAtOnce) {
    facts_.has_web_seeds = facts_.has_releases = true;
    facts_.chores_began["seeds"] = start;
    facts_.never_asked = {1, 2};
    EXPECT_EQ(planned_and_due(start + 1), Names{"seeds "});
    EXPECT_EQ(planned_and_due(start + 2), Names()) << "a job for these was handed out";
    facts_.never_asked = {2, 3};
    EXPECT_EQ(planned_and_due(start + 3), Names{"seeds "});
    facts_.never_asked = {};
    EXPECT_EQ(planned_and_due(start + 4), Names());
    plan_.take_up();
    EXPECT_EQ(planned_and_due(start + 5), Names{"seeds "}) << "others may be named now";
}

TEST_F(Timetable, WhatIsNotDescribedIsTriedAgainAfterPauses) {
    facts_.trees[0].is_described = false;
    EXPECT_EQ(planned_and_due(start), Names{"describe one"});
    at_work_ = {"describe one"};
    EXPECT_EQ(planned_and_due(start + 1000), Names()) << "never by two";
    at_work_ = {};
    plan_.note_described("one", false);
    const auto pause = pause_before_telling(1).count();
    EXPECT_EQ(planned_and_due(start + pause - 1), Names());
    EXPECT_EQ(planned_and_due(start + pause), Names{"describe one"});
    plan_.note_described("one", true);
    EXPECT_EQ(planned_and_due(start + pause + 1), Names{"describe one"}) << "it was given something since";
    plan_.take_up();
    EXPECT_EQ(planned_and_due(start + pause + 2), Names{"describe one"});
}

TEST_F(Timetable, WhatCouldNotBeDescribedIsLookedAtOnceAfterEachSync) {
    facts_.trees[0].has_undescribed = true;
    facts_.trees[0].history = {.began = start - 9, .ended = start - 1};
    facts_.trees[0].last_run = 7;
    EXPECT_EQ(planned_and_due(start), Names{"describe one"});
    plan_.note_described("one", true);
    EXPECT_EQ(planned_and_due(start + 9999), Names());
    facts_.trees[0].last_run = 8;
    EXPECT_EQ(planned_and_due(start + 9999), Names{"describe one"}) << "though it ended in the same second";
}

TEST_F(Timetable, NoMoreAreDescribedAtATimeThanSynced) {
    config_.max_syncs = 1;
    for (auto& tree : facts_.trees)
        tree.is_described = false;
    EXPECT_EQ(planned_and_due(start), Names{"describe one"});
    at_work_ = {"describe one"};
    EXPECT_EQ(due(start + 1), Names());
    at_work_ = {};
    EXPECT_EQ(due(start + 1), Names{"describe two"});
}

TEST_F(Timetable, WhoCouldNotBeToldIsToldAgainAfterPausesThatGrow) {
    facts_.trees[0].has_somebody_to_tell = true;
    const auto first = pause_before_telling(1).count(), second = pause_before_telling(2).count();
    EXPECT_EQ(planned_and_due(start), Names());
    EXPECT_EQ(planned_and_due(start + first), Names{"tell one"});
    EXPECT_EQ(planned_and_due(start + first + second - 1), Names());
    facts_.trees[0].has_somebody_to_tell = false;
    EXPECT_EQ(planned_and_due(start + first + second), Names());
    facts_.trees[0].has_somebody_to_tell = true;
    plan_.plan(config_, facts_, start + 10'000);
    EXPECT_EQ(due(start + 10'000 + first), Names{"tell one"}) << "it begins anew";
}

}  // namespace
}  // namespace mirrorseed::app
