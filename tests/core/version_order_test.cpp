#include "core/version_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace mirrorseed {
namespace {

TEST(VersionOrder, VersionsOfOneThingDifferInTheirNumbersAlone) {
    EXPECT_EQ(thing_of("debian-12.9.0-amd64-netinst.iso"), thing_of("debian-9.13.0-amd64-netinst.iso"));
    EXPECT_EQ(thing_of("iso/2026.11.01/arch-2026.11.01-x86_64.iso"),
              thing_of("iso/2025.1.1/arch-2025.1.1-x86_64.iso"));
    EXPECT_NE(thing_of("debian-12.9.0-amd64.iso"), thing_of("debian-12.9-amd64.iso"));
    EXPECT_NE(thing_of("a-amd64.iso"), thing_of("a-arm64.iso"));
    EXPECT_EQ(thing_of("007"), thing_of("7"));
    EXPECT_EQ(thing_of(""), "");
}

TEST(VersionOrder, GoesNumberByNumberHoweverLongTheyAre) {
    const std::vector<std::string> in_order{"a-9.9.iso",
                                            "a-9.10.iso",
                                            "a-10.2.iso",
                                            "a-10.010.iso",
                                            "a-10.10.iso",
                                            "a-10.99999999999999999999998.iso",
                                            "a-10.99999999999999999999999.iso",
                                            "a-10.100000000000000000000000.iso"};
    auto shuffled = in_order;
    std::ranges::reverse(shuffled);
    std::ranges::sort(shuffled, [](const auto& a, const auto& b) { return compare_versions(a, b) < 0; });
    EXPECT_EQ(shuffled, in_order);
}

TEST(VersionOrder, IsOneOfAnyNames) {
    const std::vector<std::string> names{"",    "0",   "00", "a", "a0",  "a00",
                                         "a1b", "a1c", "b",  "1", "01b", "\xff"};
    for (const auto& a : names)
        for (const auto& b : names) {
            EXPECT_EQ(compare_versions(a, b) == 0, a == b) << a << ' ' << b;
            EXPECT_EQ(compare_versions(a, b) < 0, compare_versions(b, a) > 0) << a << ' ' << b;
            for (const auto& c : names)
                if (compare_versions(a, b) < 0 && compare_versions(b, c) < 0) {
                    EXPECT_TRUE(compare_versions(a, c) < 0) << a << ' ' << b << ' ' << c;
                }
        }
}

}  // namespace
}  // namespace mirrorseed
