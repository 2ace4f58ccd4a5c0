#include "core/catalogue.hpp"

#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace mirrorseed {
namespace {

using test::digest_of_text;
using test::path;

constexpr UnixTime noon = 1'700'000'000;

Entry folder_entry() {
    return {.kind = EntryKind::folder, .mode = 0755};
}
Entry link_to(const std::string& target) {
    return {.kind = EntryKind::link, .mode = 0777, .target = target};
}
Entry hidden(Entry entry) {
    entry.hidden = true;
    return entry;
}

class CatalogueTest : public testing::Test {
protected:
    // An entry of a content that is stored.
    Entry file(std::string_view content, UnixTime time = noon) {
        const auto digest = digest_of_text(content);
        catalogue_.contents().add_blob(digest, content.size(), time);
        return {.size = content.size(), .mtime = FileTime::from_seconds(time), .digest = digest};
    }

    void put(std::string_view name, const Entry& entry) {
        const auto where = path(name);
        catalogue_.entries().put(tree_, candidate_, where.parent(), where.name(), entry);
    }
    void drop(std::string_view name) {
        const auto where = path(name);
        catalogue_.entries().drop(tree_, candidate_, where.parent(), where.name());
    }
    void start() { catalogue_.trees().start_candidate(tree_); }
    Generation publish(UnixTime when = noon) {
        catalogue_.trees().publish(tree_, {.number = candidate_, .published = when});
        return candidate_++;
    }
    void abandon() {
        catalogue_.entries().abandon(tree_, candidate_);
        catalogue_.trees().drop_candidate(tree_);
    }

    std::optional<Entry> find(Generation generation, std::string_view name) {
        return catalogue_.entries().find(tree_, generation, path(name));
    }
    std::vector<std::string> names_in(Generation generation, std::string_view folder) {
        std::vector<std::string> names;
        for (const auto& item : catalogue_.entries().in_folder(tree_, generation, path(folder)))
            names.push_back(item.name);
        return names;
    }
    // "folder:name" of everything in a generation.
    std::vector<std::string> everything(Catalogue& catalogue, Generation generation) const {
        std::vector<std::string> all;
        const auto source = catalogue.entries().all(tree_, generation);
        std::string_view folder;
        while (const auto* item = source->next(folder))
            all.push_back(std::string(folder) + ":" + item->name);
        return all;
    }
    std::vector<std::string> everything(Generation generation) { return everything(catalogue_, generation); }

    std::vector<std::string> changes(Generation after, Generation upto) {
        std::vector<std::string> all;
        for (const auto& change : catalogue_.entries().touched(tree_, after, upto))
            all.push_back((change.before ? (change.after ? "~" : "-") : (change.after ? "+" : "?")) +
                          change.path.str());
        return all;
    }
    bool is_unneeded(std::string_view content, UnixTime graced_since = noon + 1'000'000) {
        for (const auto& row : catalogue_.contents().unneeded(graced_since))
            if (row.digest == digest_of_text(content)) return true;
        return false;
    }

