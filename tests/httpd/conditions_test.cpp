#include "httpd/conditions.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::httpd {
namespace {

constexpr UnixTime time_of_it = 784111777;
constexpr UnixTime now = 1795000000;
constexpr std::string_view same = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::string_view earlier = "Sun, 06 Nov 1994 08:49:36 GMT";
constexpr std::string_view later = "Sun, 06 Nov 1994 08:49:38 GMT";
const Validators validators{"\"abc\"", time_of_it, true};

Condition check(const ConditionFields& fields) {
    return check_conditions(fields, validators, now);
}

TEST(Conditions, GoOnWithoutAny) {
    EXPECT_EQ(check({}), Condition::go_on);
}

TEST(Conditions, IfMatchComparesStrongly) {
    for (const auto* match : {"*", "\"abc\"", "\"x\", \"abc\"", "\"a,b\" ,\"abc\"", ",\"abc\""})
        EXPECT_EQ(check({.if_match = match}), Condition::go_on) << match;
    for (const auto* other : {"\"x\"", "W/\"abc\"", "abc", "", "\"abc", "\"ABC\""})
        EXPECT_EQ(check({.if_match = other}), Condition::failed) << other;
}

TEST(Conditions, IfNoneMatchComparesWeakly) {
    for (const auto* match : {"*", "\"abc\"", "W/\"abc\"", "\"x\",W/\"abc\""})
        EXPECT_EQ(check({.if_none_match = match}), Condition::not_modified) << match;
    for (const auto* other : {"\"x\"", "abc", "", "w/\"abc\""})
        EXPECT_EQ(check({.if_none_match = other}), Condition::go_on) << other;
}

TEST(Conditions, DatesCompareByTheSecond) {
    EXPECT_EQ(check({.if_modified_since = same}), Condition::not_modified);
    EXPECT_EQ(check({.if_modified_since = later}), Condition::not_modified);
    EXPECT_EQ(check({.if_modified_since = earlier}), Condition::go_on);
    EXPECT_EQ(check({.if_unmodified_since = same}), Condition::go_on);
    EXPECT_EQ(check({.if_unmodified_since = earlier}), Condition::failed);
}

TEST(Conditions, WhatIsNoDateIsIgnored) {
    EXPECT_EQ(check({.if_modified_since = "yesterday"}), Condition::go_on);
    EXPECT_EQ(check({.if_unmodified_since = "yesterday"}), Condition::go_on);
}

TEST(Conditions, FollowTheOrderOfTheRfc) {
    // If-Match leaves If-Unmodified-Since unread.
    EXPECT_EQ(check({.if_match = "\"abc\"", .if_unmodified_since = earlier}), Condition::go_on);
    // If-None-Match leaves If-Modified-Since unread.
    EXPECT_EQ(check({.if_none_match = "\"x\"", .if_modified_since = later}), Condition::go_on);
    // A failed If-Match comes before a match of If-None-Match.
    EXPECT_EQ(check({.if_match = "\"x\"", .if_none_match = "\"abc\""}), Condition::failed);
    EXPECT_EQ(check({.if_match = "\"abc\"", .if_none_match = "\"abc\""}), Condition::not_modified);
}

TEST(IfRange, HoldsForTheSameStrongTagOrExactlyTheSameDate) {
    EXPECT_TRUE(if_range_holds({}, validators, now));
    EXPECT_TRUE(if_range_holds({.if_range = "\"abc\""}, validators, now));
    EXPECT_TRUE(if_range_holds({.if_range = same}, validators, now));
    for (const auto other : {std::string_view("W/\"abc\""), std::string_view("\"x\""), std::string_view("*"),
                             std::string_view("junk"), earlier, later})
        EXPECT_FALSE(if_range_holds({.if_range = other}, validators, now)) << other;
}

TEST(IfRange, DoesNotTrustADateThatMayBeSharedByTwoContents) {
    EXPECT_FALSE(if_range_holds({.if_range = same}, {"\"abc\"", time_of_it, false}, now));
}

}  // namespace
}  // namespace mirrorseed::httpd
