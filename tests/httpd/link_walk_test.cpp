#include "httpd/link_walk.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace mirrorseed::httpd {
namespace {

using Tree = std::map<std::string, Stop>;

Stop file() {
    return {EntryKind::file, {}};
}
Stop folder() {
    return {EntryKind::folder, {}};
}
Stop link(std::string target) {
    return {EntryKind::link, std::move(target)};
}

LookAt looking_at(const Tree& tree) {
    return [&tree](const RelPath& at) -> std::optional<Stop> {
        const auto found = tree.find(at.str());
        if (found == tree.end()) return std::nullopt;
        return found->second;
    };
}

std::string follow(const Tree& tree, const std::string& path) {
    const auto end = follow_links(RelPath::parse(path).value(), looking_at(tree));
    return end ? "/" + end->str() : "nowhere";
}

const Tree debian{{"dists", folder()},
                  {"dists/bookworm", folder()},
                  {"dists/bookworm/Release", file()},
                  {"dists/stable", link("bookworm")},
                  {"dists/oldest", link("./stable/")},
                  {"latest", link("dists/stable/Release")},
                  {"dists/up", link("../latest")},
                  {"root", link("dists/..")},
                  {"escape", link("../etc/passwd")},
                  {"dists/escape", link("../../x")},
                  {"absolute", link("/dists")},
                  {"empty", link("")},
                  {"dangling", link("nothing")},
                  {"self", link("self")},
                  {"strange", link("latest/")},
                  {"a", link("b")},
                  {"b", link("a")}};

TEST(LinkWalk, FollowsLinksAnywhereInAPath) {
    EXPECT_EQ(follow(debian, "dists/bookworm/Release"), "/dists/bookworm/Release");
    EXPECT_EQ(follow(debian, "dists/stable"), "/dists/bookworm");
    EXPECT_EQ(follow(debian, "dists/stable/Release"), "/dists/bookworm/Release");
    EXPECT_EQ(follow(debian, "dists/oldest/Release"), "/dists/bookworm/Release");
    EXPECT_EQ(follow(debian, "latest"), "/dists/bookworm/Release");
    EXPECT_EQ(follow(debian, "dists/up"), "/dists/bookworm/Release");
    EXPECT_EQ(follow(debian, "root/dists/stable"), "/dists/bookworm");
    EXPECT_EQ(follow(debian, "root"), "/");
    EXPECT_EQ(follow(debian, ""), "/");
}

TEST(LinkWalk, LeadsNowhereOutsideOrInCircles) {
    for (const auto* path : {"escape", "dists/escape", "absolute", "absolute/x", "empty", "dangling", "self",
                             "a", "latest/x", "strange", "missing", "dists/missing"})
        EXPECT_EQ(follow(debian, path), "nowhere") << path;
}

TEST(LinkWalk, TellsWhereNothingStandsThatAPathLeadsTo) {
    const auto gap = [](const std::string& path) {
        auto tree = debian;
        tree["up"] = link("nothing/../dists");
        tree["slashed"] = link("./nothing//here/");
        tree["dangling-below"] = link("dists");
        tree["dists/x"] = link("nothing");
        const auto end = end_of_path(RelPath::parse(path).value(), looking_at(tree));
        EXPECT_FALSE(end.found && end.gap);
        return end.gap ? "/" + end.gap->str() : "none";
    };
    EXPECT_EQ(gap("missing"), "/missing");
    EXPECT_EQ(gap("missing/x/y"), "/missing/x/y");
    EXPECT_EQ(gap("dists/stable/missing"), "/dists/bookworm/missing");
    EXPECT_EQ(gap("dists/oldest/a/b"), "/dists/bookworm/a/b");
    EXPECT_EQ(gap("dangling/x"), "/nothing/x");
    for (const auto* path : {"dists", "dangling", "latest/x", "dists/bookworm/Release/x", "escape",
                             "absolute/x", "self", "up/x", "dangling-below/x"})
        EXPECT_EQ(gap(path), "none") << path;
    EXPECT_EQ(gap("slashed/x"), "/nothing/here/x");
}

TEST(LinkWalk, TellsLinksThatLeaveFromThoseThatLeadNowhere) {
    const auto leaves = [](const Tree& tree, const std::string& at, const std::string& target) {
        return leaves_tree(RelPath::parse(at).value(), target, looking_at(tree));
    };
    for (const auto* target :
         {"/", "/etc/passwd", "..", "dists/../..", "escape", "dists/stable/../../../x", "absolute/x"})
        EXPECT_TRUE(leaves(debian, "", target)) << target;
    for (const auto* target :
         {"dists", "dists/..", "nothing", "nothing/../..", "self", "", "latest/..", "empty"})
        EXPECT_FALSE(leaves(debian, "", target)) << target;
    EXPECT_FALSE(leaves(debian, "dists", "../latest"));
    EXPECT_TRUE(leaves(debian, "dists", "../../latest"));
}

Tree chain(int links) {
    Tree tree{{"0", file()}};
    for (int i = 1; i <= links; ++i)
        tree[std::to_string(i)] = link(std::to_string(i - 1));
    return tree;
}

TEST(LinkWalk, GivesUpAfterFortyLinks) {
    EXPECT_EQ(follow(chain(40), "40"), "/0");
    EXPECT_EQ(follow(chain(41), "41"), "nowhere");
}

}  // namespace
}  // namespace mirrorseed::httpd