    using Names = std::vector<std::string>;
    test::TempFolder temp_ = test::TempFolder::in_memory();
    std::string file_ = temp_.at("catalogue.db");
    Catalogue catalogue_ = Catalogue::open(file_);
    TreeId tree_ = catalogue_.trees().ensure("debian").id;
    Generation candidate_ = 1;
};

TEST_F(CatalogueTest, IsMadeFromNothingAndOpenedAgain) {
    put("a", file("x"));
    publish();
    catalogue_ = Catalogue::open(file_);
    EXPECT_EQ(catalogue_.trees().find("debian")->generation, 1u);
    EXPECT_TRUE(find(1, "a"));
    EXPECT_NO_THROW(catalogue_.look());
}

TEST_F(CatalogueTest, AReaderRefusesACatalogueThatWasNeverMade) {
    { Database::open(temp_.at("empty.db"), Database::Mode::create).execute("pragma journal_mode = wal"); }
    try {
        (void)Catalogue::open_to_read(temp_.at("empty.db"));
        FAIL() << "it was taken";
    } catch (const CatalogueTrouble& trouble) {
        EXPECT_TRUE(trouble.is_damage()) << trouble.what();
    }
    EXPECT_THROW((void)Catalogue::open_to_read(temp_.at("missing.db")), CatalogueTrouble);
}

TEST_F(CatalogueTest, ANewerSchemaIsRefusedByReadersAndWriters) {
    catalogue_.database().execute("pragma user_version = 1000");
    for (const auto open : {&Catalogue::open, &Catalogue::open_to_read})
        try {
            (void)open(file_);
            ADD_FAILURE() << "it was taken";
        } catch (const CatalogueTrouble& trouble) {
            EXPECT_TRUE(trouble.error().is(Fault::unsupported)) << trouble.what();
            EXPECT_NE(std::string(trouble.what()).find("1000"), std::string::npos) << trouble.what();
        }
}

TEST_F(CatalogueTest, AReaderWorksOnACopyAndWritesNothing) {
    put("a", file("x"));
    publish();
    catalogue_.database().execute("pragma wal_checkpoint(truncate)");
    std::filesystem::copy_file(file_, temp_.at("copy.db"));
    auto reader = Catalogue::open_to_read(temp_.at("copy.db"));
    EXPECT_EQ(everything(reader, 1), Names{":a"});
    EXPECT_THROW(reader.trees().set_paused(tree_, true), CatalogueTrouble);
}

TEST_F(CatalogueTest, ACutCatalogueIsDamaged) {
    for (int i = 0; i < 500; ++i)
        put("name" + std::to_string(i), file(std::to_string(i)));
    publish();
    catalogue_.database().execute("pragma wal_checkpoint(truncate)");
    std::filesystem::copy_file(file_, temp_.at("cut.db"));
    std::filesystem::resize_file(temp_.at("cut.db"), std::filesystem::file_size(temp_.at("cut.db")) / 3);
    try {
        Catalogue::open_to_read(temp_.at("cut.db")).look();
        FAIL() << "it was taken";
    } catch (const CatalogueTrouble& trouble) {
        EXPECT_TRUE(trouble.is_damage()) << trouble.what();
    }
}

TEST_F(CatalogueTest, ATreeIsMadeOnce) {
    EXPECT_EQ(catalogue_.trees().ensure("debian").id, tree_);
    EXPECT_NE(catalogue_.trees().ensure("arch").id, tree_);
    EXPECT_FALSE(catalogue_.trees().find("fedora"));
    const auto all = catalogue_.trees().all();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].name, "arch");
}

TEST_F(CatalogueTest, ATreeRemembersItsState) {
    auto& trees = catalogue_.trees();
    publish();
    trees.set_lineage(tree_, "abc");
    trees.set_checkout(tree_, 1);
    trees.set_paused(tree_, true);
    trees.start_candidate(tree_);
    trees.hold_candidate(tree_, "too much goes");
    auto row = trees.find("debian").value();
    EXPECT_EQ(row.lineage, "abc");
    EXPECT_EQ(row.generation, 1u);
    EXPECT_EQ(row.candidate, 2u);
    EXPECT_EQ(row.held_reason, "too much goes");
    EXPECT_TRUE(row.paused);
    EXPECT_EQ(row.checkout, 1u);
    publish();
    row = trees.find("debian").value();
    EXPECT_EQ(row.generation, 2u);
    EXPECT_EQ(row.candidate, 0u);
    EXPECT_EQ(row.held_reason, "");
}

TEST_F(CatalogueTest, AGenerationRemembersItsNumbers) {
    auto& trees = catalogue_.trees();
    trees.publish(tree_, {.number = 1,
                          .published = noon,
                          .entries = 10,
                          .files = 7,
                          .bytes = 1'000'000'000'000,
                          .added = 1,
                          .changed = 2,
                          .removed = 3,
                          .upstream = "rsync://x/"});
    trees.set_manifest(tree_, 1, digest_of_text("m"));
    const auto row = trees.generation(tree_, 1).value();
    EXPECT_EQ(row.published, noon);
    EXPECT_EQ(row.entries, 10u);
    EXPECT_EQ(row.files, 7u);
    EXPECT_EQ(row.bytes, 1'000'000'000'000u);
    EXPECT_EQ(row.added * 100 + row.changed * 10 + row.removed, 123u);
    EXPECT_EQ(row.upstream, "rsync://x/");
    EXPECT_EQ(row.manifest, digest_of_text("m"));
    EXPECT_TRUE(row.kept);
    trees.set_kept(tree_, 1, false);
    EXPECT_FALSE(trees.generation(tree_, 1)->kept);
    trees.publish(tree_, {.number = 2});
    EXPECT_EQ(trees.generations(tree_).front().number, 2u);
    EXPECT_FALSE(trees.generations(tree_).front().manifest);
    trees.forget_generation(tree_, 1);
    EXPECT_EQ(trees.generations(tree_).size(), 1u);
    EXPECT_FALSE(trees.generation(tree_, 1));
}

