#include "sync/plan.hpp"

#include "tests/support/planned.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::as_listed;
using test::digest_of_text;
using test::file_of;
using test::folder_of;
using test::link_to;
using test::listing_of;
using test::names;
using test::Names;
using test::noon;
using test::path;
using test::plan;
using test::plan_of;
using test::ReadPlan;
using test::stored;
using test::Tree;

const Entry* ready_entry(const ReadPlan& plan, std::string_view name) {
    for (const auto& item : plan.ready)
        if (item.path == path(name)) return &item.entry;
    return nullptr;
}

Entry of_mode(Entry entry, std::uint32_t mode) {
    entry.mode = mode;
    return entry;
}

std::optional<Bytes> has_hello(const RelPath&, const Digest& digest) {
    return digest == digest_of_text("hello") ? std::optional<Bytes>(5) : std::nullopt;
}

StagedFile staged(std::string_view name, std::string_view content, UnixTime time = noon) {
    return {path(name), content.size(), FileTime::from_seconds(time), digest_of_text(content)};
}

TEST(Plan, AFirstSyncFetchesFilesAndSettlesTheRest) {
    const auto p = plan({{"d", folder_of()}, {"d/a", file_of("hello")}, {"l", link_to("d/a")}}, {});
    EXPECT_EQ(names(p.fetch), Names{"d/a"});
    EXPECT_EQ(names(p.ready), (Names{"d", "l"}));
    EXPECT_TRUE(p.remove.empty());
    EXPECT_EQ(p.fetched, (Amount{1, 5}));
    EXPECT_EQ(p.total, (Amount{1, 5}));
    EXPECT_EQ(p.names, 3u);
    EXPECT_EQ(p.added, 2u);
    EXPECT_FALSE(p.changes_nothing());
    EXPECT_EQ(p.held_reason, "");
}

TEST(Plan, WhatIsAsItWasNeedsNothing) {
    const Tree current{{"d", folder_of()}, {"d/a", stored("hello")}, {"l", link_to("d/a")}};
    const auto p = plan(as_listed(current), current);
    EXPECT_TRUE(p.changes_nothing());
    EXPECT_EQ(p.total, (Amount{1, 5}));
    EXPECT_EQ(p.current, (Amount{1, 5}));
    EXPECT_EQ(p.names, 3u);
}

TEST(Plan, AnotherSizeOrTimeIsFetchedAgain) {
    for (const auto& now : {file_of("hello!"), file_of("hello", noon + 1)}) {
        const auto p = plan({{"a", now}}, {{"a", stored("hello")}});
        EXPECT_EQ(names(p.fetch), Names{"a"});
        EXPECT_EQ(p.changed, 1u);
        EXPECT_EQ(p.added + p.dropped, 0u);
    }
}

TEST(Plan, WhatTheUpstreamDroppedIsRemoved) {
    const Tree current{
        {"a", stored("hello")}, {"d", folder_of()}, {"d/b", stored("12")}, {"z", link_to("a")}};
    const auto p = plan({{"a", file_of("hello")}}, current);
    EXPECT_EQ(names(p.remove), (Names{"d", "z", "d/b"}));
    EXPECT_EQ(p.removed, (Amount{1, 2}));
    EXPECT_EQ(p.dropped, 2u);
    EXPECT_EQ(p.names, 1u);
    EXPECT_TRUE(p.fetch.empty());
}

TEST(Plan, ChangesInEveryPlaceAreFoundInOneWalk) {
    const Tree current{{"b", folder_of()},
                       {"b/x", stored("1")},
                       {"c", stored("1")},
                       {"e", folder_of()},
                       {"e/y", stored("1")}};
    const Tree listed{{"a", folder_of()},    {"a/new", file_of("1")}, {"b", folder_of()},
                      {"b/w", file_of("1")}, {"b/x", file_of("1")},   {"d", file_of("1")}};
    const auto p = plan(listed, current);
    EXPECT_EQ(names(p.fetch), (Names{"d", "a/new", "b/w"}));
    EXPECT_EQ(names(p.ready), Names{"a"});
    EXPECT_EQ(names(p.remove), (Names{"c", "e", "e/y"}));
}

