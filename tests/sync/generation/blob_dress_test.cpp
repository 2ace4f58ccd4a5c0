#include "sync/generation/blob_dress.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

constexpr Dress open_now{0644, {1}}, open_later{0644, {2}}, tool{0755, {1}}, closed{0600, {1}};

DressWish shown(const Dress& dress, std::uint64_t names = 1) {
    return {
        .dress = dress, .is_readable = is_open(dress), .is_shown = true, .names = names, .to_place = names};
}
DressWish unshown(const Dress& dress) {
    return {.dress = dress, .is_readable = is_open(dress), .is_shown = false, .names = 1};
}

TEST(BlobDress, StaysWhileANameAsksForIt) {
    EXPECT_EQ(choose_dress(open_now, {shown(open_now), shown(open_later, 9)}, false), open_now);
}

TEST(BlobDress, IsElseWhatMostNamesAskFor) {
    EXPECT_EQ(choose_dress(open_now, {shown(open_later)}, false), open_later);
    EXPECT_EQ(choose_dress(open_now, {shown(tool, 2), shown(open_later, 3)}, false), open_later);
}

TEST(BlobDress, StaysWhereNoCheckoutShowsTheContent) {
    EXPECT_EQ(choose_dress(open_now, {unshown(open_later)}, false), open_now);
    EXPECT_EQ(choose_dress(open_now, {}, false), open_now);
    EXPECT_EQ(choose_dress(closed, {unshown(closed)}, false), closed);
}

TEST(BlobDress, WhatAReadableNameShowsIsOpenWhateverHiddenNamesAskFor) {
    EXPECT_EQ(choose_dress(closed, {shown(closed, 5), shown(open_now)}, false), open_now);
    EXPECT_EQ(choose_dress(open_now, {shown(closed, 5), unshown(open_later)}, false), open_now);
    EXPECT_EQ(choose_dress(closed, {shown(closed), unshown(tool)}, false), (Dress{0755, {1}}));
}

TEST(BlobDress, WhatOnlyHiddenNamesShowIsClosedAsTheyAre) {
    EXPECT_EQ(choose_dress(open_now, {shown(closed)}, false), closed);
}

TEST(BlobDress, WhatAReleaseNamesIsOpen) {
    EXPECT_EQ(choose_dress(closed, {shown(closed)}, true), (Dress{0644, {1}}));
    EXPECT_EQ(choose_dress(open_now, {shown(closed)}, true), open_now);
}

TEST(BlobDress, CopiesAreNamesThatAreYetToBePlacedAndThoseThatWereLinks) {
    EXPECT_EQ(copies_to_make(open_now, open_now, {shown(open_now, 3), shown(open_later, 2)}), 2u);
    EXPECT_EQ(copies_to_make(open_now, open_later, {shown(open_later, 2)}), 0u);
    auto settled = shown(closed, 4);
    settled.to_place = 0;
    EXPECT_EQ(copies_to_make(closed, open_now, {settled, shown(open_now)}), 4u);
    settled.dress = tool;  // they are copies already
    EXPECT_EQ(copies_to_make(closed, open_now, {settled, shown(open_now)}), 0u);
    EXPECT_EQ(copies_to_make(open_now, open_now, {unshown(open_later)}), 0u);
}

}  // namespace
}  // namespace mirrorseed::sync
