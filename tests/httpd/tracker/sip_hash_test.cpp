#include "httpd/tracker/sip_hash.hpp"

#include <gtest/gtest.h>

#include <array>
#include <numeric>

namespace mirrorseed::httpd::tracker {
namespace {

// From the paper's appendix and the reference's vectors, under the key 00 01 02 ... 0f.
TEST(SipHash, IsThatOfThePaper) {
    const HashKey key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
    std::array<std::uint8_t, 64> bytes{};
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
    EXPECT_EQ(sip_hash(key, ByteSpan(bytes).first(0)), 0x726fdb47dd0e0e31U);
    EXPECT_EQ(sip_hash(key, ByteSpan(bytes).first(8)), 0x93f5f5799a932462U);
    EXPECT_EQ(sip_hash(key, ByteSpan(bytes).first(15)), 0xa129ca6149be45e5U);
}

TEST(SipHash, HasAnotherKeyEachTime) {
    const auto one = HashKey::random(), other = HashKey::random();
    EXPECT_TRUE(one.first != other.first && one.second != other.second);
}

}  // namespace
}  // namespace mirrorseed::httpd::tracker
