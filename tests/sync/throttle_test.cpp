#include "sync/throttle.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using namespace std::chrono_literals;

constexpr TokenBucket::Time start{1000s};

TEST(TokenBucket, LetsEverythingPassWithoutALimit) {
    TokenBucket bucket(Rate{}, start);
    EXPECT_EQ(bucket.take(Bytes{1} << 60, start), 0s);
    EXPECT_FALSE(bucket.limits());
}

TEST(TokenBucket, HoldsSeveralTogetherToTheRate) {
    TokenBucket bucket(Rate{1000}, start);
    EXPECT_EQ(bucket.take(500, start), 500ms);
    EXPECT_EQ(bucket.take(500, start), 1s);
    EXPECT_EQ(bucket.take(1000, start + 1s), 1s);
    EXPECT_EQ(bucket.take(0, start + 3s), 0s);
}

TEST(TokenBucket, APauseIsNotMadeUpFor) {
    TokenBucket bucket(Rate{1000}, start);
    EXPECT_EQ(bucket.take(250, start + 1h), 0s);
    EXPECT_EQ(bucket.take(1000, start + 1h), 1s);
}

TEST(TokenBucket, OnePieceNeverWaitsForEver) {
    TokenBucket bucket(Rate{1}, start);
    EXPECT_EQ(bucket.take(Bytes{1} << 62, start), 1h);
}

}  // namespace
}  // namespace mirrorseed::sync
