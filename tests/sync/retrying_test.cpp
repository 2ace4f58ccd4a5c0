#include "sync/retrying.hpp"

#include "tests/support/printers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace mirrorseed::sync {
namespace {

using namespace std::chrono_literals;
using test::fails_with;
using test::ok;
using testing::ElementsAre;
using testing::IsEmpty;

const Error passing(Fault::busy, "the line is bad");

// Answers what it is told to, one after the other, and rests in no time.
class RetryingTest : public testing::Test {
protected:
    Tried<int> attempt(std::vector<Attempt<int>> answers) {
        rests_.clear();
        asked_ = 0;
        return try_often<int>(retrying_, [&] { return answers.at(asked_++); });
    }

    std::vector<RetryPolicy::Time> rests_;
    std::size_t asked_ = 0;
    Status end_of_rest_;
    Retrying retrying_{.policy = {.retries = 2, .first = 10s, .longest = 100s, .longest_asked = 300s},
                       .chance = [] { return 0.0; },
                       .rest =
                           [this](RetryPolicy::Time time) {
                               rests_.push_back(time);
                               return end_of_rest_;
                           }};
};

TEST_F(RetryingTest, WhatGoesWellIsTriedOnce) {
    const auto tried = attempt({{7}});
    ASSERT_TRUE(ok(tried.outcome));
    EXPECT_EQ(*tried.outcome, 7);
    EXPECT_EQ(tried.failures, 0u);
    EXPECT_THAT(rests_, IsEmpty());
}

TEST_F(RetryingTest, RestsLongerAfterEachFailureUntilItGoesWell) {
    const auto tried = attempt({{passing, Again::later}, {passing, Again::later}, {7}});
    ASSERT_TRUE(ok(tried.outcome));
    EXPECT_EQ(tried.failures, 2u);
    EXPECT_THAT(rests_, ElementsAre(5s, 10s));
}

TEST_F(RetryingTest, EndsWithTheLastErrorWhenItWasTriedOftenEnough) {
    const Error last(Fault::busy, "still");
    const auto tried = attempt({{passing, Again::later}, {passing, Again::later}, {last, Again::later}});
    EXPECT_EQ(tried.outcome.error().text(), "still");
    EXPECT_EQ(tried.failures, 3u);
    EXPECT_THAT(rests_, ElementsAre(5s, 10s));
}

TEST_F(RetryingTest, WhatWouldEndTheSameWayIsNotTriedAgain) {
    const auto tried = attempt({{passing, Again::later}, {Error(Fault::refused, "no"), Again::no}});
    EXPECT_TRUE(fails_with(Fault::refused, tried.outcome));
    EXPECT_EQ(tried.failures, 1u) << "another attempt could not have mended the last one";
    EXPECT_THAT(rests_, ElementsAre(5s));
}

TEST_F(RetryingTest, RestsForAsLongAsItIsAskedTo) {
    attempt({{passing, Again::later, 60s}, {passing, Again::later, 1h}, {7}});
    EXPECT_THAT(rests_, ElementsAre(60s, 300s));
}

TEST_F(RetryingTest, WhoIsToldToStopWhileItRestsTriesNoMore) {
    end_of_rest_ = Error(Fault::refused, "stopped");
    EXPECT_TRUE(fails_with(Fault::refused, attempt({{passing, Again::later}}).outcome));
    EXPECT_EQ(asked_, 1u);
}

TEST_F(RetryingTest, AStopEndsTheRest) {
    Dice dice;
    Progress progress;
    progress.request_stop();
    const auto tried = try_often<int>(Retrying::with(5, dice, progress), [&]() -> Attempt<int> {
        return {passing, Again::later, 1h};
    });
    EXPECT_TRUE(fails_with(Fault::refused, tried.outcome));
}

TEST(Dice, FallsBetweenZeroAndOne) {
    Dice dice;
    for (int times = 0; times < 1000; ++times) {
        const auto chance = dice();
        EXPECT_GE(chance, 0);
        EXPECT_LT(chance, 1);
    }
}

}  // namespace
}  // namespace mirrorseed::sync
