#include "sync/run/hold_back.hpp"

#include "tests/support/listed.hpp"

#include <gtest/gtest.h>

#include <set>

namespace mirrorseed::sync {
namespace {

using test::file_of;
using test::folder_of;
using test::link_to;
using test::listing_of;
using test::path;
using test::Tree;

constexpr auto file = EntryKind::file;
constexpr auto folder = EntryKind::folder;
constexpr auto link = EntryKind::link;

// A tree of files by name, with their folders; "a -> b" is a link.
Listing listing(std::initializer_list<const char*> names) {
    Tree tree;
    std::set<RelPath> folders;
    for (const std::string_view name : names)
        for (auto above = path(name.substr(0, name.find(" -> "))).parent(); !above.is_root();
             above = above.parent())
            if (folders.insert(above).second) tree.emplace_back(above.str(), folder_of());
    for (const std::string_view name : names) {
        const auto arrow = name.find(" -> ");
        if (arrow == std::string_view::npos)
            tree.emplace_back(std::string(name), file_of("x"));
        else
            tree.emplace_back(std::string(name.substr(0, arrow)),
                              link_to(std::string(name.substr(arrow + 4))));
    }
    return listing_of(tree);
}

HoldBack hold(const char* bad, const Listing& listed) {
    return HoldBack({path(bad)}, {}, listed);
}

bool changes(const HoldBack& held, const char* name, EntryKind kind = file) {
    return !held.keeps_old(path(name), kind, kind);
}
bool comes(const HoldBack& held, const char* name, EntryKind kind = file) {
    return !held.keeps_old(path(name), {}, kind);
}
bool goes(const HoldBack& held, const char* name, EntryKind kind = file) {
    return !held.keeps_old(path(name), kind, {});
}

const Listing debian() {
    return listing({"dists/bookworm/InRelease", "dists/bookworm/main/binary-amd64/Packages.xz",
                    "dists/bookworm/main/binary-amd64/Release",
                    "dists/bookworm/main/binary-amd64/by-hash/SHA256/aa", "dists/stable -> bookworm",
                    "dists/trixie/InRelease", "pool/main/a/a_1.deb", "pool/main/b/b_1.deb", "README"});
}

TEST(HoldBack, LeavesEverythingAloneWhenNothingIsBad) {
    const HoldBack none({}, {}, debian());
    EXPECT_TRUE(changes(none, "dists/bookworm/InRelease"));
    EXPECT_TRUE(goes(none, "pool/main/a/a_1.deb"));
    EXPECT_TRUE(none.scopes().empty());
}

TEST(HoldBack, KeepsIndexesAndWhatTheyMayName) {
    const auto held = hold("pool/main/a/a_1.deb", debian());
    EXPECT_EQ(held.scopes(), (std::vector{path("")}));
    EXPECT_FALSE(comes(held, "pool/main/a/a_1.deb")) << "the bad one itself";
    EXPECT_FALSE(changes(held, "dists/bookworm/InRelease"));
    EXPECT_FALSE(comes(held, "dists/bookworm/main/binary-amd64/Packages.gz"));
    EXPECT_FALSE(goes(held, "pool/main/b/b_0.deb"));
    EXPECT_FALSE(goes(held, "pool/main/old", folder));
    EXPECT_TRUE(comes(held, "pool/main/b/b_1.deb")) << "nobody is led to it";
    EXPECT_TRUE(comes(held, "pool/main/c", folder));
    EXPECT_TRUE(changes(held, "README"));
}

TEST(HoldBack, StaysInTheLowestFolderWithAnIndex) {
    const auto listed = listing({"a/SHA256SUMS", "a/x.iso", "b/SHA256SUMS", "b/y.iso", "lastupdate"});
    const auto held = hold("a/x.iso", listed);
    EXPECT_EQ(held.scopes(), (std::vector{path("a")}));
    EXPECT_FALSE(changes(held, "a/SHA256SUMS"));
    EXPECT_FALSE(goes(held, "a/old.iso"));
    EXPECT_TRUE(changes(held, "b/SHA256SUMS"));
    EXPECT_TRUE(goes(held, "b/old.iso"));
    EXPECT_TRUE(changes(held, "lastupdate"));
    EXPECT_TRUE(changes(held, "ab")) << "a name that begins alike";
}

TEST(HoldBack, LooksBelowFoldersToo) {
    const auto held = hold("r/os/Packages/x.rpm",
                           listing({"r/os/Packages/x.rpm", "r/os/repodata/repomd.xml", "r/iso/CHECKSUM"}));
    EXPECT_EQ(held.scopes(), (std::vector{path("r/os")}));
}

TEST(HoldBack, WidensToTheRootOfTheIndexes) {
    for (const auto* bad :
         {"dists/bookworm/main/binary-amd64/Packages.xz",
          "dists/bookworm/main/binary-amd64/by-hash/SHA256/aa", "dists/bookworm/InRelease"}) {
        const auto held = hold(bad, debian());
        EXPECT_EQ(held.scopes(), (std::vector{path("dists/bookworm")})) << bad;
        EXPECT_FALSE(changes(held, "dists/bookworm/InRelease"));
        EXPECT_TRUE(changes(held, "dists/trixie/InRelease"));
    }
}

TEST(HoldBack, TouchesNothingElseInATreeWithoutIndexes) {
    const auto held = hold("a/x", listing({"a/x", "a/y", "latest -> a/x", "other -> a/y"}));
    EXPECT_TRUE(held.scopes().empty());
    EXPECT_FALSE(changes(held, "a/x"));
    EXPECT_FALSE(goes(held, "a/x"));
    EXPECT_TRUE(goes(held, "a/z"));
    EXPECT_FALSE(changes(held, "latest", link));
    EXPECT_TRUE(changes(held, "other", link));
}

TEST(HoldBack, KeepsLinksThatLeadToWhatDoesNotCome) {
    const auto held =
        hold("v2/x.iso", listing({"v2/x.iso", "v2/SHA256SUMS", "v1/x.iso", "v1/SHA256SUMS", "latest -> v2",
                                  "x.iso -> latest/x.iso", "up/here -> ../x.iso", "old -> v1", "loop -> loop",
                                  "sums -> v2/SHA256SUMS"}));
    EXPECT_EQ(held.scopes(), (std::vector{path("v2")}));
    for (const auto* name : {"latest", "x.iso", "up/here", "sums"})
        EXPECT_FALSE(changes(held, name, link)) << name;
    for (const auto* name : {"old", "loop"})
        EXPECT_TRUE(changes(held, name, link)) << name;
}

TEST(HoldBack, KeepsAFolderWhoseContentIsNotDeleted) {
    const auto held = hold("SHA256SUMS", listing({"SHA256SUMS", "was-folder"}));
    EXPECT_TRUE(held.keeps_old(path("was-folder"), folder, file));
    EXPECT_FALSE(held.keeps_old(path("was-file"), file, folder));
}

TEST(HoldBack, KeepsOneScopeForNeighbours) {
    const auto listed = listing({"a/SHA256SUMS", "a/b/SHA256SUMS", "a/b/x", "a/y", "c/SHA256SUMS", "c/z"});
    EXPECT_EQ(HoldBack({path("a/b/x"), path("a/y"), path("c/z")}, {}, listed).scopes(),
              (std::vector{path("a"), path("c")}));
}

TEST(HoldBack, FindsItsScopeAmongAMillionNames) {
    Listing large;
    for (int f = 0; f < 1000; ++f) {
        std::vector<ListedEntry> entries;
        for (int i = 0; i < 1000; ++i)
            entries.push_back({"package-" + std::to_string(i) + "_1.0-1_amd64.deb", file_of("x")});
        large.add(path("pool/main/" + std::to_string(f)), entries);
        large.append(path("pool/main"), {.name = std::to_string(f), .entry = folder_of()});
    }
    large.append(path("pool"), {.name = "main", .entry = folder_of()});
    for (const auto* name : {"pool", "dists"})
        large.append(RelPath(), {.name = name, .entry = folder_of()});
    large.add(path("dists"), {{"Release", file_of("x")}});
    large.finish().value();
    const auto held = hold("pool/main/7/package-7_1.0-1_amd64.deb", large);
    EXPECT_EQ(held.scopes(), (std::vector{path("")}));
}

TEST(HoldBack, KeepsWhatWaitsAlone) {
    const auto listed = listing({"iso/a.iso", "iso/b.iso", "iso/SHA256SUMS", "iso/latest -> a.iso",
                                 "iso/other -> b.iso", "current -> iso", "Release"});
    const HoldBack held({}, {path("iso/a.iso"), path("iso/SHA256SUMS")}, listed);
    for (const auto* name : {"iso/a.iso", "iso/SHA256SUMS"})
        EXPECT_FALSE(changes(held, name)) << name;
    for (const auto* name : {"iso/latest", "current"})
        EXPECT_FALSE(changes(held, name, link)) << name;
    EXPECT_TRUE(changes(held, "iso/other", link));
    for (const auto* name : {"iso/b.iso", "Release"})
        EXPECT_TRUE(changes(held, name)) << name;
    EXPECT_TRUE(goes(held, "iso/c.iso"));
}

}  // namespace
}  // namespace mirrorseed::sync