TEST_F(CatalogueTest, EveryKindOfEntryComesBackAsItWas) {
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

TEST_F(CatalogueTest, AFolderIsListedByRawBytes) {
    for (const auto* name : {"z", "a", "\xc3\xa4", "B", "a0", "a-b"})
        put(std::string("d/") + name, file("x"));
    publish();
    EXPECT_EQ(names_in(1, "d"), (Names{"B", "a", "a-b", "a0", "z", "\xc3\xa4"}));
    EXPECT_TRUE(names_in(1, "none").empty());
    EXPECT_TRUE(names_in(0, "d").empty());
}

TEST_F(CatalogueTest, EverythingComesByFolderAndName) {
    for (const auto* name : {"b", "a/x", "a-b/x", "a0/x", "a/b/x", "a"})
        put(name, file("x"));
    publish();
    EXPECT_EQ(everything(1), (Names{":a", ":b", "a:x", "a-b:x", "a/b:x", "a0:x"}));
}

TEST_F(CatalogueTest, TreesDoNotMix) {
    const auto other = catalogue_.trees().ensure("arch").id;
    put("a", file("x"));
    catalogue_.entries().put(other, 1, RelPath(), "b", file("y"));
    publish();
    EXPECT_EQ(everything(1), Names{":a"});
    EXPECT_FALSE(find(1, "b"));
    catalogue_.entries().abandon(other, 1);
    EXPECT_TRUE(find(1, "a"));
}

TEST_F(CatalogueTest, ACandidateIsInvisibleUntilItIsPublished) {
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

TEST_F(CatalogueTest, WhatATransactionWroteIsUnseenUntilItsCommit) {
    auto reader = Catalogue::open_to_read(file_);
    auto transaction = catalogue_.begin();
    put("a", file("1"));
    publish();
    EXPECT_EQ(reader.trees().find("debian")->generation, 0u);
    transaction.commit();
    EXPECT_EQ(reader.trees().find("debian")->generation, 1u);
}

TEST_F(CatalogueTest, ARolledBackFolderIsNotRemembered) {
    {
        auto transaction = catalogue_.begin();
        put("d/a", file("1"));
    }
    put("e/a", file("1"));
    put("d/b", file("1"));
    publish();
    EXPECT_EQ(everything(1), (Names{"d:b", "e:a"}));
}

TEST_F(CatalogueTest, AbandoningTheFirstCandidateLeavesNothing) {
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

TEST_F(CatalogueTest, AbandoningALaterCandidateTakesEverythingBack) {
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

TEST_F(CatalogueTest, AFirstGenerationsRowsSurviveALaterAbandon) {
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

TEST_F(CatalogueTest, TouchedTellsEveryNameThatMovedBetweenTwoGenerations) {
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

TEST_F(CatalogueTest, TouchedHoldsBothStates) {
    put("a", file("1"));
    publish();
    put("a", file("2"));
    publish();
    const auto all = catalogue_.entries().touched(tree_, 1, 2);
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].before, file("1"));
    EXPECT_EQ(all[0].after, file("2"));
}

TEST_F(CatalogueTest, PathsOfNamesEveryPlaceOfAContentInOneGeneration) {
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

TEST_F(CatalogueTest, OnlyAPublishedReadableEntryIsServed) {
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

TEST_F(CatalogueTest, ForgetBeforeKeepsWhatHistoryStillTells) {
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

TEST_F(CatalogueTest, ContentsRememberWhenTheyWereChecked) {
    auto& contents = catalogue_.contents();
    contents.add_blob(digest_of_text("new"), 3, noon + 5);
    contents.add_blob(digest_of_text("old"), 3, noon);
    EXPECT_TRUE(contents.has_blob(digest_of_text("new")));
    auto rows = contents.blobs_by_age();
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].digest, digest_of_text("old"));
    contents.mark_checked(digest_of_text("old"), noon + 9, true);
    rows = contents.blobs_by_age();
    EXPECT_EQ(rows[1].digest, digest_of_text("old"));
    EXPECT_EQ(rows[1].checked, noon + 9);
    EXPECT_TRUE(rows[1].damaged);
    EXPECT_FALSE(contents.has_sound_blob(digest_of_text("old")));
    contents.add_blob(digest_of_text("old"), 3,
                      noon + 10);  // nobody has looked at its bytes, so nothing is better
    EXPECT_TRUE(contents.blobs_by_age()[1].damaged);
    contents.mark_checked(digest_of_text("old"), noon + 10, false);
    EXPECT_TRUE(contents.has_sound_blob(digest_of_text("old")));
    EXPECT_EQ(contents.stored().files, 2u);
    EXPECT_EQ(contents.stored().bytes, 6u);
    contents.forget_blob(digest_of_text("old"));
    EXPECT_FALSE(contents.has_blob(digest_of_text("old")));
}

TEST_F(CatalogueTest, TellsWhichOfManyContentsAreStored) {
    auto& contents = catalogue_.contents();
    std::vector<Digest> asked, stored;
    for (int number = 0; number < 2000; ++number) {
        const auto digest = digest_of_text(std::to_string(number));
        // Some are asked for, some stored, and between two that are both lie hundreds that are not asked for.
        if (number % 3 == 0 || number % 500 == 0) contents.add_blob(digest, 1, noon);
        if (number % 500 == 0 || number % 700 == 1) asked.push_back(digest);
        if (number % 500 == 0 || (number % 700 == 1 && number % 3 == 0)) stored.push_back(digest);
    }
    std::sort(stored.begin(), stored.end());
    EXPECT_EQ(contents.stored_among(asked), stored);
    EXPECT_TRUE(contents.stored_among({}).empty());
}

TEST_F(CatalogueTest, WhatNoRowNamesIsUnneeded) {
    (void)file("stray");
    EXPECT_TRUE(is_unneeded("stray"));
}

TEST_F(CatalogueTest, CandidatesAndPublishedEntriesNeedTheirContents) {
    put("a", file("1"));
    EXPECT_FALSE(is_unneeded("1"));
    publish();
    EXPECT_FALSE(is_unneeded("1"));
    put("a", file("2"));
    EXPECT_FALSE(is_unneeded("1"));
    EXPECT_FALSE(is_unneeded("2"));
}

TEST_F(CatalogueTest, KeptGenerationsNeedTheirContentsUntilTheyAreHistory) {
    put("a", file("1"));
    publish();
    put("a", file("2"));
    publish();
    EXPECT_FALSE(is_unneeded("1"));
    catalogue_.trees().set_kept(tree_, 1, false);
    EXPECT_TRUE(is_unneeded("1"));
    EXPECT_FALSE(is_unneeded("2"));
}

TEST_F(CatalogueTest, GraceKeepsWhatEndedALittleWhileAgo) {
    put("a", file("1"));
    publish(noon);
    drop("a");
    publish(noon + 100);
    catalogue_.trees().set_kept(tree_, 1, false);
    EXPECT_FALSE(is_unneeded("1", noon + 100));
    EXPECT_TRUE(is_unneeded("1", noon + 101));
}

TEST_F(CatalogueTest, StagedFilesNeedTheirContents) {
    const auto entry = file("1");
    const StagedFile staged{path("a/b"), entry.size, entry.mtime, *entry.digest};
    catalogue_.contents().stage(tree_, staged);
    EXPECT_FALSE(is_unneeded("1"));
    const auto all = catalogue_.contents().staged(tree_);
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].path, staged.path);
    EXPECT_EQ(all[0].size, staged.size);
    EXPECT_EQ(all[0].mtime, staged.mtime);
    EXPECT_EQ(all[0].digest, staged.digest);
    catalogue_.contents().clear_staged(tree_);
    EXPECT_TRUE(catalogue_.contents().staged(tree_).empty());
    EXPECT_TRUE(is_unneeded("1"));
}

// History keeps the rows of contents that were freed. They must not come to name whatever is stored next.
TEST_F(CatalogueTest, AFreedContentsRowsNeverNameAnotherContent) {
    put("a", file("freed"));
    publish();
    drop("a");
    publish();
    catalogue_.trees().set_kept(tree_, 1, false);
    ASSERT_TRUE(is_unneeded("freed"));
    catalogue_.contents().forget_blob(digest_of_text("freed"));
    (void)file("something else");
    EXPECT_EQ(find(1, "a")->digest, std::nullopt);
    EXPECT_TRUE(catalogue_.entries().paths_of(tree_, 1, digest_of_text("something else")).empty());
}

TEST_F(CatalogueTest, LeftOutNamesAreReplacedAsAWhole) {
    auto& contents = catalogue_.contents();
    const StagedFile refused{path("b"), 5, FileTime::from(noon, 7), digest_of_text("bad")};
    contents.set_left_out(tree_, {{path("a"), "a pipe"}, {path("b"), "withdrawn", refused}});
    auto all = contents.left_out(tree_);
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].path, path("a"));
    EXPECT_EQ(all[0].reason, "a pipe");
    EXPECT_FALSE(all[0].withdrawn);
    ASSERT_TRUE(all[1].withdrawn);
    EXPECT_EQ(all[1].withdrawn->path, path("b"));
    EXPECT_EQ(all[1].withdrawn->digest, digest_of_text("bad"));
    EXPECT_EQ(all[1].withdrawn->mtime, refused.mtime);
    contents.set_left_out(tree_, {});
    EXPECT_TRUE(contents.left_out(tree_).empty());
}

TEST_F(CatalogueTest, AWithdrawnContentStaysWithdrawn) {
    auto& contents = catalogue_.contents();
    contents.withdraw(digest_of_text("bad"), noon);
    contents.withdraw(digest_of_text("bad"), noon + 1);
    EXPECT_TRUE(contents.is_withdrawn(digest_of_text("bad")));
    EXPECT_FALSE(contents.is_withdrawn(digest_of_text("good")));
    EXPECT_EQ(contents.withdrawn(), std::vector<Digest>{digest_of_text("bad")});
}

TEST_F(CatalogueTest, StripTakesAContentOutOfEveryRow) {
    put("a", file("bad"));
    put("b", file("good"));
    publish();
    catalogue_.contents().stage(tree_, {path("x"), 3, {}, digest_of_text("bad")});
    catalogue_.contents().strip(digest_of_text("bad"));
    ASSERT_TRUE(find(1, "a"));
    EXPECT_FALSE(find(1, "a")->digest);
    EXPECT_TRUE(find(1, "b")->digest);
    EXPECT_TRUE(catalogue_.contents().staged(tree_).empty());
    EXPECT_TRUE(is_unneeded("bad"));
}

TEST_F(CatalogueTest, RunsTellWhatTheLastOneDid) {
    auto& runs = catalogue_.runs();
    EXPECT_FALSE(runs.last(tree_));
    const auto run = runs.start(tree_, "file:///srv/", noon);
    EXPECT_EQ(runs.last(tree_)->ended, 0);
    runs.end(run, {.ended = noon + 5, .outcome = "failed", .error = "no", .transferred = 42});
    const auto row = runs.last(tree_).value();
    EXPECT_EQ(row.started, noon);
    EXPECT_EQ(row.ended, noon + 5);
    EXPECT_EQ(row.outcome, "failed");
    EXPECT_EQ(row.error, "no");
    EXPECT_EQ(row.upstream, "file:///srv/");
    EXPECT_EQ(row.transferred, 42u);
}

TEST_F(CatalogueTest, HeldSinceIsTheFirstOfTheNewestRowOfHeldRuns) {
    auto& runs = catalogue_.runs();
    const auto ended = [&](const char* outcome, UnixTime when) {
        runs.end(runs.start(tree_, "", when), {.ended = when, .outcome = outcome});
    };
    EXPECT_FALSE(runs.held_since(tree_));
    ended("held", noon);
    ended("published", noon + 1);
    EXPECT_FALSE(runs.held_since(tree_));
    ended("held", noon + 2);
    ended("failed", noon + 3);
    ended("held", noon + 4);
    EXPECT_EQ(runs.held_since(tree_), noon + 2);
}

TEST_F(CatalogueTest, OnlyTheNewestRunsAreKept) {
    for (int i = 0; i < 150; ++i)
        catalogue_.runs().end(catalogue_.runs().start(tree_, "", noon + i),
                              {.ended = noon + i, .outcome = "unchanged"});
    auto query = catalogue_.database().query("select count(*) from runs");
    ASSERT_TRUE(query.next());
    EXPECT_LE(query.integer(0), 101);
    EXPECT_GE(query.integer(0), 100);
}

}  // namespace
}  // namespace mirrorseed
