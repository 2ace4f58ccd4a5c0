#include "app/release/release_plan.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

using State = ReleaseContents::State;
constexpr UnixTime now = 1000;

KnownRelease known(bool is_same, std::optional<UnixTime> gone = {}, bool hidden = false) {
    return {{.id = 1, .gone = gone, .since = 5, .hidden = hidden}, is_same};
}

struct Change {
    std::optional<UnixTime> gone;
    bool hidden;
};

void expect_change(const KnownRelease& release, State state, const Change& wanted, Generation restores = 0) {
    const auto plan = plan_releases({release}, state, restores, now);
    ASSERT_EQ(plan.changes.size(), 1u);
    EXPECT_EQ(plan.changes.front().gone, wanted.gone);
    EXPECT_EQ(plan.changes.front().hidden, wanted.hidden);
}

void expect_no_change(const KnownRelease& release, State state, Generation restores = 0) {
    EXPECT_TRUE(plan_releases({release}, state, restores, now).changes.empty());
}

TEST(ReleasePlan, WhatHasNoReleaseGetsOne) {
    EXPECT_TRUE(plan_releases({}, State::whole, 0, now).is_new);
    EXPECT_TRUE(plan_releases({known(false)}, State::whole, 0, now).is_new);
    EXPECT_FALSE(plan_releases({known(true)}, State::whole, 0, now).is_new);
    EXPECT_FALSE(plan_releases({known(true, 500)}, State::whole, 0, now).is_new);
    for (const auto state : {State::absent, State::waits, State::undescribable})
        EXPECT_FALSE(plan_releases({}, state, 0, now).is_new);
}

TEST(ReleasePlan, WhatTheTreeHasNoMoreIsFormer) {
    expect_change(known(false), State::absent, {now, false});
    expect_change(known(false), State::whole, {now, false});
    expect_no_change(known(false, 500), State::absent);
    expect_no_change(known(true), State::whole);
}

TEST(ReleasePlan, WhatComesAgainIsWhatItWas) {
    expect_change(known(true, 500), State::whole, {std::nullopt, false});
    expect_change(known(true, 500, true), State::whole, {std::nullopt, false});
}

TEST(ReleasePlan, WhatIsClosedAgainIsToldToNobody) {
    expect_change(known(true), State::waits, {std::nullopt, true});
    expect_change(known(true), State::undescribable, {std::nullopt, true});
    expect_change(known(true, 500), State::waits, {std::nullopt, true});
    expect_change(known(false), State::waits, {now, false});  // another content waits
    expect_no_change(known(false, 500), State::waits);
}

TEST(ReleasePlan, ARollbackHidesWhatItTakesBackAndNothingElse) {
    expect_change(known(false), State::absent, {now, true}, 4);
    expect_change(known(false), State::absent, {now, false}, 5);
    expect_no_change(known(false, 500), State::absent, 4);
}

}  // namespace
}  // namespace mirrorseed::app
