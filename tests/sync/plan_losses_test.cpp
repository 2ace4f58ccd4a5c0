// What a plan would lose, and when that waits for a person.
#include "sync/plan.hpp"

#include "tests/support/planned.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::as_listed;
using test::file_of;
using test::folder_of;
using test::Held;
using test::link_to;
using test::names;
using test::Names;
using test::noon;
using test::plan;
using test::plan_of;
using test::stored;
using test::Tree;

// `count` stored files of ten bytes each.
Tree files(int count) {
    Tree tree;
    for (int i = 0; i < count; ++i)
        tree.emplace_back("f" + std::to_string(100 + i), stored("0123456789"));
    return tree;
}

TEST(PlanLosses, AnEmptyListingIsHeldByDefault) {
    const auto current = files(10);
    const auto p = plan({}, current, {}, DeleteLimit());
    EXPECT_EQ(p.remove.size(), 10u);
    EXPECT_NE(p.held_reason.find("10 of 10 files"), std::string::npos) << p.held_reason;
    EXPECT_FALSE(p.changes_nothing());
    EXPECT_TRUE(plan({}, {}, {}, DeleteLimit()).changes_nothing());
}

TEST(PlanLosses, DeletionsUpToTheLimitPass) {
    auto listed = as_listed(files(10));
    listed.pop_back();
    EXPECT_EQ(plan(listed, files(10), {}, DeleteLimit()).held_reason, "");
    listed.pop_back();
    EXPECT_NE(plan(listed, files(10), {}, DeleteLimit()).held_reason, "");
}

TEST(PlanLosses, OneLargeFileIsManyBytes) {
    auto current = files(99);
    current.emplace_back("large", stored(std::string(1000, 'x')));
    const auto p = plan(as_listed(files(99)), current, {}, DeleteLimit());
    EXPECT_NE(p.held_reason.find("1 of 100 files (1.0 %)"), std::string::npos) << p.held_reason;
}

TEST(PlanLosses, TheLimitMayBeACount) {
    const auto listed = as_listed(files(7));
    EXPECT_EQ(plan(listed, files(10), {}, {false, 0, 3}).held_reason, "");
    EXPECT_EQ(plan(listed, files(10), {}, {false, 0, 2}).held_reason,
              "it would delete 3 files, and max_delete is 2");
}

Tree of_sizes(std::size_t count, std::size_t size) {
    Tree tree;
    for (std::size_t i = 0; i < count; ++i)
        tree.emplace_back("s" + std::to_string(i), stored(std::string(size, 'x')));
    return tree;
}

Tree shrunk_to(Tree tree, std::size_t how_many, std::size_t size) {
    for (std::size_t i = 0; i < how_many; ++i)
        tree[i].second = file_of(std::string(size, 'y'), noon + 1);
    return tree;
}

TEST(PlanLosses, FilesThatBecomeEmptyAreLostLikeThoseThatGo) {
    const auto current = of_sizes(10, 100);
    EXPECT_EQ(plan(shrunk_to(as_listed(current), 1, 0), current, {}, DeleteLimit()).held_reason, "");
    EXPECT_EQ(plan(shrunk_to(as_listed(current), 10, 0), current, {}, DeleteLimit()).held_reason,
              "it would delete 0 and empty 10 of 10 files (100.0 %) and lose 1000 B of 1000 B (100.0 %), and "
              "max_delete is 10 %");
    EXPECT_EQ(plan(shrunk_to(as_listed(current), 3, 0), current, {}, {false, 0, 2}).held_reason,
              "it would delete 0 and empty 3 files, and max_delete is 2");
    EXPECT_EQ(plan(shrunk_to(as_listed(current), 3, 0), current, {}, {false, 0, 3}).held_reason, "");
}

TEST(PlanLosses, BytesThatFilesLoseAreLostLikeThoseOfFilesThatGo) {
    const auto current = of_sizes(10, 100);
    EXPECT_EQ(plan(shrunk_to(as_listed(current), 10, 90), current, {}, DeleteLimit()).held_reason, "");
    EXPECT_EQ(
        plan(shrunk_to(as_listed(current), 10, 89), current, {}, DeleteLimit()).held_reason,
        "it would delete 0 of 10 files (0.0 %) and lose 110 B of 1000 B (11.0 %), and max_delete is 10 %");
    EXPECT_EQ(plan(shrunk_to(as_listed(current), 10, 200), current, {}, DeleteLimit()).held_reason, "");
    auto listed = shrunk_to(as_listed(current), 1, 50);
    listed.pop_back();
    EXPECT_NE(plan(listed, current, {}, DeleteLimit())
                  .held_reason.find("delete 1 of 10 files (10.0 %) and lose 150 B"),
              std::string::npos);
}

TEST(PlanLosses, ARoughSizeIsNoLossBeyondDoubt) {
    const auto current = of_sizes(1, 100'000);
    Listing listing;
    listing.add(RelPath(),
                {{.name = "s0", .entry = file_of(std::string(95'000, 'y')), .sureness = Sureness::rough}});
    ASSERT_TRUE(listing.finish());
    const auto p = plan_of(std::move(listing), current, {}, {true, 3, 0});
    EXPECT_EQ(p.held_reason, "");
}

TEST(PlanLosses, WhatCameTellsWhatIsLost) {
    const auto current = of_sizes(2, 100);
    Listing listing;
    for (const auto* name : {"s0", "s1"})
        listing.append(RelPath(), {.name = name, .entry = file_of("?"), .sureness = Sureness::none});
    ASSERT_TRUE(listing.finish());
    Held source(current);
    const auto p = plan_sync(listing, source, {}, DeleteLimit());
    EXPECT_EQ(p.held_reason, "");
    EXPECT_EQ(shrunk_by(p, listing), (Amount{0, 0}));
    for (const auto& item : p.fetch)
        listing.correct(item.place, stored(""));
    EXPECT_EQ(shrunk_by(p, listing), (Amount{2, 200}));
    EXPECT_NE(held_for_deletions(p, shrunk_by(p, listing), DeleteLimit()), "");
}

TEST(PlanLosses, AManyLinksTreeIsHeldByItsLinks) {
    Tree current;
    for (int i = 0; i < 10; ++i)
        current.emplace_back("l" + std::to_string(i), link_to("f"));
    EXPECT_NE(plan({}, current, {}, DeleteLimit()).held_reason, "");
}

TEST(PlanLosses, FoldersThatGoAreNotCountedAsFiles) {
    const Tree current{{"d", folder_of()}, {"f", stored("1")}};
    const auto p = plan({{"f", file_of("1")}}, current, {}, {false, 0, 0});
    EXPECT_EQ(names(p.remove), Names{"d"});
    EXPECT_EQ(p.held_reason, "");
}

TEST(PlanLosses, WhatNobodySeesAnyMoreIsLost) {
    const auto current = of_sizes(4, 10);
    auto closed = as_listed(current);
    for (auto* entry : {&closed[0].second, &closed[1].second})
        entry->mode = 0600;
    const auto p = plan(closed, current, {}, DeleteLimit());
    EXPECT_EQ(p.hidden, (Amount{2, 20}));
    EXPECT_EQ(
        p.held_reason,
        "it would delete 0 and hide 2 of 4 files (50.0 %) and 20 B of 40 B (50.0 %), and max_delete is 10 %");
}

}  // namespace
}  // namespace mirrorseed::sync
