#include "sync/rsync/rsync_greeting.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using namespace std::chrono_literals;

constexpr RsyncGreeting::Time begin{};

TEST(RsyncGreeting, HasTwiceTheTimeWithoutAByte) {
    RsyncGreeting greeting(30s, begin);
    EXPECT_TRUE(greeting.goes_on(begin + 60s));
    const auto late = greeting.goes_on(begin + 61s);
    ASSERT_FALSE(late);
    EXPECT_TRUE(late.error().is(Fault::busy));
    EXPECT_EQ(late.error().text(), "it was greeting for 60 s");
}

TEST(RsyncGreeting, EndsWithTheFirstLineAndTakesNoOther) {
    RsyncGreeting greeting(30s, begin);
    EXPECT_TRUE(greeting.takes("(Client) Protocol versions: remote=31, negotiated=31"));
    EXPECT_FALSE(greeting.takes("(Client) Protocol versions: remote=31, negotiated=31"));
    EXPECT_TRUE(greeting.goes_on(begin + 1h));
}

TEST(RsyncGreeting, AnyLineWillDo) {
    RsyncGreeting greeting(30s, begin);
    EXPECT_FALSE(greeting.takes("drwxr-xr-x        4096 2026/11/21 14:33:21 ."));
    EXPECT_TRUE(greeting.goes_on(begin + 1h));
}

}  // namespace
}  // namespace mirrorseed::sync
