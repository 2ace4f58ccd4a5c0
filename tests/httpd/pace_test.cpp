#include "httpd/pace.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace mirrorseed::httpd {
namespace {

using namespace std::chrono_literals;

constexpr Rate megabyte{1'000'000};
const Pace::Time begin{1000s};

// What goes in this time when everybody always sends what they may.
Bytes sent_in(Pace& pace, Rate rate, Pace::Time::duration time) {
    Bytes sent = 0;
    for (auto now = begin; now < begin + time;) {
        const auto credit = pace.credit(rate, now);
        pace.spend(rate, credit, now);
        sent += credit;
        now += pace.wait(rate, now);
    }
    return sent;
}

TEST(Pace, LetsABurstGoAndThenTheRate) {
    Pace pace;
    EXPECT_EQ(pace.credit(megabyte, begin), 125'000u);
    const auto sent = sent_in(pace, megabyte, 10s);
    EXPECT_GE(sent, 9'900'000u);
    EXPECT_LE(sent, 10'125'000u);
}

TEST(Pace, LetsWholePacketsGoAtTheLowestRates) {
    Pace pace;
    EXPECT_EQ(pace.credit({100}, begin), 16u << 10);
    const auto sent = sent_in(pace, {100}, 1h);
    EXPECT_GE(sent, 350'000u);
    EXPECT_LE(sent, 380'000u);
}

TEST(Pace, MakesEverybodyWaitForADebt) {
    Pace pace;
    pace.spend(megabyte, 5'000'000, begin);
    EXPECT_EQ(pace.credit(megabyte, begin), 0u);
    EXPECT_EQ(pace.credit(megabyte, begin + 4800ms), 0u);
    EXPECT_GT(pace.credit(megabyte, begin + pace.wait(megabyte, begin)), 0u);
    EXPECT_EQ(pace.credit(megabyte, begin + 1h), 125'000u);
}

TEST(Pace, CountsWhatThreadsSpendTogether) {
    Pace pace;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int n = 0; n < 1000; ++n)
                    pace.spend(megabyte, 1000, begin);
            });
    }
    EXPECT_EQ(pace.credit(megabyte, begin + 3900ms), 0u);
    EXPECT_GT(pace.credit(megabyte, begin + 3950ms), 0u);
}

}  // namespace
}  // namespace mirrorseed::httpd
