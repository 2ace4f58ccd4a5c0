#include "sync/run/sync_job.hpp"

#include "core/store/manifest.hpp"
#include "tests/support/sync_fixture.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace mirrorseed::sync {
namespace {

namespace fs = std::filesystem;
using test::digest_of_text;
using test::is;
using test::ok;
using test::path;

class SyncJobTest : public test::SyncFixture {
protected:
    FileFacts shown_facts(std::string_view name) const {
        return Folder::open(temp_.at("store/trees/debian")).value().facts(path(name)).value();
    }
    FileFacts blob(std::string_view content) const {
        return store_->blobs().facts(digest_of_text(content)).value();
    }
};

TEST_F(SyncJobTest, PublishesWhatTheUpstreamHas) {
    upstream_has("pool/a.deb", "hello");
    upstream_has("Release", "index");
    temp_.link("up/stable", "pool");
    const auto result = sync();
    ASSERT_TRUE(is(Outcome::published, result));
    EXPECT_EQ(result.generation, 1u);
    EXPECT_EQ(result.transferred, 10u);
    EXPECT_EQ(result.fetch, (Amount{3, 10}));  // with .keep
    EXPECT_EQ(paths(), (Names{"Release", "pool", "pool/a.deb", "stable"}));
    EXPECT_EQ(find("pool/a.deb")->digest, digest_of_text("hello"));
    EXPECT_EQ(temp_.read(blob_place("hello")), "hello");
    EXPECT_FALSE(tree().lineage.empty());
    EXPECT_EQ(store_->catalogue().runs().last(tree().id)->outcome, "published");
    expect_true_numbers();
}

TEST_F(SyncJobTest, ShowsAPlainFolderThatSharesTheBlobs) {
    upstream_has("pool/a.deb", "hello", noon - 5);
    temp_.mode("up/pool/a.deb", 0604);
    temp_.link("up/stable", "pool");
    ASSERT_TRUE(is(Outcome::published, sync()));
    EXPECT_EQ(shown("pool/a.deb"), "hello");
    EXPECT_TRUE(shown_facts("pool/a.deb").same_inode(blob("hello")));
    EXPECT_EQ(shown_facts("pool/a.deb").mode, 0604u);
    EXPECT_EQ(shown_facts("pool/a.deb").mtime, FileTime::from_seconds(noon - 5));
    EXPECT_EQ(fs::read_symlink(temp_.at("store/trees/debian/stable")), "pool");
    EXPECT_EQ(tree().checkout, 1u);
}

TEST_F(SyncJobTest, EqualContentsAreStoredOnceAndShownWithTheirOwnTimes) {
    upstream_has("a", "same", noon);
    upstream_has("b", "same", noon);
    upstream_has("c", "same", noon + 1);
    ASSERT_TRUE(is(Outcome::published, sync()));
    EXPECT_TRUE(shown_facts("a").same_inode(shown_facts("b")));
    EXPECT_FALSE(shown_facts("a").same_inode(shown_facts("c")));
    EXPECT_EQ(shown_facts("a").mtime, FileTime::from_seconds(noon));
    EXPECT_EQ(shown_facts("c").mtime, FileTime::from_seconds(noon + 1));
}

TEST_F(SyncJobTest, MakesNoGenerationWhenNothingChanged) {
    upstream_has("a", "hello");
    sync();
    const auto result = sync();
    EXPECT_TRUE(is(Outcome::unchanged, result));
    EXPECT_EQ(result.generation, 1u);
    EXPECT_EQ(result.transferred, 0u);
    EXPECT_EQ(tree().generation, 1u);
}

TEST_F(SyncJobTest, FetchesWhatChangedAndKeepsTheOldGeneration) {
    upstream_has("a", "one");
    upstream_has("b", "stays");
    upstream_has("c", "goes");
    sync();
    upstream_has("a", "two!");
    upstream_drops("c");
    upstream_has("d", "new");
    const auto result = sync();
    ASSERT_TRUE(is(Outcome::published, result));
    EXPECT_EQ(result.transferred, 7u);
    EXPECT_EQ(paths(), (Names{"a", "b", "d"}));
    EXPECT_EQ(find("a", 1)->digest, digest_of_text("one"));
    EXPECT_TRUE(find("c", 1));
    EXPECT_EQ(shown("a"), "two!");
    EXPECT_FALSE(is_shown("c"));
    const auto row = generation(2);
    EXPECT_EQ(row.added, 1u);
    EXPECT_EQ(row.changed, 1u);
    EXPECT_EQ(row.removed, 1u);
    expect_true_numbers();
}

TEST_F(SyncJobTest, ANewTimeOrModeFetchesOnlyWhereItMust) {
    upstream_has("a", "hello");
    sync();
    temp_.mode("up/a", 0600);
    const auto result = sync();
    ASSERT_TRUE(is(Outcome::published, result));
    EXPECT_EQ(result.transferred, 0u);
    EXPECT_EQ(shown_facts("a").mode, 0600u);
    EXPECT_TRUE(find("a")->hidden);
}

TEST_F(SyncJobTest, NamesMayChangeTheirKindInTheCheckoutToo) {
    upstream_has("a", "file");
    upstream_has("b/inside", "x");
    temp_.link("up/c", "a");
    sync();
    for (const auto* name : {"a", "b", "c"})
        upstream_drops(name);
    upstream_has("a/inside", "y");
    temp_.link("up/b", "a");
    upstream_has("c", "file now");
    ASSERT_TRUE(is(Outcome::published, sync()));
    EXPECT_EQ(paths(), (Names{"a", "a/inside", "b", "c"}));
    EXPECT_EQ(shown("a/inside"), "y");
    EXPECT_EQ(fs::read_symlink(temp_.at("store/trees/debian/b")), "a");
    EXPECT_EQ(shown("c"), "file now");
    expect_true_numbers();
    upstream_drops("a");
    upstream_has("a", "a file again");
    ASSERT_TRUE(is(Outcome::published, sync()));
    EXPECT_EQ(shown("a"), "a file again");
    expect_true_numbers();
}

TEST_F(SyncJobTest, AnEmptyUpstreamIsATreeAllTheSame) {
    upstream_drops(".keep");
    ASSERT_TRUE(is(Outcome::published, sync()));
    EXPECT_EQ(tree().generation, 1u);
    EXPECT_TRUE(is(Outcome::unchanged, sync()));
}

TEST_F(SyncJobTest, AnEmbargoedEntryIsHeldHidden) {
    upstream_has("secret/a", "embargoed");
    temp_.mode("up/secret", 0700);
    ASSERT_TRUE(is(Outcome::published, sync()));
    EXPECT_TRUE(find("secret")->hidden);
    EXPECT_TRUE(find("secret/a")->hidden);
    EXPECT_TRUE(has_blob("embargoed"));
    EXPECT_FALSE(store_->catalogue().entries().is_served(digest_of_text("embargoed")));
    EXPECT_EQ(shown_facts("secret").mode, 0700u);
    EXPECT_TRUE(temp_.has("store/manifests/debian/1.private.zst"));
    temp_.mode("up/secret", 0755);
    const auto result = sync();
    ASSERT_TRUE(is(Outcome::published, result));
    EXPECT_EQ(result.transferred, 0u);
    EXPECT_TRUE(store_->catalogue().entries().is_served(digest_of_text("embargoed")));
}

TEST_F(SyncJobTest, LinksThatLeaveAndPipesAreLeftOutAndRemembered) {
    upstream_has("a", "x");
    temp_.link("up/out", "/etc/passwd");
    const auto result = sync();
    ASSERT_TRUE(is(Outcome::published, result));
    ASSERT_EQ(result.left_out.size(), 1u);
    EXPECT_EQ(result.left_out[0].path, path("out"));
    EXPECT_FALSE(is_shown("out"));
    EXPECT_EQ(store_->catalogue().contents().left_out(tree().id).size(), 1u);
    EXPECT_TRUE(is(Outcome::unchanged, sync()));
}

TEST_F(SyncJobTest, OnlyTheSelectionIsMirrored) {
    upstream_has("iso/a", "x");
    upstream_has("src/b", "y");
    wish_.selection = Selection({}, {Glob::parse("src").value()});
    sync();
    EXPECT_EQ(paths(), (Names{"iso", "iso/a"}));
    EXPECT_FALSE(has_blob("y"));
}

TEST_F(SyncJobTest, TooManyDeletionsAreHeldAndNothingOfThemIsSeen) {
    for (int i = 0; i < 10; ++i)
        upstream_has("f" + std::to_string(i), std::to_string(i));
    sync();
    wish_.max_delete = {};
    for (int i = 0; i < 5; ++i)
        upstream_drops("f" + std::to_string(i));
    upstream_has("new", "new");
    const auto result = sync();
    ASSERT_TRUE(is(Outcome::held, result));
    EXPECT_NE(result.held_reason.find("5 of 11 files"), std::string::npos) << result.held_reason;
    EXPECT_EQ(result.generation, 1u);
    EXPECT_EQ(tree().generation, 1u);
    EXPECT_EQ(tree().candidate, 2u);
    EXPECT_EQ(tree().held_reason, result.held_reason);
    EXPECT_TRUE(is_shown("f0"));
    EXPECT_FALSE(is_shown("new"));
    // A second run finds what the first fetched, and is held again.
    const auto again = sync();
    EXPECT_TRUE(is(Outcome::held, again));
    EXPECT_EQ(again.transferred, 0u);
}

TEST_F(SyncJobTest, AllowingDeletesPublishesThem) {
    upstream_has("a", "x");
    upstream_has("b", "x");
    sync();
    wish_.max_delete = {};
    upstream_drops("a");
    EXPECT_TRUE(is(Outcome::held, sync()));
    wish_.allow_deletes = true;
    EXPECT_TRUE(is(Outcome::published, sync()));
    EXPECT_EQ(paths(), Names{"b"});
}

TEST_F(SyncJobTest, AHeldCandidateIsDroppedWhenTheUpstreamThinksBetterOfIt) {
    upstream_has("a", "x");
    upstream_has("b", "x");
    sync();
    wish_.max_delete = {};
    upstream_drops("a");
    ASSERT_TRUE(is(Outcome::held, sync()));
    upstream_has("a", "x");
    ASSERT_TRUE(is(Outcome::unchanged, sync()));
    EXPECT_EQ(tree().candidate, 0u);
    EXPECT_EQ(paths(), (Names{"a", "b"}));
}

TEST_F(SyncJobTest, AMissingUpstreamLeavesWhatIsPublished) {
    upstream_has("a", "x");
    sync();
    fs::rename(temp_.at("up"), temp_.at("away"));
    const auto result = sync();
    ASSERT_TRUE(is(Outcome::failed, result));
    EXPECT_TRUE(result.error);
    EXPECT_EQ(paths(), Names{"a"});
    EXPECT_EQ(store_->catalogue().runs().last(tree().id)->outcome, "failed");
}

TEST_F(SyncJobTest, TooLittleSpaceFailsBeforeTheFirstByte) {
    upstream_has("a", "hello");
    wish_.min_free = Bytes{1} << 60;
    const auto result = sync();
    ASSERT_TRUE(is(Outcome::failed, result));
    EXPECT_TRUE(result.error->is(Fault::no_space));
    EXPECT_FALSE(has_blob("hello"));
}

TEST_F(SyncJobTest, AStoppedSyncPublishesNothingAndTheNextGoesOn) {
    upstream_has("a", "hello");
    progress_.request_stop();
    EXPECT_TRUE(is(Outcome::failed, sync()));
    EXPECT_EQ(tree().generation, 0u);
    Progress fresh;
    EXPECT_TRUE(is(Outcome::published, sync_tree(*store_, wish_, clock_, fresh)));
}

TEST_F(SyncJobTest, WhatFollowsAPublishIsDoneAgainByTheNextRun) {
    upstream_has("a", "hello");
    upstream_has("d/b", "world");
    sync();
    // As if the machine had died while the checkout was brought.
    store_->catalogue().trees().set_checkout(tree().id, 0);
    temp_.remove("store/trees/debian/a");
    temp_.write("store/trees/debian/stray", "x");
    temp_.write("store/trees/debian/d/stray", "x");
    ASSERT_TRUE(is(Outcome::unchanged, sync()));
    EXPECT_EQ(shown("a"), "hello");
    EXPECT_FALSE(is_shown("stray"));
    EXPECT_FALSE(is_shown("d/stray"));
    EXPECT_EQ(tree().checkout, 1u);
}

TEST_F(SyncJobTest, ATreeMayHaveNoCheckout) {
    upstream_has("a", "hello");
    sync();
    EXPECT_TRUE(is_shown("a"));
    wish_.keeping.checkout = false;
    sync();
    EXPECT_FALSE(temp_.has("store/trees/debian"));
    wish_.keeping.checkout = true;
    sync();
    EXPECT_EQ(shown("a"), "hello");
}

TEST_F(SyncJobTest, KeepsAsManyGenerationsAsItIsTold) {
    wish_.keeping.generations = 2;
    for (const auto* content : {"1", "22", "333", "4444"}) {
        upstream_has("a", content);
        sync();
    }
    EXPECT_TRUE(generation(4).kept);
    EXPECT_TRUE(generation(3).kept);
    EXPECT_FALSE(generation(2).kept);
    // Still in history: what changed, without bytes.
    EXPECT_TRUE(temp_.has("store/manifests/debian/1.json"));
    EXPECT_EQ(store_->catalogue().entries().touched(tree().id, 1, 4).size(), 1u);
}

TEST_F(SyncJobTest, HistoryIsForgottenAfterItsTime) {
    wish_.keeping.generations = 1;
    wish_.keeping.history = std::chrono::seconds(150);
    for (const auto* content : {"1", "22", "333", "4444", "55555"}) {
        upstream_has("a", content);
        sync();
    }
    const auto rows = store_->catalogue().trees().generations(tree().id);
    EXPECT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows.back().number, 3u);
    EXPECT_EQ(find("a", 3)->digest, digest_of_text("333"));
    EXPECT_EQ(find("a", 2), std::nullopt);
    EXPECT_EQ(manifests(), (std::vector<std::string>{"3-4.zst", "3.json", "4-5.zst", "4.json", "4.zst",
                                                     "5.json", "5.zst"}));
}

