#include "tests/core/store/catalogue_words.hpp"

namespace mirrorseed {
namespace {

using CatalogueEntries = CatalogueTest;

TEST_F(CatalogueEntries, EveryKindOfEntryComesBackAsItWas) {
    const auto odd = Entry{.mode = 0, .hidden = true, .size = Bytes{1} << 50, .mtime = FileTime::from(-7, 5)};
    put("dir", folder_entry());
    put("dir/file", file("x"));
    put("dir/\xff\n", odd);
    put("link", link_to("../\xff"));
    publish();
    EXPECT_EQ(find(1, "dir"), folder_entry());
    EXPECT_EQ(find(1, "dir/file"), file("x"));
    EXPECT_EQ(find(1, "dir/\xff\n"), odd);
    EXPECT_EQ(find(1, "link"), link_to("../\xff"));
    EXPECT_EQ(find(1, ""), folder_entry());
    EXPECT_EQ(find(1, "none"), std::nullopt);
    EXPECT_EQ(find(1, "none/at/all"), std::nullopt);
}

TEST_F(CatalogueEntries, AFolderIsListedByRawBytes) {
    for (const auto* name : {"z", "a", "\xc3\xa4", "B", "a0", "a-b"})
        put(std::string("d/") + name, file("x"));
    publish();
    EXPECT_EQ(names_in(1, "d"), (Names{"B", "a", "a-b", "a0", "z", "\xc3\xa4"}));
    EXPECT_TRUE(names_in(1, "none").empty());
    EXPECT_TRUE(names_in(0, "d").empty());
}

TEST_F(CatalogueEntries, EverythingComesByFolderAndName) {
    for (const auto* name : {"b", "a/x", "a-b/x", "a0/x", "a/b/x", "a"})
        put(name, file("x"));
    publish();
    EXPECT_EQ(everything(1), (Names{":a", ":b", "a:x", "a-b:x", "a/b:x", "a0:x"}));
}

TEST_F(CatalogueEntries, ACandidatesChangesComeInOneWalk) {
    const auto changed = [&] {
        std::vector<std::string> all;
        catalogue_.entries().each_change(tree_, candidate_, [&](const EntryChange& change) {
            all.push_back((change.before ? (change.after ? "~" : "-") : "+") + change.path.str());
            EXPECT_EQ(change.before, find(candidate_ - 1, change.path.str()));
            EXPECT_EQ(change.after, find(candidate_, change.path.str()));
        });
        return all;
    };
    for (const auto* name : {"d/gone", "d/other", "steady"})
        put(name, file("x"));
    put("d", folder_entry());
    EXPECT_EQ(changed(), (Names{"+d", "+steady", "+d/gone", "+d/other"}));
    publish();
    EXPECT_TRUE(changed().empty());
    drop("d/gone");
    put("d/other", file("y"));
    put("d/new", file("z"));
    EXPECT_EQ(changed(), (Names{"-d/gone", "+d/new", "~d/other"}));
    drop("d/new");
    abandon();
    EXPECT_TRUE(changed().empty());
}

TEST_F(CatalogueEntries, TreesDoNotMix) {
    const auto other = catalogue_.trees().ensure("arch").id;
    put("a", file("x"));
    catalogue_.entries().put(other, 1, RelPath(), "b", file("y"));
    publish();
    EXPECT_EQ(everything(1), Names{":a"});
    EXPECT_FALSE(find(1, "b"));
    catalogue_.entries().abandon(other, 1);
    EXPECT_TRUE(find(1, "a"));
}

TEST_F(CatalogueEntries, ACandidateIsInvisibleUntilItIsPublished) {
    put("a", file("1"));
    put("b", file("1"));
    publish();
    auto reader = Catalogue::open_to_read(file_);
    start();
    put("a", file("2"));
    put("c", file("2"));
    drop("b");
    EXPECT_EQ(reader.trees().find("debian")->generation, 1u);
    EXPECT_EQ(everything(reader, 1), (Names{":a", ":b"}));
    EXPECT_EQ(reader.entries().find(tree_, 1, path("a"))->digest, digest_of_text("1"));
    publish();
    EXPECT_EQ(reader.trees().find("debian")->generation, 2u);
    EXPECT_EQ(everything(reader, 2), (Names{":a", ":c"}));
    EXPECT_EQ(reader.entries().find(tree_, 2, path("a"))->digest, digest_of_text("2"));
    // The old generation is still what it was.
    EXPECT_EQ(everything(reader, 1), (Names{":a", ":b"}));
}

TEST_F(CatalogueEntries, WhatATransactionWroteIsUnseenUntilItsCommit) {
    auto reader = Catalogue::open_to_read(file_);
    auto transaction = catalogue_.begin();
    put("a", file("1"));
    publish();
    EXPECT_EQ(reader.trees().find("debian")->generation, 0u);
    transaction.commit();
    EXPECT_EQ(reader.trees().find("debian")->generation, 1u);
}

TEST_F(CatalogueEntries, ARolledBackFolderIsNotRemembered) {
    {
        auto transaction = catalogue_.begin();
        put("d/a", file("1"));
    }
    put("e/a", file("1"));
    put("d/b", file("1"));
    publish();
    EXPECT_EQ(everything(1), (Names{"d:b", "e:a"}));
}

TEST_F(CatalogueEntries, AbandoningTheFirstCandidateLeavesNothing) {
    start();
    put("a", file("1"));
    put("d/a", file("1"));
    abandon();
    EXPECT_TRUE(everything(1).empty());
    EXPECT_EQ(catalogue_.trees().find("debian")->candidate, 0u);
    put("b", file("1"));
    publish();
    EXPECT_EQ(everything(1), Names{":b"});
}

TEST_F(CatalogueEntries, AbandoningALaterCandidateTakesEverythingBack) {
    put("same", file("1"));
    put("changed", file("1"));
    put("dropped", file("1"));
    publish();
    start();
    put("changed", file("2"));
    put("changed", file("3"));
    put("new", file("2"));
    drop("dropped");
    drop("never-there");
    put("here-and-gone", file("2"));
    drop("here-and-gone");
    EXPECT_EQ(everything(2), (Names{":changed", ":new", ":same"}));
    abandon();
    for (const Generation generation : {1U, 2U})
        EXPECT_EQ(everything(generation), (Names{":changed", ":dropped", ":same"})) << generation;
    EXPECT_EQ(find(2, "changed"), file("1"));
    EXPECT_TRUE(changes(1, 2).empty());
}

TEST_F(CatalogueEntries, AFirstGenerationsRowsSurviveALaterAbandon) {
    put("a", file("1"));
    publish();
    drop("a");
    publish();
    start();
    put("a", file("2"));
    abandon();
    EXPECT_TRUE(find(1, "a"));
    EXPECT_FALSE(find(2, "a"));
    EXPECT_FALSE(find(3, "a"));
}

TEST_F(CatalogueEntries, TouchedTellsEveryNameThatMovedBetweenTwoGenerations) {
    put("a/same", file("1"));
    put("a/changed", file("1"));
    put("dropped", file("1"));
    publish();
    put("a/changed", file("2"));
    drop("dropped");
    put("new", file("2"));
    publish();
    put("new", file("3"));
    put("fleeting", file("3"));
    publish();
    drop("fleeting");
    publish();
    EXPECT_EQ(changes(1, 2), (Names{"~a/changed", "-dropped", "+new"}));
    EXPECT_EQ(changes(2, 3), (Names{"+fleeting", "~new"}));
    EXPECT_EQ(changes(1, 4), (Names{"~a/changed", "-dropped", "?fleeting", "+new"}));
    EXPECT_EQ(changes(0, 1), (Names{"+a/changed", "+a/same", "+dropped"}));
    EXPECT_EQ(changes(0, 4), (Names{"+a/changed", "+a/same", "?dropped", "?fleeting", "+new"}));
    EXPECT_TRUE(changes(4, 4).empty());
}

TEST_F(CatalogueEntries, TouchedHoldsBothStates) {
    put("a", file("1"));
    publish();
    put("a", file("2"));
    publish();
    const auto all = catalogue_.entries().touched(tree_, 1, 2);
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].before, file("1"));
    EXPECT_EQ(all[0].after, file("2"));
}

