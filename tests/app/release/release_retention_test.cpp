#include "app/release/release_retention.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

constexpr UnixTime now = 1'000'000;

Release former(ReleaseId id, const char* path, UnixTime gone = now - 10) {
    return {.id = id,
            .path = RelPath::parse(path).value(),
            .published = id,
            .gone = gone,
            .rule = "*.iso",
            .thing = "thing",
            .keep = std::chrono::seconds(100),
            .keep_versions = 2};
}

using Ids = std::vector<ReleaseId>;

Ids outlived(const std::vector<Release>& releases, UnixTime at) {
    Ids ids;
    for (const auto& one : outliving(releases, at))
        if (one.goes) ids.push_back(one.release);
    return ids;
}

TEST(ReleaseRetention, KeepsFormerOnesForTheirTime) {
    auto one = former(1, "a-1.iso", now - 99);
    EXPECT_TRUE(outliving({one}, now).empty());
    one.gone = now - 100;
    const auto judged = outliving({one}, now);
    ASSERT_EQ(judged.size(), 1u);
    EXPECT_FALSE(judged.front().goes) << "it is looked at again";
    EXPECT_EQ(judged.front().over, now);
    one.over = now;
    EXPECT_EQ(outlived({one}, now + 99), Ids());
    EXPECT_EQ(outlived({one}, now + 100), Ids{1});
    one.keep = std::chrono::seconds(0);
    one.over.reset();
    EXPECT_EQ(outlived({one}, now), Ids{1}) << "it was to be kept for no time";
    auto current = former(1, "a-1.iso");
    current.gone.reset();
    current.keep = std::chrono::seconds(0);
    current.keep_versions = 0;
    EXPECT_TRUE(outliving({current}, now).empty()) << "it is none that is former";
}

TEST(ReleaseRetention, AClockThatIsWrongForAWhileTakesNothing) {
    auto one = former(1, "a-1.iso", now - 10);
    one.keep = std::chrono::hours(24 * 365);
    const auto far = now + 400 * 86400;
    ASSERT_EQ(outliving({one}, far).size(), 1u);
    EXPECT_EQ(outlived({one}, far), Ids());
    one.over = far;
    EXPECT_EQ(outlived({one}, far + 86399), Ids());
    EXPECT_EQ(outlived({one}, far + 86400), Ids{1}) << "it was not the clock";
    const auto right_again = outliving({one}, now);
    ASSERT_EQ(right_again.size(), 1u);
    EXPECT_EQ(right_again.front().over, std::nullopt);

    const auto ahead = outliving({former(1, "a-1.iso", now + 500)}, now);
    ASSERT_EQ(ahead.size(), 1u);
    EXPECT_EQ(ahead.front().gone, now) << "it left while the clock was ahead";
}

TEST(ReleaseRetention, KeepsTheNewestVersionsOfAThingByTheirNumbers) {
    EXPECT_EQ(outlived({former(4, "a-9.iso"), former(3, "a-10.iso"), former(2, "a-11.iso")}, now), Ids{4});
    auto other = former(5, "b-1.iso");
    other.thing = "other";
    EXPECT_EQ(outlived({former(1, "a-1.iso"), former(2, "a-2.iso"), other}, now), Ids());
    auto of_rule = former(5, "a-0.iso");
    of_rule.rule = "a*";
    EXPECT_EQ(outlived({former(1, "a-1.iso"), former(2, "a-2.iso"), of_rule}, now), Ids());
}

TEST(ReleaseRetention, OrdersContentsOfOneNameByWhenTheyCame) {
    EXPECT_EQ(outlived({former(7, "a.iso"), former(9, "a.iso"), former(8, "a.iso")}, now), Ids{7});
}

}  // namespace
}  // namespace mirrorseed::app