TEST_F(SyncJobTest, TheManifestBeforeThePublishedOneStaysHoweverShortHistoryIs) {
    wish_.keeping = {.generations = 1, .history = std::chrono::seconds(0), .grace = std::chrono::seconds(0)};
    for (const auto* content : {"1", "22", "333"}) {
        upstream_has("a", content);
        sync();
    }
    EXPECT_EQ(store_->catalogue().trees().generations(tree().id).size(), 1u);
    EXPECT_EQ(manifests(), (std::vector<std::string>{"2-3.zst", "2.json", "2.zst", "3.json", "3.zst"}));
}

TEST_F(SyncJobTest, WhatAKillLeftAmongTheManifestsIsTidied) {
    upstream_has("a", "1");
    sync();
    EXPECT_EQ(manifests(), (std::vector<std::string>{"0-1.zst", "1.json", "1.zst"}));
    temp_.write("store/manifests/debian/1-2.zst.new", "half");
    upstream_has("a", "22");
    sync();
    EXPECT_EQ(manifests(), (std::vector<std::string>{"1-2.zst", "1.json", "1.zst", "2.json", "2.zst"}));
    temp_.write("store/manifests/debian/1-2.zst", "rubbish");
    temp_.write("store/manifests/debian/2.json", "rubbish");
    sync();
    EXPECT_EQ(manifests(), (std::vector<std::string>{"1-2.zst", "1.json", "1.zst", "2.json", "2.zst"}));
    EXPECT_NE(temp_.read("store/manifests/debian/1-2.zst"), "rubbish");
    EXPECT_NE(temp_.read("store/manifests/debian/2.json"), "rubbish");
    std::filesystem::remove_all(temp_.at("store/manifests/debian"));
    sync();
    EXPECT_EQ(manifests(), (std::vector<std::string>{"0-2.zst", "2.json", "2.zst"}));
}

