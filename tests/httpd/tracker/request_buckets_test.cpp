#include "httpd/tracker/request_buckets.hpp"

#include "tests/httpd/tracker/packet_words.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>

namespace mirrorseed::httpd::tracker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr BucketSize small{milliseconds(100), 5};

int taken(RequestBuckets& buckets, std::uint64_t client, Time now, int tries = 100) {
    int count = 0;
    while (tries-- > 0)
        count += buckets.take(client, small, now) ? 1 : 0;
    return count;
}

TEST(RequestBuckets, GiveSomeAtOnceAndThenAsTimeGoes) {
    const auto buckets = std::make_unique<RequestBuckets>();
    const std::uint64_t one = 0x1234567800000007, other = 0x8765432100000009;
    EXPECT_EQ(taken(*buckets, one, at(seconds(0))), 5);
    EXPECT_EQ(taken(*buckets, one, at(seconds(0))), 0);
    EXPECT_EQ(taken(*buckets, other, at(seconds(0))), 5);
    EXPECT_EQ(taken(*buckets, one, at(seconds(0)) + milliseconds(250)), 2);
    EXPECT_EQ(taken(*buckets, one, at(seconds(100))), 5) << "what was not used is not saved up";
}

TEST(RequestBuckets, TellClientsOfOnePlaceApart) {
    const auto buckets = std::make_unique<RequestBuckets>();
    const std::uint64_t one = 0x1111110000000000, other = 0x2222220000000000;
    EXPECT_EQ(taken(*buckets, one, at(seconds(0))), 5);
    EXPECT_EQ(taken(*buckets, other, at(seconds(0))), 5);
    EXPECT_EQ(taken(*buckets, one, at(seconds(0))), 0);
    EXPECT_EQ(taken(*buckets, other, at(seconds(0))), 0);
}

TEST(RequestBuckets, HoldWhateverComes) {
    const auto buckets = std::make_unique<RequestBuckets>();
    std::mt19937_64 random(1);
    for (int i = 0; i < 1'000'000; ++i)
        EXPECT_TRUE(buckets->take(random(), small, at(seconds(0)))) << "nobody is refused for others";
}

}  // namespace
}  // namespace mirrorseed::httpd::tracker
