#include "sync/delta/delta_map.hpp"

#include "sync/delta/range_plan.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace mirrorseed::sync {
namespace {

using Part = DeltaMap::Part;
using Parts = std::vector<Part>;
using Stretches = std::vector<Stretch>;

constexpr std::uint32_t block = 1024;

// Of blocks that are equal where their letters are.
BlockSums sums_of(std::string_view letters, Bytes size) {
    BlockSums sums{.block_length = block, .size = size};
    for (const char letter : letters)
        sums.sums.push_back({.weak = static_cast<std::uint32_t>(letter)});
    return sums;
}

TEST(DeltaMap, TellsWhatIsMissing) {
    DeltaMap map(sums_of("abcde", 4 * block + 10));
    EXPECT_EQ(map.gaps(), (Stretches{{0, 4 * block + 10}}));
    map.found({block, 3 * block}, 0, 77);
    EXPECT_EQ(map.gaps(), (Stretches{{0, block}, {3 * block, 4 * block + 10}}));
    EXPECT_EQ(map.parts(), (Parts{{{block, 3 * block}, 0, 77}}));
    map.found({4 * block, 4 * block + 10}, 1, 5);
    map.found({3 * block, 4 * block}, 1, 5 - 0);
    EXPECT_EQ(map.gaps(), (Stretches{{0, block}}));
    EXPECT_EQ(map.missing(), block);
    EXPECT_EQ(map.parts(), (Parts{{{block, 3 * block}, 0, 77},
                                  {{3 * block, 4 * block}, 1, 5},
                                  {{4 * block, 4 * block + 10}, 1, 5}}));
}

TEST(DeltaMap, CountsWholeBlocksAlone) {
    DeltaMap map(sums_of("abc", 3 * block));
    map.found({1, 2 * block - 1}, 0, 0);
    EXPECT_EQ(map.missing(), 3 * block);
    map.found({1, 2 * block}, 0, 100);
    EXPECT_EQ(map.parts(), (Parts{{{block, 2 * block}, 0, 100 + block - 1}}));
    map.found({2 * block, 3 * block + 1}, 0, 0);
    map.found({2 * block, 2 * block}, 0, 0);
    EXPECT_EQ(map.missing(), 2 * block) << "there is no such stretch";
}

TEST(DeltaMap, ServesEqualBlocksFromOne) {
    DeltaMap map(sums_of("abaab", 5 * block));
    EXPECT_EQ(map.gaps(), (Stretches{{0, 2 * block}}));
    EXPECT_EQ(map.parts(),
              (Parts{{{2 * block, 3 * block}, Part::itself, 0}, {{3 * block, 5 * block}, Part::itself, 0}}));
    map.found({3 * block, 4 * block}, 0, 9);
    EXPECT_EQ(map.gaps(), (Stretches{{block, 2 * block}}));
    EXPECT_EQ(map.parts().front(), (Part{{0, block}, 0, 9})) << "a later one that is equal was found";
}

TEST(DeltaMap, TakesAShorterLastBlockForNoOther) {
    DeltaMap map(sums_of("aaa", 2 * block + 1));
    EXPECT_EQ(map.gaps(), (Stretches{{0, block}, {2 * block, 2 * block + 1}}));
    EXPECT_TRUE(DeltaMap(sums_of("", 0)).gaps().empty());
}

// Byte by byte, as slowly as can be.
TEST(DeltaMap, IsAsAnOracleSays) {
    std::mt19937 dice(3);
    for (int round = 0; round < 300; ++round) {
        const auto count = dice() % 12 + 1;
        std::string letters;
        for (std::size_t at = 0; at < count; ++at)
            letters += static_cast<char>('a' + dice() % 5);
        const Bytes size = (count - 1) * block + dice() % block + 1;
        DeltaMap map(sums_of(letters, size));
        const bool last_is_short = size % block != 0;
        const auto name_of = [&](std::size_t at) {
            return last_is_short && at + 1 == count ? '!' : letters[at];
        };
        std::map<char, bool> had;
        for (auto times = dice() % 5; times > 0; --times) {
            const Bytes begin = dice() % size, end = std::min<Bytes>(size, begin + dice() % (4 * block));
            map.found({begin, end}, 0, dice());
            for (std::size_t at = 0; at < count; ++at)
                if (begin <= at * block && std::min<Bytes>(size, (at + 1) * block) <= end && begin < end)
                    had[name_of(at)] = true;
        }
        Bytes missing = 0;
        std::map<char, bool> asked;
        for (std::size_t at = 0; at < count; ++at)
            if (!had[name_of(at)] && !std::exchange(asked[name_of(at)], true))
                missing += std::min<Bytes>(size, (at + 1) * block) - at * block;
        EXPECT_EQ(map.missing(), missing) << letters;
        // Parts and gaps are the whole, and do not overlap.
        std::map<Bytes, Bytes> all;
        for (const auto& part : map.parts())
            EXPECT_TRUE(all.emplace(part.wanted.begin, part.wanted.end).second);
        for (const auto& gap : map.gaps())
            EXPECT_TRUE(all.emplace(gap.begin, gap.end).second);
        Bytes at = 0;
        for (const auto& [begin, end] : all) {
            EXPECT_EQ(begin, at);
            at = end;
        }
        EXPECT_EQ(at, size);
    }
}

constexpr Bytes MiB = 1 << 20;

TEST(RangePlan, AsksForWhatLiesBetweenWhereThatWeighsLess) {
    const auto plan = plan_ranges({{0, 10}, {1000, 2000}, {9000, 9001}}, MiB);
    EXPECT_EQ(plan.ranges, (Stretches{{0, 2000}, {9000, 9001}}));
    EXPECT_EQ(plan.bytes(), 2001u);
    EXPECT_TRUE(plan.pays);
}

TEST(RangePlan, AsksForSoManyAndNoMore) {
    Stretches gaps;
    for (Bytes at = 0; at < 10'000; ++at)
        gaps.push_back({at * MiB, at * MiB + MiB - (at % 100 + 3) * 1024});
    const auto plan = plan_ranges(gaps, 10'000 * MiB);
    EXPECT_LE(plan.ranges.size(), 4096u);
    EXPECT_GT(plan.ranges.size(), 3500u) << "the largest holes stay";
    for (std::size_t at = 1; at < plan.ranges.size(); ++at)
        EXPECT_GT(plan.ranges[at].begin, plan.ranges[at - 1].end);
    EXPECT_EQ(plan.ranges.front().begin, 0u);
    EXPECT_EQ(plan.ranges.back().end, gaps.back().end);
}

TEST(RangePlan, DoesNotPayWhereMostIsMissing) {
    EXPECT_TRUE(plan_ranges({}, 100 * MiB).pays);
    EXPECT_TRUE(plan_ranges({{0, 79 * MiB}}, 100 * MiB).pays);
    EXPECT_FALSE(plan_ranges({{0, 81 * MiB}}, 100 * MiB).pays);
}

}  // namespace
}  // namespace mirrorseed::sync
