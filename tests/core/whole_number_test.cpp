#include "core/whole_number.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace mirrorseed {
namespace {

TEST(WholeNumber, IsAllOfTheText) {
    EXPECT_EQ(whole_number<unsigned>("7"), 7u);
    EXPECT_EQ(whole_number<std::int64_t>("-007"), -7);
    EXPECT_EQ(whole_number<double>("2.5"), 2.5);
    for (const auto* text : {"", " 7", "7 ", "+7", "7x", "x", "0x7"})
        EXPECT_EQ(whole_number<unsigned>(text), std::nullopt) << text;
}

TEST(WholeNumber, FitsItsType) {
    EXPECT_EQ(whole_number<std::uint16_t>("65535"), 65535);
    EXPECT_EQ(whole_number<std::uint16_t>("65536"), std::nullopt);
    EXPECT_EQ(whole_number<unsigned>("-1"), std::nullopt);
}

}  // namespace
}  // namespace mirrorseed
