#include "sync/link_target.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

#include <map>

namespace mirrorseed::sync {
namespace {

using Links = std::map<std::string, std::string, std::less<>>;

bool leaves(std::string_view link, std::string_view target, const Links& others = {}) {
    const LinkAt at = [&](std::string_view path) -> const std::string* {
        const auto found = others.find(path);
        return found == others.end() ? nullptr : &found->second;
    };
    return leaves_tree(test::path(link), target, at);
}

TEST(LinkTarget, StaysWhereItsSpellingStays) {
    for (const auto* target :
         {"b", "./b", "b/c", "../b", "../../b", "..", "../..", "x/../../../b", "b/", "b//c", "."})
        EXPECT_FALSE(leaves("d/e/link", target)) << target;
}

TEST(LinkTarget, LeavesWithOneStepTooManyOrFromTheRoot) {
    for (const auto* target :
         {"/", "/etc/passwd", "//x", "../../../b", "../../..", "x/../../../../b", "../../../d/e/back"})
        EXPECT_TRUE(leaves("d/e/link", target)) << target;
    EXPECT_TRUE(leaves("link", ".."));
    EXPECT_FALSE(leaves("link", "b"));
}

TEST(LinkTarget, AnotherLinkOnTheWayCountsFromWhereItPoints) {
    // By its spelling "deep/x/.." is in the tree, but deep points to the root.
    EXPECT_TRUE(leaves("link", "deep/..", {{"deep", "."}}));
    EXPECT_FALSE(leaves("link", "deep/..", {{"deep", "a/b"}}));
    EXPECT_TRUE(leaves("a/link", "up/../../x", {{"a/up", "../b"}}));
    EXPECT_FALSE(leaves("a/link", "up/../x", {{"a/up", "../b"}}));
}

TEST(LinkTarget, ALinkToALinkThatLeavesLeaves) {
    EXPECT_TRUE(leaves("a", "b", {{"b", "c"}, {"c", "/etc"}}));
    EXPECT_TRUE(leaves("a", "b/x", {{"b", "../up"}}));
}

TEST(LinkTarget, CirclesStayInside) {
    EXPECT_FALSE(leaves("a", "b", {{"a", "b"}, {"b", "a"}}));
    EXPECT_FALSE(leaves("a", "a", {{"a", "a"}}));
}

TEST(LinkTarget, DoublingLinksEnd) {
    Links links;
    for (int i = 0; i < 60; ++i)
        links["l" + std::to_string(i)] = "l" + std::to_string(i + 1) + "/l" + std::to_string(i + 1);
    EXPECT_FALSE(leaves("start", "l0", links));
}

}  // namespace
}  // namespace mirrorseed::sync
