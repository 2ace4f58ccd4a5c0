#include "httpd/shared_texts.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::httpd {
namespace {

TEST(SharedTexts, TheSameIsThereOnceAsLongAsSomebodyHasIt) {
    SharedTexts texts;
    auto first = texts.share("a", "text");
    auto second = texts.share("a", "text");
    EXPECT_EQ(first, second);
    EXPECT_NE(texts.share("b", "other"), first);
    EXPECT_EQ(texts.count(), 1u);
    first.reset();
    EXPECT_EQ(*second, "text");
    second.reset();
    EXPECT_EQ(texts.count(), 0u);
}

TEST(SharedTexts, WhatWasHandedOutMayOutliveTheTable) {
    SharedText text;
    {
        SharedTexts texts;
        text = texts.share("a", "text");
    }
    EXPECT_EQ(*text, "text");
}

}  // namespace
}  // namespace mirrorseed::httpd
