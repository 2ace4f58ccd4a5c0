#include "sync/retry_policy.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace mirrorseed::sync {
namespace {

using namespace std::chrono_literals;

TEST(RetryPolicy, DoublesTheWaitUpToABound) {
    const RetryPolicy policy;
    const auto longest_of = [&](unsigned failures) { return policy.wait(failures, 1.0); };
    EXPECT_EQ(longest_of(1), 1s);
    EXPECT_EQ(longest_of(2), 2s);
    EXPECT_EQ(longest_of(5), 16s);
    for (const unsigned failures : {7u, 21u, 64u, std::numeric_limits<unsigned>::max()})
        EXPECT_EQ(longest_of(failures), 60s) << failures;
}

TEST(RetryPolicy, LeavesHalfOfTheWaitToChance) {
    const RetryPolicy policy;
    EXPECT_EQ(policy.wait(3, 0.0), 2s);
    EXPECT_EQ(policy.wait(3, 0.5), 3s);
    EXPECT_LT(policy.wait(3, 0.999), 4s);
}

TEST(RetryPolicy, WaitsAsLongAsTheServerAsksButNotForEver) {
    const RetryPolicy policy;
    EXPECT_EQ(policy.wait(1, 0.0, 20s), 20s);
    EXPECT_EQ(policy.wait(3, 0.0, 1s), 2s);
    EXPECT_EQ(policy.wait(1, 0.0, 24h * 365), 600s);
    EXPECT_EQ(policy.wait(1, 0.0, -5s), 500ms);
}

TEST(RetryPolicy, CountsTheFirstAttemptBesideTheRetries) {
    const RetryPolicy policy{.retries = 2};
    EXPECT_TRUE(policy.allows(1));
    EXPECT_TRUE(policy.allows(2));
    EXPECT_FALSE(policy.allows(3));
    EXPECT_FALSE(RetryPolicy{.retries = 0}.allows(1));
}

}  // namespace
}  // namespace mirrorseed::sync
