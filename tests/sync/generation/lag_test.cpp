#include "sync/generation/lag.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

constexpr UnixTime noon = 1'700'000'000;

// Generation 4 showed 1 again; each came a minute after the one before.
const std::vector<GenerationRow> rows{{.number = 4, .published = noon + 240, .restores = 1},
                                      {.number = 3, .published = noon + 180},
                                      {.number = 2, .published = noon + 120},
                                      {.number = 1, .published = noon + 60}};

TEST(Lag, ARollbackIsBehindSinceTheFirstThatItTakesBack) {
    EXPECT_EQ(behind_after_rollback({}, rows, 2), noon + 180);
    EXPECT_EQ(behind_after_rollback({}, rows, 1), noon + 120);
    EXPECT_EQ(behind_after_rollback({}, rows, 3), level) << "that was all the upstream had";
}

TEST(Lag, WhatAListingShowedBesideThatIsLackedStill) {
    EXPECT_EQ(behind_after_rollback({.behind_since = noon + 300}, rows, 3), noon + 300);
    EXPECT_EQ(behind_after_rollback({.behind_since = noon + 300}, rows, 2), noon + 180);
    EXPECT_EQ(behind_after_rollback({.behind_since = noon + 90}, rows, 2), noon + 90);
}

TEST(Lag, ARollbackOfARollbackEndsWhatThatBegan) {
    EXPECT_EQ(behind_after_rollback({.paused = true, .behind_since = noon + 120}, rows, 3), level);
    EXPECT_EQ(behind_after_rollback({.paused = true, .behind_since = noon + 120}, rows, 2), noon + 180);
}

}  // namespace
}  // namespace mirrorseed::sync