TEST_F(CatalogueEntries, PathsOfNamesEveryPlaceOfAContentInOneGeneration) {
    put("a", file("1"));
    put("d/b", file("1"));
    put("c", file("2"));
    publish();
    drop("a");
    publish();
    EXPECT_EQ(catalogue_.entries().paths_of(tree_, 1, digest_of_text("1")).size(), 2u);
    const auto now = catalogue_.entries().paths_of(tree_, 2, digest_of_text("1"));
    ASSERT_EQ(now.size(), 1u);
    EXPECT_EQ(now[0], (PathEntry{path("d/b"), file("1")}));
    EXPECT_TRUE(catalogue_.entries().paths_of(tree_, 2, digest_of_text("3")).empty());
}

TEST_F(CatalogueEntries, OnlyAPublishedReadableEntryIsServed) {
    const auto is_served = [&](std::string_view content) {
        return catalogue_.entries().is_served(digest_of_text(content));
    };
    put("a", file("open"));
    put("b", hidden(file("hidden")));
    EXPECT_FALSE(is_served("open"));
    publish();
    EXPECT_TRUE(is_served("open"));
    EXPECT_FALSE(is_served("hidden"));
    EXPECT_FALSE(is_served("unknown"));
    put("b", file("hidden"));
    drop("a");
    put("c", file("candidate"));
    EXPECT_FALSE(is_served("hidden"));
    EXPECT_TRUE(is_served("open"));
    publish();
    EXPECT_TRUE(is_served("hidden"));
    EXPECT_FALSE(is_served("open"));
    EXPECT_TRUE(is_served("candidate"));
}

