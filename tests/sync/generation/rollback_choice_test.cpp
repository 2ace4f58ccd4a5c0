#include "sync/generation/rollback_choice.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mirrorseed::sync {
namespace {

struct Told {
    Generation restores = 0;
    bool kept = true;
};
constexpr Told own{}, history_only{.restores = 0, .kept = false};
constexpr Told again(Generation number) {
    return {.restores = number, .kept = true};
}

// Of generations 1, 2 and so on, the last of which is shown.
std::optional<Generation> restored(const std::vector<Told>& told) {
    std::vector<GenerationRow> rows;
    for (const auto& item : told)
        rows.push_back({.number = rows.size() + 1, .kept = item.kept, .restores = item.restores});
    std::reverse(rows.begin(), rows.end());
    return generation_to_restore(rows);
}

TEST(RollbackChoice, GoesToTheOneBefore) {
    EXPECT_EQ(restored({}), std::nullopt);
    EXPECT_EQ(restored({own}), std::nullopt);
    EXPECT_EQ(restored({own, own}), 1u);
    EXPECT_EQ(restored({own, own, own}), 2u);
}

TEST(RollbackChoice, TwiceGoesFurtherBackAndNeverToWhatWasTakenBack) {
    EXPECT_EQ(restored({own, own, again(1)}), std::nullopt);
    EXPECT_EQ(restored({own, own, own, again(2)}), 1u);
    EXPECT_EQ(restored({own, own, own, again(2), again(1)}), std::nullopt);
}

TEST(RollbackChoice, AfterANewPublishPassesOverWhatWasTakenBackBefore) {
    EXPECT_EQ(restored({own, own, again(1), own}), 3u) << "which is 1 again, and not 2";
    EXPECT_EQ(restored({own, own, again(1), own, again(1)}), std::nullopt);
    EXPECT_EQ(restored({own, own, own, again(2), own, again(2)}), 1u);
}

TEST(RollbackChoice, WhatAPersonBroughtBackIsNotTakenBackAnyMore) {
    EXPECT_EQ(restored({own, own, again(1), again(2), own}), 4u);
    EXPECT_EQ(restored({own, own, again(1), again(2)}), 3u);
}

TEST(RollbackChoice, NeedsBytes) {
    EXPECT_EQ(restored({history_only, own}), std::nullopt);
    EXPECT_EQ(restored({own, history_only, own}), 1u);
    EXPECT_EQ(restored({history_only, own, again(1), own}), 3u) << "the bytes of 1 are kept by its restorer";
}

}  // namespace
}  // namespace mirrorseed::sync
