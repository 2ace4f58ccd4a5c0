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

TEST(ReleaseRetention, KeepsFormerOnesForTheirTime) {
    EXPECT_EQ(outlived({former(1, "a-1.iso", now - 99)}, now), Ids());
    EXPECT_EQ(outlived({former(1, "a-1.iso", now - 100)}, now), Ids{1});
    EXPECT_EQ(outlived({former(1, "a-1.iso", now + 500)}, now), Ids()) << "a clock was ahead";
    auto current = former(1, "a-1.iso");
    current.gone.reset();
    current.keep = std::chrono::seconds(0);
    current.keep_versions = 0;
    EXPECT_EQ(outlived({current}, now), Ids()) << "it is none that is former";
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