TEST_F(CatalogueEntries, ForgetBeforeKeepsWhatHistoryStillTells) {
    put("a", file("1"));
    put("b", file("1"));
    publish();
    drop("a");
    publish();
    drop("b");
    publish();
    catalogue_.entries().forget_before(tree_, 2);
    EXPECT_FALSE(find(1, "a"));
    EXPECT_TRUE(find(2, "b"));
    EXPECT_EQ(changes(2, 3), Names{"-b"});
}

TEST_F(CatalogueEntries, ANameThatLeftIsKnownAsItWasLast) {
    const auto last = [&](Generation generation, const char* name) {
        return catalogue_.entries().last_state(tree_, generation, path(name));
    };
    put("d", folder_entry());
    put("d/a", file("1"));
    put("top", file("2"));
    publish();
    put("d/a", file("22"));
    publish();
    catalogue_.entries().drop(tree_, candidate_, path("d"), "a", Leaving::dropped_upstream);
    drop("top");
    EXPECT_FALSE(last(2, "d/a")) << "the candidate is nobody's business";
    publish();
    const auto found = last(3, "d/a");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->entry, file("22"));
    EXPECT_EQ(found->since, 2u);
    EXPECT_EQ(found->until, 3u);
    EXPECT_EQ(found->leaving, Leaving::dropped_upstream);
    EXPECT_EQ(last(3, "top")->leaving, Leaving::otherwise);
    for (const auto* name : {"", "d", "never", "d/never", "never/was", "d/a/x"})
        EXPECT_FALSE(last(3, name)) << name;
    put("d/a", file("3"));
    publish();
    EXPECT_FALSE(last(4, "d/a"));
    EXPECT_FALSE(last(1, "d/a"));
}

TEST_F(CatalogueEntries, AContentIsOnlyHiddenWhereNothingReadableNamesIt) {
    auto& entries = catalogue_.entries();
    const auto digest = *file("1").digest;
    put("a", hidden(file("1")));
    EXPECT_FALSE(entries.is_only_hidden(digest)) << "it is no reader's yet";
    publish();
    EXPECT_TRUE(entries.is_only_hidden(digest));
    put("b", file("1"));
    publish();
    EXPECT_FALSE(entries.is_only_hidden(digest));
    drop("b");
    publish();
    EXPECT_TRUE(entries.is_only_hidden(digest));
    drop("a");
    publish();
    EXPECT_FALSE(entries.is_only_hidden(digest));
}

}  // namespace
}  // namespace mirrorseed
