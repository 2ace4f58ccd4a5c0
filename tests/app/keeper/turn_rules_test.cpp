#include "app/keeper/turn_rules.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

using Wishes = std::vector<TurnWish>;
using Numbers = std::vector<std::uint64_t>;

TurnWish sync_of(std::uint64_t job, const std::string& tree) {
    return {job, Work::syncs, tree, {}};
}

TurnWish rollback_of(std::uint64_t job, const std::string& tree) {
    return {job, Work::operates, tree, {}};
}

TurnWish of_all(std::uint64_t job, Work work) {
    return {job, work, {}, {}};
}

Numbers beginning(const Wishes& running, const Wishes& waiting, std::size_t most_syncs = 2) {
    Numbers numbers;
    for (const auto& wish : may_begin(running, waiting, most_syncs))
        numbers.push_back(wish.job);
    return numbers;
}

TEST(TurnRules, SyncsOfDifferentTreesRunSideBySideAsFarAsTheyMay) {
    EXPECT_EQ(beginning({}, {sync_of(1, "a"), sync_of(2, "b"), sync_of(3, "c")}), (Numbers{1, 2}));
    EXPECT_EQ(beginning({sync_of(1, "a")}, {sync_of(2, "a"), sync_of(3, "b")}), Numbers{3});
    EXPECT_EQ(beginning({sync_of(1, "a")}, {sync_of(2, "b")}, 1), Numbers{});
}

TEST(TurnRules, TreesOfOneHostTakeTurnsWhereItHasFewerConnectionsThanTrees) {
    auto a = sync_of(1, "a"), b = sync_of(2, "b"), c = sync_of(3, "c");
    a.hosts = {{"one", 1}, {"two", 1}};
    b.hosts = {{"three", 1}, {"two", 1}};
    c.hosts = {{"four", 1}};
    EXPECT_EQ(beginning({}, {a, b, c}, 3), (Numbers{1, 3}));
    EXPECT_EQ(beginning({a}, {b}), Numbers{});
    b.hosts = {{"two", 2}};
    EXPECT_EQ(beginning({a}, {b}), Numbers{2});
    c.hosts = {{"two", 2}};
    EXPECT_EQ(beginning({a, b}, {c}, 3), Numbers{});
}

TEST(TurnRules, AnOperatorsJobBeginsBesideSyncsOfOtherTreesAndBeforeWhoWaits) {
    EXPECT_EQ(beginning({sync_of(1, "a"), sync_of(2, "b")}, {rollback_of(3, "c")}), Numbers{3});
    EXPECT_EQ(beginning({sync_of(1, "a")}, {sync_of(2, "b"), rollback_of(3, "b")}), Numbers{3});
    EXPECT_EQ(beginning({rollback_of(1, "a")}, {rollback_of(2, "b")}), Numbers{}) << "they are short";
    EXPECT_EQ(beginning({of_all(1, Work::verifies)}, {rollback_of(2, "b")}), Numbers{});
}

TEST(TurnRules, WhatSomebodyWaitsForComesBesideSyncsAndScrubsAndBeforeWhatCanWait) {
    const auto bring = of_all(9, Work::brings);
    EXPECT_EQ(
        beginning({sync_of(1, "a"), rollback_of(2, "b"), of_all(3, Work::scrubs), of_all(4, Work::brings)},
                  {bring}),
        Numbers{9});
    EXPECT_EQ(beginning({sync_of(1, "a")}, {of_all(2, Work::collects), bring}), Numbers{9});
    EXPECT_EQ(beginning({of_all(1, Work::verifies)}, {bring}), Numbers{9});
    for (const auto work : {Work::collects, Work::withdraws, Work::forgets})
        EXPECT_EQ(beginning({of_all(1, work)}, {bring}), Numbers{}) << "its bytes might go";
    EXPECT_EQ(yield_of(of_all(1, Work::verifies), bring), Yield::no);
    EXPECT_EQ(yield_of(of_all(1, Work::collects), bring), Yield::for_now);
    EXPECT_EQ(yield_of(sync_of(1, "a"), bring), Yield::no);
    EXPECT_EQ(yield_of(bring, of_all(10, Work::withdraws)), Yield::for_now) << "it may be what is brought";
    EXPECT_EQ(yield_of(bring, of_all(10, Work::forgets)), Yield::for_now);
}