TEST(Plan, AFactsOnlyChangeKeepsTheContent) {
    const auto p = plan({{"a", of_mode(file_of("hello"), 0600)}}, {{"a", stored("hello")}});
    EXPECT_TRUE(p.fetch.empty());
    ASSERT_TRUE(ready_entry(p, "a"));
    EXPECT_EQ(ready_entry(p, "a")->digest, digest_of_text("hello"));
    EXPECT_EQ(ready_entry(p, "a")->mode, 0600u);
    EXPECT_TRUE(ready_entry(p, "a")->hidden);
    EXPECT_EQ(p.changed, 1u);
    EXPECT_EQ(p.reused, Amount{});
    EXPECT_FALSE(p.changes_nothing());
}

// As rsync lists what was adopted.
TEST(Plan, AWholeSecondIsTheTimeOfAFileWithinIt) {
    auto adopted = stored("hello");
    adopted.mtime.nanoseconds += 123'456'789;
    const auto p = plan({{"a", file_of("hello")}}, {{"a", adopted}});
    EXPECT_TRUE(p.fetch.empty());
    ASSERT_NE(ready_entry(p, "a"), nullptr);
    EXPECT_EQ(ready_entry(p, "a")->mtime, stored("hello").mtime);
    auto listed = file_of("hello");
    listed.mtime.nanoseconds += 1;
    EXPECT_EQ(names(plan({{"a", listed}}, {{"a", adopted}}).fetch), Names{"a"});
    adopted.mtime.nanoseconds += 1'000'000'000;
    EXPECT_EQ(names(plan({{"a", file_of("hello")}}, {{"a", adopted}}).fetch), Names{"a"});
}

TEST(Plan, AnotherLinkTargetIsSettled) {
    const auto p = plan({{"l", link_to("b")}}, {{"l", link_to("a")}});
    ASSERT_TRUE(ready_entry(p, "l"));
    EXPECT_EQ(ready_entry(p, "l")->target, "b");
    EXPECT_EQ(p.changed, 1u);
}

TEST(Plan, AFileThatAnEarlierRunFetchedIsReused) {
    Known known;
    known.blob_size = has_hello;
    const auto plan_with_staged = [&](const Tree& listed) {
        auto listing = listing_of(listed);
        recall_staged(listing, staged("a", "hello"));
        return plan_of(std::move(listing), {}, known);
    };
    auto p = plan_with_staged({{"a", file_of("hello")}});
    EXPECT_TRUE(p.fetch.empty());
    EXPECT_EQ(ready_entry(p, "a")->digest, digest_of_text("hello"));
    EXPECT_EQ(p.reused, (Amount{1, 5}));
    EXPECT_EQ(names(plan_with_staged({{"a", file_of("hello", noon + 1)}}).fetch), Names{"a"});
    EXPECT_EQ(names(plan_with_staged({{"b", file_of("hello")}}).fetch), Names{"b"});
    EXPECT_EQ(names(plan_with_staged({{"a", folder_of()}}).ready), Names{"a"});
}

TEST(Plan, WhatAListingIsNotSureOfIsAskedFor) {
    const Tree current{{"a", stored("hello")}, {"b", stored("world")}};
    Listing listing;
    listing.add(RelPath(), {{.name = "a", .entry = file_of("hello"), .sureness = Sureness::rough},
                            {.name = "b", .entry = stored("world"), .sureness = Sureness::none},
                            {.name = "c", .entry = file_of("new")}});
    listing.finish().value();
    const auto p = plan_of(std::move(listing), current);
    EXPECT_EQ(names(p.fetch), (Names{"a", "c"})) << "b is the same whatever it looks like, for its digest is";
    EXPECT_TRUE(p.Plan::fetch[0].replaces);
    EXPECT_FALSE(p.Plan::fetch[1].replaces);
}

