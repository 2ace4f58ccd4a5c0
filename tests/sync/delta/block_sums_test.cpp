#include "sync/delta/block_sums.hpp"

#include "sync/delta/signature_maker.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace mirrorseed::sync {
namespace {

constexpr std::uint32_t block = 8 << 10;

std::string random_text(std::size_t size, unsigned seed = 1) {
    std::mt19937 dice(seed);
    std::string text(size, 0);
    for (auto& c : text)
        c = static_cast<char>(dice());
    return text;
}

std::string signature_of(std::string_view text, std::size_t step = 10'000) {
    SignatureMaker maker(block);
    for (; !text.empty(); text.remove_prefix(std::min(step, text.size())))
        maker.see(as_bytes(text.substr(0, step)));
    return maker.finish();
}

TEST(BlockSums, AreThoseOfEachBlock) {
    const auto text = random_text(3 * block + 5) + random_text(block, 2);
    const auto signature = signature_of(text);
    EXPECT_EQ(signature.size(), signature_size(text.size(), block));
    const auto sums = BlockSums::parse(as_bytes(signature), text.size()).value();
    ASSERT_EQ(sums.count(), 5u);
    EXPECT_EQ(sums.block_length, block);
    EXPECT_EQ(sums.end_of(3), 4 * block);
    EXPECT_EQ(sums.end_of(4), text.size());
    const auto first = signature_of(text.substr(0, block));
    EXPECT_EQ(sums.sums[0], BlockSums::parse(as_bytes(first), block)->sums[0]);
    EXPECT_NE(sums.sums[0], sums.sums[1]);
}

TEST(BlockSums, DoNotDependOnHowTheBytesCome) {
    const auto text = random_text(5 * block + 77);
    const auto whole = signature_of(text, text.size());
    for (const std::size_t step : {1u, 100u, 8191u, 8192u, 8193u, 40'000u})
        EXPECT_EQ(signature_of(text, step), whole) << step;
    EXPECT_EQ(signature_of(""), whole.substr(0, 12));
}

TEST(BlockSums, AreRefusedWhereTheyCannotBeThoseOfTheContent) {
    const auto text = random_text(3 * block);
    const auto good = signature_of(text);
    EXPECT_TRUE(BlockSums::parse(as_bytes(good), text.size()));
    const auto refused = [](const std::string& signature, Bytes size) {
        return !BlockSums::parse(as_bytes(signature), size);
    };
    EXPECT_TRUE(refused(good, text.size() + 1));
    EXPECT_TRUE(refused(good, 2 * block));
    EXPECT_TRUE(refused(good, ~Bytes{0}));
    EXPECT_TRUE(refused(good.substr(0, 11), 0));
    EXPECT_TRUE(refused(good.substr(0, good.size() - 1), text.size()));
    EXPECT_TRUE(refused(good + "x", text.size()));
    for (const auto at : {0u, 3u, 4u, 5u, 8u, 11u}) {
        auto other = good;
        other[at] = static_cast<char>(other[at] ^ 0x40);
        EXPECT_TRUE(refused(other, text.size())) << at;
    }
}

TEST(BlockSums, AreOfLongerBlocksWhereThereWouldBeTooMany) {
    constexpr Bytes GiB = Bytes{1} << 30;
    EXPECT_EQ(block_length_for(0), block);
    EXPECT_EQ(block_length_for(4 * GiB), block);
    EXPECT_EQ(block_length_for(4 * GiB + 1), 2 * block);
    EXPECT_EQ(block_length_for(~Bytes{0}), 4u << 20);
}

}  // namespace
}  // namespace mirrorseed::sync
