#include "sync/generation/manifest_forms.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace mirrorseed::sync {
namespace {

// Generations 1 to `newest`, the full ones as given, and a difference between any two in a row.
ManifestFiles shelf(Generation newest, std::vector<Generation> full) {
    ManifestFiles files;
    std::sort(full.begin(), full.end(), std::greater());
    files.full = std::move(full);
    for (auto number = newest; number > 0; --number) {
        files.heads.push_back(number);
        if (number > 1) files.pairs.push_back({number - 1, number});
    }
    return files;
}

std::vector<Generation> up_to(Generation newest) {
    std::vector<Generation> numbers;
    for (Generation number = 1; number <= newest; ++number)
        numbers.push_back(number);
    return numbers;
}

void shorten_all(ManifestFiles& files) {
    while (const auto step = next_to_shorten(files)) {
        if (!step->has_difference) files.pairs.push_back(step->pair);
        std::erase(files.full, step->pair.older);
    }
}

std::size_t longest_run(const ManifestFiles& files) {
    std::size_t longest = 0, run = 0;
    for (const auto number : files.heads) {
        const bool full = std::find(files.full.begin(), files.full.end(), number) != files.full.end();
        run = full ? 0 : run + 1;
        longest = std::max(longest, run);
    }
    return longest;
}

TEST(ManifestForms, TheTwoNewestStayFullAndTheOneBehindThemDoesNot) {
    EXPECT_FALSE(next_to_shorten(shelf(1, {1})));
    EXPECT_FALSE(next_to_shorten(shelf(2, {1, 2})));
    EXPECT_EQ(next_to_shorten(shelf(3, {1, 2, 3})), (Shortening{{1, 2}, true, true}));
}

TEST(ManifestForms, AsGenerationsComeAtMostSixteenInARowAreDifferences) {
    ManifestFiles files;
    for (Generation number = 1; number <= 100; ++number) {
        files.heads.insert(files.heads.begin(), number);
        files.full.insert(files.full.begin(), number);
        if (number > 1) files.pairs.insert(files.pairs.begin(), {number - 1, number});
        shorten_all(files);
        ASSERT_EQ(files.full.front(), number);
        ASSERT_TRUE(number == 1 || files.full[1] == number - 1);
        ASSERT_LE(longest_run(files), longest_chain) << number;
    }
    EXPECT_EQ(longest_run(files), longest_chain);
    EXPECT_LE(files.full.size(), 2u + 100 / (longest_chain + 1) + 1);
}

TEST(ManifestForms, WhatAnOlderProgramLeftIsShortenedToo) {
    auto files = shelf(60, up_to(60));
    files.pairs.clear();
    shorten_all(files);
    EXPECT_EQ(longest_run(files), longest_chain);
    EXPECT_LE(files.full.size(), 6u);
    EXPECT_EQ(files.full[0], 60u);
    EXPECT_EQ(files.full[1], 59u);
}

TEST(ManifestForms, WithoutADifferenceNoneLosesItsFullOneWhoseSuccessorIsNone) {
    auto files = shelf(5, {5, 4, 2});
    files.pairs = {{4, 5}, {3, 4}};
    EXPECT_FALSE(next_to_shorten(files));
}

TEST(ManifestForms, WhatCannotBeShortenedIsPassedOver) {
    EXPECT_EQ(next_to_shorten(shelf(4, up_to(4)), {1}), (Shortening{{2, 3}, true, true}));
    EXPECT_FALSE(next_to_shorten(shelf(4, up_to(4)), {1, 2}));
}

TEST(ManifestForms, HistoryTakesManifestsWithItAndNeverTheOneBefore) {
    const auto files = shelf(5, {5, 4});
    EXPECT_EQ(manifests_to_remove(files, 3, 5), (std::vector<Generation>{1, 2}));
    EXPECT_EQ(manifests_to_remove(files, 5, 5), (std::vector<Generation>{1, 2, 3}));
    EXPECT_TRUE(manifests_to_remove(files, 1, 5).empty());
    EXPECT_TRUE(manifests_to_remove(shelf(1, {1}), 1, 1).empty());
}

TEST(ManifestForms, FilesWhoseHeadIsGoneAreRemovedTooAndWhatIsNewerIsNot) {
    ManifestFiles files;
    files.full = {9, 8, 7, 1};
    files.heads = {9, 8, 7};
    files.pairs = {{8, 9}, {2, 3}, {0, 4}};
    EXPECT_EQ(manifests_to_remove(files, 7, 8), (std::vector<Generation>{1, 2}));
}

TEST(ManifestForms, ADifferenceFromNothingGoesWhenThereIsAnother) {
    auto files = shelf(1, {1});
    files.pairs = {{0, 1}};
    EXPECT_TRUE(differences_to_remove(files).empty());
    files.pairs = {{1, 2}, {0, 1}};
    EXPECT_EQ(differences_to_remove(files), (std::vector<ManifestPair>{{0, 1}}));
    files.pairs = {{0, 2}, {0, 1}};
    EXPECT_TRUE(differences_to_remove(files).empty()) << "the newest has no other";
}

TEST(ManifestForms, AFullOneIsTheFirstWayAndNeighboursAreTheNext) {
    const auto ways = ways_to(shelf(3, {3, 2}), 3);
    ASSERT_EQ(ways.size(), 2u);
    EXPECT_EQ(ways[0], (ManifestWay{3, {}}));
    EXPECT_EQ(ways[1], (ManifestWay{2, {{2, 3}}}));
    EXPECT_EQ(ways[1].to(), DifferenceSide::newer);
}

TEST(ManifestForms, AnOldOneIsHadFromEitherSide) {
    const auto ways = ways_to(shelf(9, {9, 8, 2}), 5);
    ASSERT_EQ(ways.size(), 3u);
    EXPECT_EQ(ways[0], (ManifestWay{8, {{7, 8}, {6, 7}, {5, 6}}}));
    EXPECT_EQ(ways[0].to(), DifferenceSide::older);
    EXPECT_EQ(ways[1], (ManifestWay{2, {{2, 3}, {3, 4}, {4, 5}}}));
    EXPECT_EQ(ways[2], (ManifestWay{9, {{8, 9}, {7, 8}, {6, 7}, {5, 6}}}));
    EXPECT_EQ(way_from_newer(shelf(9, {9, 8, 2}), 5), ways[0]);
}

TEST(ManifestForms, TheFirstGenerationIsHadFromNothingToo) {
    auto files = shelf(1, {1});
    files.pairs = {{0, 1}};
    const auto ways = ways_to(files, 1);
    ASSERT_EQ(ways.size(), 2u);
    EXPECT_EQ(ways[1], (ManifestWay{0, {{0, 1}}}));
    EXPECT_EQ(ways[1].to(), DifferenceSide::newer);
    EXPECT_FALSE(way_from_newer(files, 1));
}

}  // namespace
}  // namespace mirrorseed::sync