TEST(Plan, AContentWhoseDigestTheUpstreamTellsIsReusedWhereverItIs) {
    Known known;
    known.blob_size = has_hello;
    const auto p =
        plan({{"moved", stored("hello")}, {"new", stored("world")}}, {{"old", stored("hello")}}, known);
    EXPECT_EQ(names(p.fetch), Names{"new"});
    EXPECT_EQ(ready_entry(p, "moved")->digest, digest_of_text("hello"));
    EXPECT_EQ(p.reused, (Amount{1, 5}));
}

TEST(Plan, ADigestThatCannotBeOfThatSizeIsNotBelieved) {
    Known known;
    known.blob_size = has_hello;
    auto wrong = stored("hello");
    wrong.size = 6;
    EXPECT_EQ(names(plan({{"a", wrong}}, {}, known).fetch), Names{"a"});
    EXPECT_EQ(names(plan({{"a", wrong}}, {{"a", stored("hello")}}, known).fetch), Names{"a"});
}

TEST(Plan, ADigestSettlesWhatAListingRounds) {
    auto rounded = stored("hello", noon + 40);
    rounded.size = 6;
    Listing listing;
    listing.add(RelPath(), {{.name = "a", .entry = rounded, .sureness = Sureness::rough}});
    listing.finish().value();
    EXPECT_TRUE(plan_of(std::move(listing), {{"a", stored("hello")}}).changes_nothing());
}

TEST(Plan, ADigestThatIsToldBeatsSizeAndTime) {
    // Same size and time, another content.
    auto p = plan({{"a", stored("hellx")}}, {{"a", stored("hello")}});
    EXPECT_EQ(names(p.fetch), Names{"a"});
    // Another time, same content.
    p = plan({{"a", stored("hello", noon + 1)}}, {{"a", stored("hello")}});
    EXPECT_TRUE(p.fetch.empty());
    EXPECT_EQ(ready_entry(p, "a")->mtime, FileTime::from_seconds(noon + 1));
}

TEST(Plan, AFileWhoseContentIsGoneIsFetchedAgain) {
    EXPECT_EQ(names(plan({{"a", file_of("hello")}}, {{"a", file_of("hello")}}).fetch), Names{"a"});
}

TEST(Plan, AWithdrawnContentIsLeftOutAsLongAsItStaysAsItWas) {
    Known known;
    known.withdrawn.emplace(path("a"), staged("a", "bad"));
    auto p = plan({{"a", file_of("bad")}, {"b", file_of("ok")}}, {}, known);
    EXPECT_EQ(names(p.left_out), Names{"a"});
    ASSERT_TRUE(p.left_out[0].withdrawn);
    EXPECT_EQ(p.left_out[0].withdrawn->digest, digest_of_text("bad"));
    EXPECT_EQ(names(p.fetch), Names{"b"});
    EXPECT_EQ(p.names, 1u);
    EXPECT_EQ(p.added, 1u);
    p = plan({{"a", file_of("good")}}, {}, known);
    EXPECT_EQ(names(p.fetch), Names{"a"});
    EXPECT_TRUE(p.left_out.empty());
}

TEST(Plan, AWithdrawnContentInThePlaceOfAnotherRemovesTheName) {
    Known known;
    known.withdrawn.emplace(path("a"), staged("a", "bad"));
    const auto p = plan({{"a", file_of("bad")}}, {{"a", stored("good")}}, known);
    EXPECT_EQ(names(p.remove), Names{"a"});
    EXPECT_EQ(p.dropped, 1u);
    EXPECT_EQ(p.names, 0u);
}

TEST(Plan, AFileMayBecomeAFolder) {
    const auto p = plan({{"x", folder_of()}, {"x/f", file_of("1")}}, {{"x", stored("hello")}});
    EXPECT_EQ(names(p.ready), Names{"x"});
    EXPECT_EQ(names(p.fetch), Names{"x/f"});
    EXPECT_EQ(p.removed, (Amount{1, 5}));
    EXPECT_EQ(p.dropped, 1u);
    EXPECT_EQ(p.added, 1u);
    EXPECT_EQ(p.names, 2u);
}