TEST_F(SyncJobTest, TheManifestSaysWhatTheCatalogueSays) {
    upstream_has("a-b", "1");
    upstream_has("a/b", "2");
    temp_.link("up/l", "a");
    sync();
    auto reader = ManifestReader::open(Folder::open(temp_.at("store/manifests/debian")).value(), {1}).value();
    const auto wanted = everything(1);
    std::size_t count = 0;
    for (auto entry = reader.next().value(); entry; entry = reader.next().value()) {
        if (entry->path.str() == ".keep") continue;
        ++count;
        ASSERT_TRUE(wanted.contains(entry->path.str())) << entry->path.str();
        EXPECT_EQ(entry->entry, wanted.at(entry->path.str()));
    }
    EXPECT_EQ(count, wanted.size());
    EXPECT_TRUE(generation(1).manifest);
}

TEST_F(SyncJobTest, APlanChangesNothingAndTellsWhatASyncWouldDo) {
    upstream_has("a", "hello");
    const auto first = plan_tree(nullptr, wish_, progress_);
    EXPECT_TRUE(is(Outcome::published, first));
    EXPECT_EQ(first.fetch, (Amount{2, 5}));
    sync();
    EXPECT_TRUE(is(Outcome::unchanged, plan_tree(&store_->catalogue(), wish_, progress_)));
    upstream_drops("a");
    wish_.max_delete = {};
    const auto held = plan_tree(&store_->catalogue(), wish_, progress_);
    EXPECT_TRUE(is(Outcome::held, held));
    EXPECT_EQ(held.remove, (Amount{1, 5}));
    EXPECT_EQ(tree().generation, 1u);
    EXPECT_EQ(tree().candidate, 0u);
    wish_.upstreams = {"file:///none/such"};
    EXPECT_TRUE(is(Outcome::failed, plan_tree(&store_->catalogue(), wish_, progress_)));
}

