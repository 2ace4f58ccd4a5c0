#include "sync/run/run_parts.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

Plan plan_with(std::uint64_t fetched, std::uint64_t reused) {
    Plan plan;
    plan.fetched = {fetched, fetched * 10};
    plan.reused = {reused, reused * 10};
    plan.total = {9, 90};
    plan.held_reason = "too many";
    return plan;
}

TEST(RunParts, ARunThatEndedNowhereHasFailed) {
    const auto result = sum_of({.tree = "debian", .generation = 4});
    EXPECT_EQ(result.outcome, Outcome::failed);
    EXPECT_EQ(result.tree, "debian");
    EXPECT_EQ(result.generation, 4u);
}

TEST(RunParts, AFailureKeepsWhatThePlanToldAndWhatCame) {
    const auto result = sum_of({.generation = 4,
                                .planned = tell_plan(plan_with(3, 1), {}),
                                .traffic = {.transferred = 77, .delta = {1, 5}},
                                .error = Error(Fault::busy, "gone")});
    EXPECT_EQ(result.outcome, Outcome::failed);
    EXPECT_EQ(result.fetch, (Amount{3, 30}));
    EXPECT_EQ(result.transferred, 77u);
    EXPECT_EQ(result.delta, (Amount{1, 5}));
    EXPECT_EQ(result.held_reason, "too many");
    EXPECT_EQ(result.error->text(), "gone");
}

TEST(RunParts, WhatTheEndTellsTakesThePlaceOfThePlan) {
    Ended ended{.outcome = Outcome::published, .generation = 5, .total = Amount{7, 70}};
    ended.held_reason.emplace();
    const auto result =
        sum_of({.generation = 4, .planned = tell_plan(plan_with(3, 1), {}), .ended = std::move(ended)});
    EXPECT_EQ(result.outcome, Outcome::published);
    EXPECT_EQ(result.generation, 5u);
    EXPECT_EQ(result.total, (Amount{7, 70}));
    EXPECT_EQ(result.held_reason, "");
}

Followed left_by(Generation generation, const char* done, const char* unfinished) {
    return {.done = {{generation, done}},
            .unfinished = {{generation, unfinished, Error(Fault::failed, "no")}}};
}

TEST(RunParts, AnUnfinishedPublishIsPublishedAndTellsWhatItLacks) {
    Ended ended{
        .outcome = Outcome::published, .generation = 5, .followed = left_by(5, "manifest", "checkout")};
    const auto result =
        sum_of({.generation = 4, .left = left_by(4, "manifest", "checkout"), .ended = std::move(ended)});
    EXPECT_EQ(result.outcome, Outcome::published);
    EXPECT_FALSE(result.error);
    ASSERT_EQ(result.unfinished.size(), 1u);
    EXPECT_EQ(result.unfinished.front().generation, 5u) << "what 4 lacked is lacked no more";
    EXPECT_EQ(result.unfinished.front().step, "checkout");
    ASSERT_EQ(result.caught_up.size(), 1u);
    EXPECT_EQ(result.caught_up.front().generation, 4u);
}

TEST(RunParts, ARunThatPublishesNothingTellsWhatAnEarlierOneLeft) {
    const auto result = sum_of({.generation = 4,
                                .left = left_by(4, "manifest", "checkout"),
                                .error = Error(Fault::busy, "no upstream")});
    EXPECT_EQ(result.outcome, Outcome::failed);
    EXPECT_EQ(result.unfinished.size(), 1u);
    EXPECT_EQ(result.caught_up.size(), 1u);
}

TEST(Followed, AStepThatThrowsIsUnfinishedAndTheNextIsDone) {
    Followed followed;
    EXPECT_FALSE(
        followed.attempt(3, "manifest", [&]() -> Status { throw Failure(Error(Fault::no_space, "full")); }));
    EXPECT_TRUE(followed.attempt(3, "checkout", [] { return Status(); }));
    ASSERT_EQ(followed.unfinished.size(), 1u);
    EXPECT_EQ(followed.unfinished.front().error.text(), "full");
}

TEST(RunParts, WhatCameBeforeThePlanWasFinalIsFetchedAndNotReused) {
    const auto planned = tell_plan(plan_with(3, 2), {}, {2, 20});
    EXPECT_EQ(planned.fetched, (Amount{5, 50}));
    EXPECT_EQ(planned.reused, (Amount{0, 0}));
}

TEST(RunParts, DeletesThatAreAllowedHoldNothing) {
    Wish wish;
    wish.allow_deletes = true;
    EXPECT_EQ(tell_plan(plan_with(1, 0), wish).held_reason, "");
}

}  // namespace
}  // namespace mirrorseed::sync