TEST(Plan, AFolderMayBecomeAFile) {
    const auto p = plan({{"x", file_of("1")}}, {{"x", folder_of()}, {"x/f", stored("hello")}});
    EXPECT_EQ(names(p.fetch), Names{"x"});
    EXPECT_EQ(names(p.remove), Names{"x/f"});
    EXPECT_EQ(p.removed, (Amount{1, 5}));
    EXPECT_EQ(p.dropped, 1u);
    EXPECT_EQ(p.added, 1u) << "no file was there before, as approve would count it";
    EXPECT_EQ(p.changed, 0u);
}

TEST(Plan, AFileMayBecomeALinkAndBack) {
    auto p = plan({{"x", link_to("y")}}, {{"x", stored("hello")}});
    EXPECT_EQ(names(p.ready), Names{"x"});
    EXPECT_EQ(p.removed, (Amount{1, 5}));
    p = plan({{"x", file_of("hello")}}, {{"x", link_to("y")}});
    EXPECT_EQ(names(p.fetch), Names{"x"});
    EXPECT_EQ(p.changed, 1u);
}

TEST(Plan, ANewFolderTimeAloneIsNoChange) {
    const Tree current{{"d", folder_of(0755, noon)}, {"d/a", stored("1")}};
    auto p = plan({{"d", folder_of(0755, noon + 9)}, {"d/a", file_of("1")}}, current);
    EXPECT_TRUE(p.changes_nothing());
    p = plan({{"d", folder_of(0700, noon + 9)}, {"d/a", file_of("1")}}, current);
    EXPECT_FALSE(p.changes_nothing());
    // But it comes along with any other change.
    p = plan({{"d", folder_of(0755, noon + 9)}, {"d/a", file_of("22")}}, current);
    EXPECT_FALSE(p.changes_nothing());
    EXPECT_EQ(ready_entry(p, "d")->mtime, FileTime::from_seconds(noon + 9));
}

TEST(Plan, WhatTheListingLeftOutIsTold) {
    const auto p = plan({{"out", link_to("/etc")}}, {});
    EXPECT_EQ(names(p.left_out), Names{"out"});
    EXPECT_TRUE(p.changes_nothing());
}

TEST(Plan, OfAPlainFolderSizeAndSecondMustDo) {
    Known known;
    known.by_facts = true;
    auto nearly = file_of("same");
    nearly.mtime.nanoseconds += 5;
    const Tree listed{{"a", file_of("same")}, {"b", file_of("longer")}, {"c", file_of("same", noon + 1)}};
    const auto made = plan(listed, {{"a", nearly}, {"b", file_of("same")}, {"c", file_of("same")}}, known);
    EXPECT_EQ(names(made.fetch), (Names{"b", "c"}));
    EXPECT_EQ(names(made.ready), (Names{"a"}));
    EXPECT_TRUE(plan(listed, listed, known).changes_nothing());
}

ReadPlan plan_of_one(const Entry& listed, Sureness sureness, const Tree& current, const Known& known = {}) {
    return plan_of(listing_of({{"a", listed}}, sureness), current, known);
}

// As a signed index tells a file.
constexpr Sureness undated{Sure::exact, Sure::none};

TEST(Plan, OneExactFactTellsNoContent) {
    for (const auto sureness : {undated, Sureness{Sure::exact, Sure::rough},
                                Sureness{Sure::rough, Sure::exact}, Sureness{Sure::none, Sure::exact}}) {
        const auto p = plan_of_one(file_of("hello"), sureness, {{"a", stored("hello")}});
        EXPECT_EQ(names(p.fetch), Names{"a"});
        EXPECT_TRUE(p.Plan::fetch[0].replaces);
        Known known;
        known.by_facts = true;
        EXPECT_EQ(names(plan_of_one(file_of("hello"), sureness, {{"a", file_of("hello")}}, known).fetch),
                  Names{"a"});
    }
}

TEST(Plan, WhatNobodyDatesIsTheSameWhenItsDigestIs) {
    EXPECT_TRUE(plan_of_one(stored("hello", 0), undated, {{"a", stored("hello")}}).changes_nothing());
    EXPECT_EQ(names(plan_of_one(stored("hellx", 0), undated, {{"a", stored("hello")}}).fetch), Names{"a"});
}