TEST_F(SyncJobTest, AnEstimateCountsTheSelection) {
    upstream_has("a", "hello");
    upstream_has("b.part", "12345");
    wish_.selection = Selection({}, {Glob::parse("*.part").value()});
    EXPECT_EQ(estimate_tree(wish_, progress_).selection.value().amount, (Amount{2, 5}));
}

TEST_F(SyncJobTest, AdoptSharesTheFilesOfAFolder) {
    temp_.write("old/pool/a", "hello", noon);
    temp_.mode("old/pool/a", 0604);
    wish_.upstreams.clear();
    const auto result = adopt_folder(*store_, wish_, temp_.at("old"), clock_, progress_);
    ASSERT_TRUE(is(Outcome::published, result));
    EXPECT_EQ(result.transferred, 0u);
    const auto old = Folder::open(temp_.at("old")).value().facts(path("pool/a")).value();
    EXPECT_TRUE(blob("hello").same_inode(old));
    EXPECT_TRUE(shown_facts("pool/a").same_inode(old));
    EXPECT_EQ(old.mode, 0604u);
    // A sync from an upstream with the same files then has nothing to do.
    upstream_drops(".keep");
    upstream_has("pool/a", "hello", noon);
    temp_.mode("up/pool/a", 0604);
    wish_.upstreams = {"file://" + temp_.at("up")};
    EXPECT_TRUE(is(Outcome::unchanged, sync()));
}

