#include "sync/rsync/rsync_patience.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using namespace std::chrono_literals;

const RsyncPatience::Time begin{};

TEST(RsyncPatience, ASilentServerIsWaitedForUntilTheTimeout) {
    RsyncPatience patience({.timeout = 30s}, begin);
    EXPECT_TRUE(patience.goes_on(0, begin + 30s));
    EXPECT_FALSE(patience.goes_on(0, begin + 31s));
}

TEST(RsyncPatience, EveryByteBeginsItAnew) {
    RsyncPatience patience({.timeout = 30s}, begin);
    EXPECT_TRUE(patience.goes_on(1, begin + 25s));
    EXPECT_TRUE(patience.goes_on(0, begin + 55s));
    EXPECT_TRUE(patience.goes_on(1, begin + 55s));
    EXPECT_FALSE(patience.goes_on(0, begin + 86s));
}

TEST(RsyncPatience, AServerMayLookAtManyNamesFirst) {
    RsyncPatience patience({.files = 25'000, .timeout = 30s}, begin);
    EXPECT_TRUE(patience.goes_on(0, begin + 280s));
    EXPECT_FALSE(patience.goes_on(0, begin + 281s));
}

TEST(RsyncPatience, WhatADeltaBeginsFromIsReadFirst) {
    RsyncPatience patience({.largest_old = Bytes{4} << 30, .timeout = 30s}, begin);
    EXPECT_EQ(patience.quiet(), 286s);
    EXPECT_TRUE(patience.goes_on(0, begin + 286s));
    EXPECT_FALSE(patience.goes_on(0, begin + 287s));
}

TEST(RsyncPatience, AFileWithoutProgressMayTakeTheTimeThatALimitGivesIt) {
    const auto quiet = [](Bytes file, Bytes limit) {
        return RsyncPatience({.largest_untold = file, .limit = Rate{limit}, .timeout = 30s}, begin).quiet();
    };
    EXPECT_EQ(quiet(Bytes{8} << 20, 0), 158s);
    EXPECT_EQ(quiet(Bytes{8} << 20, Bytes{1} << 30), 158s);
    EXPECT_EQ(quiet(1 << 20, 8 << 10), 286s);
    EXPECT_EQ(quiet(100, 1), 130s);
}

}  // namespace
}  // namespace mirrorseed::sync