TEST(Plan, WhatNobodyDatesKeepsItsTime) {
    const auto p = plan_of_one(of_mode(stored("hello", 0), 0755), undated, {{"a", stored("hello")}});
    EXPECT_TRUE(p.fetch.empty());
    ASSERT_TRUE(ready_entry(p, "a"));
    EXPECT_EQ(*ready_entry(p, "a"), of_mode(stored("hello"), 0755));
}

TEST(Plan, WhatNobodyDatesIsReusedWhereverItsContentIs) {
    Known known;
    known.blob_size = has_hello;
    for (const auto& current : {Tree{}, Tree{{"a", stored("older")}}}) {
        const auto p = plan_of_one(stored("hello", noon - 9), undated, current, known);
        EXPECT_TRUE(p.fetch.empty());
        ASSERT_TRUE(ready_entry(p, "a"));
        EXPECT_EQ(*ready_entry(p, "a"), stored("hello", noon - 9)) << "there is no better guess";
    }
}

TEST(Plan, AnExactSizeContradictsADigestHoweverTheTimeIsTold) {
    Known known;
    known.blob_size = has_hello;
    auto wrong = stored("hello");
    wrong.size = 6;
    for (const auto sureness : {undated, Sureness{Sure::exact, Sure::rough}}) {
        EXPECT_EQ(names(plan_of_one(wrong, sureness, {}, known).fetch), Names{"a"});
        EXPECT_EQ(names(plan_of_one(wrong, sureness, {{"a", stored("hello")}}, known).fetch), Names{"a"});
    }
}

TEST(Plan, AnExactTimeIsTakenBesideARoundedSize) {
    auto rounded = stored("hello", noon + 40);
    rounded.size = 6;
    const auto p = plan_of_one(rounded, {Sure::rough, Sure::exact}, {{"a", stored("hello")}});
    EXPECT_TRUE(p.fetch.empty());
    ASSERT_TRUE(ready_entry(p, "a"));
    EXPECT_EQ(*ready_entry(p, "a"), stored("hello", noon + 40));
}

TEST(Plan, WhatAnEarlierRunFetchedDatesWhatNobodyDates) {
    Known known;
    known.blob_size = has_hello;
    const auto recalled = [&](const Entry& listed) {
        auto listing = listing_of({{"a", listed}}, undated);
        recall_staged(listing, staged("a", "hello"));
        return plan_of(std::move(listing), {}, known);
    };
    const auto p = recalled(stored("hello", 0));
    EXPECT_TRUE(p.fetch.empty());
    EXPECT_EQ(*ready_entry(p, "a"), stored("hello"));
    EXPECT_EQ(names(recalled(stored("other", 0)).fetch), Names{"a"});
    auto wrong = stored("hello", 0);
    wrong.size = 6;
    EXPECT_EQ(names(recalled(wrong).fetch), Names{"a"});
}

TEST(Plan, AWithdrawnContentThatNobodyDatesIsKnownByItsDigest) {
    Known known;
    known.withdrawn.emplace(path("a"), staged("a", "bad"));
    EXPECT_EQ(names(plan_of_one(stored("bad", 0), undated, {}, known).left_out), Names{"a"});
    EXPECT_EQ(names(plan_of_one(stored("new", 0), undated, {}, known).fetch), Names{"a"});
}

TEST(Plan, OnlyAnExactTimeTellsThatTheUpstreamWentBackwards) {
    const auto backwards = [](Sureness sureness) {
        const auto older = file_of("old", noon - 3600);
        const Tree listed{{"d", folder_of()}, {"d/InRelease", older}};
        const Tree current{{"d", folder_of()}, {"d/InRelease", stored("newer")}};
        return !plan_of(listing_of(listed, sureness), current).backwards.empty();
    };
    EXPECT_TRUE(backwards(Sureness::exact));
    EXPECT_TRUE(backwards({Sure::rough, Sure::exact}));
    EXPECT_FALSE(backwards({Sure::exact, Sure::rough}));
    EXPECT_FALSE(backwards(undated));
}

}  // namespace
}  // namespace mirrorseed::sync