TEST_F(SyncJobTest, SharedWritersAreFilesThatOthersMayChange) {
    temp_.write("old/a", "x");
    temp_.write("old/b", "x");
    temp_.mode("old/a", 0644);
    temp_.mode("old/b", 0664);
    const auto found = find_shared_writers(temp_.at("old"), progress_);
    ASSERT_TRUE(ok(found));
    EXPECT_EQ(found->files, 1u);
    EXPECT_EQ(found->example, path("b"));
}

TEST_F(SyncJobTest, AFileThatCouldNotBeHadHoldsTheRestOrIsDoneWithout) {
    // The kernel says that these files are empty, and hands out bytes: no reading of them ever agrees.
    wish_.upstreams = {"file:///proc/self/net/"};
    wish_.selection = Selection({Glob::parse("/dev").value()}, {});
    auto result = sync();
    ASSERT_TRUE(is(Outcome::held, result));
    ASSERT_EQ(result.quarantined.size(), 1u);
    EXPECT_EQ(result.quarantined[0].path, path("dev"));
    EXPECT_EQ(tree().generation, 0u);
    wish_.publish_without_bad_files = true;
    ASSERT_TRUE(is(Outcome::published, sync()));
    EXPECT_FALSE(find("dev"));
    expect_true_numbers();
    // It will not come next time either, and that is no news.
    result = sync();
    EXPECT_TRUE(is(Outcome::unchanged, result));
    EXPECT_EQ(result.quarantined.size(), 1u);
    EXPECT_EQ(tree().generation, 1u);
}

}  // namespace
}  // namespace mirrorseed::sync