TEST(TurnRules, WhatTakesItsTimeGivesWayToWhatNeedsTheStoreForItself) {
    const auto bring = of_all(9, Work::brings_much);
    for (const auto work : {Work::collects, Work::withdraws, Work::forgets}) {
        EXPECT_EQ(yield_of(bring, of_all(10, work)), Yield::for_now);
        EXPECT_EQ(yield_of(of_all(10, work), bring), Yield::no) << "or neither would come to an end";
        EXPECT_EQ(beginning({of_all(10, work)}, {bring}), Numbers{});
    }
    EXPECT_EQ(beginning({sync_of(1, "a"), of_all(3, Work::scrubs), of_all(4, Work::verifies)}, {bring}),
              Numbers{9});
    EXPECT_EQ(beginning({bring}, {sync_of(10, "a"), of_all(11, Work::brings)}), (Numbers{11, 10}));
}

TEST(TurnRules, AScrubRunsBesideWhatTouchesOneTreeAndMakesRoomForAllElse) {
    EXPECT_EQ(beginning({sync_of(1, "a")}, {of_all(2, Work::scrubs)}), Numbers{2});
    EXPECT_EQ(beginning({of_all(1, Work::scrubs)}, {sync_of(2, "a"), rollback_of(3, "b")}), (Numbers{3, 2}));
    for (const auto work : {Work::collects, Work::withdraws, Work::forgets, Work::verifies}) {
        EXPECT_EQ(beginning({of_all(1, Work::scrubs)}, {of_all(2, work)}), Numbers{});
        EXPECT_EQ(yield_of(of_all(1, Work::scrubs), of_all(2, work)), Yield::for_now);
        EXPECT_EQ(yield_of(of_all(1, work), of_all(2, Work::scrubs)), Yield::no);
    }
}

TEST(TurnRules, NobodyOvertakesWhomHeKeepsWaiting) {
    EXPECT_EQ(beginning({sync_of(1, "a")}, {of_all(2, Work::verifies), sync_of(3, "b")}), Numbers{});
    EXPECT_EQ(beginning({}, {sync_of(1, "a"), of_all(2, Work::collects)}), Numbers{2})
        << "the sync has made room for it";
    EXPECT_EQ(beginning({}, {sync_of(1, "a"), of_all(2, Work::withdraws), rollback_of(3, "a")}), Numbers{2});
}

TEST(TurnRules, ASyncOfTheSameTreeHasNoSayAfterAnOperator) {
    EXPECT_EQ(yield_of(sync_of(1, "a"), rollback_of(2, "a")), Yield::for_good);
    EXPECT_EQ(yield_of(sync_of(1, "a"), rollback_of(2, "b")), Yield::no);
    EXPECT_EQ(yield_of(rollback_of(1, "a"), rollback_of(2, "a")), Yield::no);
    EXPECT_EQ(yield_of(sync_of(1, "a"), sync_of(2, "a")), Yield::no);
}

TEST(TurnRules, WhatCanGoOnLaterMakesRoomForWhatTakesTheStore) {
    for (const auto work : {Work::withdraws, Work::forgets, Work::collects})
        EXPECT_EQ(yield_of(sync_of(1, "a"), of_all(2, work)), Yield::for_now);
    EXPECT_EQ(yield_of(of_all(1, Work::verifies), rollback_of(2, "a")), Yield::for_now);
    EXPECT_EQ(yield_of(of_all(1, Work::collects), of_all(2, Work::withdraws)), Yield::for_now);
    EXPECT_EQ(yield_of(sync_of(1, "a"), of_all(2, Work::verifies)), Yield::no);
    EXPECT_EQ(yield_of(of_all(1, Work::verifies), sync_of(2, "a")), Yield::no);
    EXPECT_EQ(yield_of(of_all(1, Work::withdraws), of_all(2, Work::forgets)), Yield::no);
}

}  // namespace
}  // namespace mirrorseed::app
