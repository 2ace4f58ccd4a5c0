#include "core/rel_path.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

namespace mirrorseed {
namespace {

using test::fails_with;
using test::path;
using namespace std::string_view_literals;

std::string of_length(std::size_t length) {
    return std::string(length, 'a');
}

// `count` parts of 255 bytes, joined.
std::string long_path(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += (i == 0 ? "" : "/") + of_length(255);
    return text;
}

TEST(RelPath, RefusesEveryWayOutOfTheTree) {
    for (const auto text : {".."sv, "../a"sv, "a/../b"sv, "a/.."sv, "."sv, "./a"sv, "a/."sv, "/"sv, "/etc"sv,
                            "a//b"sv, "a/"sv, "//"sv, "a\0b"sv, "\0"sv, "a/\0"sv})
        EXPECT_TRUE(fails_with(Fault::unsafe_path, RelPath::parse(text))) << testing::PrintToString(text);
}

TEST(RelPath, TakesEveryOtherName) {
    for (const auto text : {"a"sv, "a/b"sv, "..."sv, "..a"sv, "a.."sv, ".hidden"sv, "a b"sv, "a\nb"sv,
                            "-rf"sv, "~"sv, "\xff\xfe"sv, "\\"sv, "a/..b/c"sv, "C:"sv, "%2e%2e"sv}) {
        const auto parsed = RelPath::parse(text);
        ASSERT_TRUE(test::ok(parsed)) << testing::PrintToString(text);
        EXPECT_EQ(parsed->str(), text);
    }
}

TEST(RelPath, QuotesTheBadPartEscaped) {
    const auto refused = RelPath::parse("good/b\0ad"sv);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().text(), "unsafe path part \"b\\x00ad\"");
}

TEST(RelPath, LimitsPartsAndTheWhole) {
    EXPECT_TRUE(RelPath::parse(of_length(255)));
    EXPECT_FALSE(RelPath::parse(of_length(256)));
    EXPECT_FALSE(RelPath::parse("a/" + of_length(256) + "/b"));
    EXPECT_EQ(long_path(16).size(), 4095u);
    EXPECT_TRUE(RelPath::parse(long_path(16)));
    EXPECT_FALSE(RelPath::parse(long_path(16) + "/a"));
}

TEST(RelPath, TheEmptyTextIsTheRoot) {
    const auto root = RelPath::parse("");
    ASSERT_TRUE(root);
    EXPECT_TRUE(root->is_root());
    EXPECT_EQ(*root, RelPath());
    EXPECT_EQ(root->name(), "");
    EXPECT_EQ(root->parent(), RelPath());
}

TEST(RelPath, ANameIsExactlyOnePart) {
    EXPECT_EQ(RelPath::parse_name("a b").value().str(), "a b");
    EXPECT_TRUE(RelPath::parse_name(of_length(255)));
    for (const auto text : {""sv, "a/b"sv, "/a"sv, "a/"sv, "."sv, ".."sv, "a\0"sv})
        EXPECT_TRUE(fails_with(Fault::unsafe_path, RelPath::parse_name(text)))
            << testing::PrintToString(text);
    EXPECT_FALSE(RelPath::parse_name(of_length(256)));
}

TEST(RelPath, TellsItsNameAndItsParent) {
    const struct {
        const char *whole, *parent, *name;
    } cases[] = {{"a", "", "a"}, {"a/b", "a", "b"}, {"a/b/c.iso", "a/b", "c.iso"}};
    for (const auto& c : cases) {
        EXPECT_EQ(path(c.whole).name(), c.name);
        EXPECT_EQ(path(c.whole).parent(), path(c.parent)) << c.whole;
    }
}

TEST(RelPath, JoinsAndTheRootAddsNothing) {
    EXPECT_EQ(path("a/b") / path("c/d"), path("a/b/c/d"));
    EXPECT_EQ(RelPath() / path("a"), path("a"));
    EXPECT_EQ(path("a") / RelPath(), path("a"));
    EXPECT_EQ(RelPath() / RelPath(), RelPath());
}

TEST(RelPath, IsWithinAFolderByWholeParts) {
    EXPECT_TRUE(path("a/b").is_within(path("a")));
    EXPECT_TRUE(path("a").is_within(path("a")));
    EXPECT_TRUE(path("a/b").is_within(RelPath()));
    EXPECT_TRUE(RelPath().is_within(RelPath()));
    EXPECT_FALSE(path("ab").is_within(path("a")));
    EXPECT_FALSE(path("a-b/c").is_within(path("a")));
    EXPECT_FALSE(path("a").is_within(path("a/b")));
    EXPECT_FALSE(RelPath().is_within(path("a")));
}

TEST(RelPath, OrdersByRawBytes) {
    EXPECT_LT(path("a"), path("a-b"));
    EXPECT_LT(path("a-b"), path("a/b"));
    EXPECT_LT(path("a/b"), path("a0"));
    EXPECT_LT(path("z"), path("\xc3\xa4"));
}

TEST(RelPath, EqualPathsHashEqually) {
    const std::unordered_set<RelPath> set{path("a/b"), path("a") / path("b"), path("c")};
    EXPECT_EQ(set.size(), 2u);
}

}  // namespace
}  // namespace mirrorseed
