#include "sync/generation/upkeep.hpp"

#include "core/store/manifest_parts.hpp"
#include "sync/run/open_upstream.hpp"

#include "tests/support/sync_fixture.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace mirrorseed::sync {
namespace {

using namespace std::chrono_literals;
using test::digest_of_text;
using test::is;
using test::ok;
using test::path;

class UpkeepTest : public test::SyncFixture {
protected:
    CollectResult collect(std::chrono::seconds grace = 0s) {
        now_ += 60;
        return collect_garbage(
                   *store_, [=](const std::string&) { return grace; },
                   [](const std::string&) { return Bytes{0}; }, clock_, progress_)
            .value();
    }
    VerifyResult verify() { return verify_of({}, false); }
    VerifyResult repair() { return verify_of({}, true); }
    VerifyResult verify_of(const std::vector<std::string>& trees, bool repair,
                           std::optional<Bytes> budget = {}) {
        now_ += 60;
        const VerifyWish wish{.trees = trees,
                              .budget = budget,
                              .repair = repair,
                              .open = [](const std::string& url,
                                         const Manners& manners) { return open_upstream(url, manners); },
                              .upstreams_of = [this](const std::string&) { return wish_.upstreams; }};
        return verify_store(*store_, wish, clock_, progress_).value();
    }
    void damage(std::string_view content) const {
        temp_.write(blob_place(content), std::string(content.size(), '!'));
    }
    // What a reader can know of every generation whose bytes are kept.
    std::map<Generation, std::map<std::string, Entry>> kept() {
        std::map<Generation, std::map<std::string, Entry>> all;
        for (const auto& row : store_->catalogue().trees().generations(tree().id))
            if (row.kept) all[row.number] = everything(row.number);
        return all;
    }
    // With the catalogue lost, and rebuilt from what else is there.
    RecoverResult recover() {
        store_.reset();
        temp_.write("store/catalogue.db", "rubbish");
        auto store = Store::open_for_recovery(places_, "recover").value();
        auto result = fill_catalogue(store.catalogue(), store.folder(), clock_, progress_).value();
        store.commit_recovered().value();
        store_.emplace(std::move(store));
        return result;
    }
};

TEST_F(UpkeepTest, AVerificationThatWasInterruptedGoesOnWithWhatItHasNotRead) {
    upstream_has("a", "one");
    sync();
    const auto all = verify().checked;
    now_ += 60;
    VerifyWish wish;
    wish.not_since = now_;
    store_->catalogue().contents().mark_checked(digest_of_text("one"), now_, false);
    VerifyResult so_far;
    so_far.checked = {1, 10};
    ASSERT_TRUE(ok(go_on_verifying(*store_, wish, clock_, progress_, so_far)));
    EXPECT_EQ(so_far.checked, (Amount{all.files, all.bytes + 10 - 3}));
}

TEST_F(UpkeepTest, CollectsOnlyWhatNothingNeeds) {
    wish_.keeping.generations = 1;
    upstream_has("a", "old content");
    upstream_has("b", "stays");
    sync();
    upstream_has("a", "new");
    sync();
    ASSERT_TRUE(has_blob("old content"));
    const auto result = collect();
    EXPECT_EQ(result.freed, (Amount{1, 11}));
    EXPECT_EQ(result.kept, (Amount{3, 8}));
    EXPECT_FALSE(has_blob("old content"));
    EXPECT_TRUE(has_blob("new"));
    EXPECT_TRUE(has_blob("stays"));
    EXPECT_EQ(collect().freed, Amount{});
    EXPECT_EQ(verify().checked, (Amount{3, 8}));
}

TEST_F(UpkeepTest, KeptGenerationsAndGraceKeepTheirContents) {
    upstream_has("a", "1");
    sync();
    upstream_has("a", "22");
    sync();
    EXPECT_EQ(collect().freed, Amount{});
    wish_.keeping.generations = 1;
    sync();
    EXPECT_EQ(collect(24h).freed, Amount{});
    EXPECT_EQ(collect().freed, (Amount{1, 1}));
}

TEST_F(UpkeepTest, AHeldCandidateKeepsItsContents) {
    upstream_has("a", "1");
    sync();
    wish_.max_delete = {false, 0, 0};
    upstream_drops("a");
    upstream_has("new", "new");
    ASSERT_TRUE(is(Outcome::held, sync()));
    EXPECT_EQ(collect().freed, Amount{});
    EXPECT_TRUE(has_blob("new"));
}

TEST_F(UpkeepTest, FilesThatTheCatalogueDoesNotKnowAreFreedAfterAnUncleanEnd) {
    upstream_has("a", "1");
    sync();
    temp_.write(blob_place("stray"), "stray");
    EXPECT_EQ(collect().freed, (Amount{1, 5})) << "a new catalogue does not know what was before it";
    EXPECT_FALSE(has_blob("stray"));
    temp_.write(blob_place("stray"), "stray");
    EXPECT_EQ(collect().freed, Amount{}) << "nothing ended uncleanly, so nobody looks";
    EXPECT_EQ(collect().kept, (Amount{2, 1}));
    store_->catalogue().contents().begin_naming();
    EXPECT_EQ(collect().freed, (Amount{1, 5}));
    EXPECT_TRUE(store_->catalogue().contents().namings().empty());
}

TEST_F(UpkeepTest, WhatEndsCleanlyLeavesNothingToLookFor) {
    collect();
    upstream_has("a", "1");
    sync();
    EXPECT_TRUE(store_->catalogue().contents().namings().empty());
    upstream_has("a", "bad!");
    sync();
    wish_.keeping.generations = 1;
    sync();
    EXPECT_EQ(collect().freed, (Amount{1, 1}));
    EXPECT_TRUE(store_->catalogue().contents().namings().empty());
    auto publisher = publisher_of_wish();
    ASSERT_TRUE(ok(withdraw(publisher, {digest_of_text("bad!")})));
    EXPECT_TRUE(store_->catalogue().contents().namings().empty());
}

TEST_F(UpkeepTest, AStrangeNameInTheBlobsDoesNotStopTheCollection) {
    upstream_has("a", "1");
    sync();
    temp_.write("store/blobs/sha256/zz/" + digest_of_text("lost").hex(), "lost");
    now_ += 60;
    EXPECT_TRUE(ok(collect_garbage(
        *store_, [](const std::string&) { return 0s; }, [](const std::string&) { return Bytes{0}; }, clock_,
        progress_)));
}

TEST_F(UpkeepTest, VerifyFindsDamageAndSaysWhere) {
    upstream_has("pool/a", "hello");
    upstream_has("b", "fine");
    sync();
    EXPECT_TRUE(verify().damaged.empty());
    damage("hello");
    const auto result = verify();
    EXPECT_EQ(result.checked.files, 3u);
    ASSERT_EQ(result.damaged.size(), 1u);
    EXPECT_EQ(result.damaged[0].tree, "debian");
    EXPECT_EQ(result.damaged[0].path, path("pool/a"));
    EXPECT_EQ(result.damaged[0].digest, digest_of_text("hello"));
    EXPECT_TRUE(result.repaired.empty());
}

TEST_F(UpkeepTest, VerifyFindsAMissingBlob) {
    upstream_has("a", "hello");
    sync();
    temp_.remove(blob_place("hello"));
    ASSERT_EQ(verify().damaged.size(), 1u);
    EXPECT_EQ(repair().repaired.size(), 1u);
    EXPECT_EQ(temp_.read(blob_place("hello")), "hello");
    EXPECT_EQ(shown("a"), "hello");
}

TEST_F(UpkeepTest, RepairFetchesAgainAndShowsTheGoodFile) {
    upstream_has("a", "hello");
    upstream_has("copy", "hello");
    sync();
    damage("hello");
    ASSERT_EQ(shown("a"), "!!!!!");  // the checkout shares the blob
    const auto result = repair();
    EXPECT_TRUE(result.damaged.empty());
    EXPECT_EQ(result.repaired.size(), 2u);
    EXPECT_EQ(temp_.read(blob_place("hello")), "hello");
    EXPECT_EQ(shown("a"), "hello");
    EXPECT_EQ(shown("copy"), "hello");
    EXPECT_TRUE(verify().damaged.empty());
}

TEST_F(UpkeepTest, RepairTakesNothingThatIsNotTheContent) {
    upstream_has("a", "hello");
    sync();
    damage("hello");
    upstream_has("a", "hellx");
    EXPECT_EQ(repair().damaged.size(), 1u);
    EXPECT_EQ(temp_.read(blob_place("hello")), "!!!!!");
    EXPECT_TRUE(std::filesystem::is_empty(temp_.at("store/staging/debian")));
}

TEST_F(UpkeepTest, ABudgetTakesWhatWasCheckedLongestAgo) {
    upstream_has("a", "11111");
    sync();
    upstream_has("b", "22222");
    sync();
    damage("11111");
    // The first sync's two files: nothing, and five bytes.
    EXPECT_EQ(verify_of({}, false, 5).damaged.size(), 1u);
    EXPECT_TRUE(verify_of({}, false, 5).damaged.empty());
}

TEST_F(UpkeepTest, VerifyMayBeOfOneTree) {
    upstream_has("a", "hello");
    sync();
    damage("hello");
    store_->catalogue().trees().ensure("arch");
    EXPECT_EQ(verify_of({"arch"}, false).checked.files, 0u);
    EXPECT_EQ(verify_of({"debian"}, false).damaged.size(), 1u);
}

TEST_F(UpkeepTest, ARecoveredCatalogueEqualsTheLostOne) {
    upstream_has("pool/a", "one");
    upstream_has("pool-b/x", "x");
    upstream_has("secret", "embargoed");
    temp_.mode("up/secret", 0600);
    temp_.link("up/stable", "pool");
    sync();
    upstream_has("pool/a", "two!");
    upstream_drops("pool-b");
    upstream_has("\xff odd\nname", "odd");
    sync();
    upstream_has("pool/a", "one");
    sync();
    const auto before = kept();
    const auto lineage = tree().lineage;
    const auto rows = store_->catalogue().trees().generations(tree().id);
    ASSERT_EQ(before.size(), 3u);

    const auto result = recover();
    EXPECT_EQ(kept(), before);
    EXPECT_EQ(tree().lineage, lineage);
    EXPECT_EQ(tree().generation, 3u);
    ASSERT_EQ(result.trees.size(), 1u);
    EXPECT_EQ(result.trees[0].generation, 3u);
    EXPECT_TRUE(result.troubles.empty());
    for (const auto& row : rows) {
        const auto again = generation(row.number);
        EXPECT_EQ(again.published, row.published);
        EXPECT_EQ(again.entries, row.entries);
        EXPECT_EQ(again.bytes, row.bytes);
        EXPECT_EQ(again.upstream, row.upstream);
        EXPECT_EQ(again.manifest, row.manifest);
    }
    EXPECT_TRUE(find("secret")->hidden);
    EXPECT_EQ(collect().freed, Amount{});
    EXPECT_TRUE(is(Outcome::unchanged, sync()));
    EXPECT_EQ(shown("pool/a"), "one");
}

TEST_F(UpkeepTest, RecoveryRemembersWhatARollbackTookBack) {
    upstream_has("a", "good");
    sync();
    upstream_has("a", "bad");
    sync();
    auto publisher = publisher_of_wish();
    ASSERT_TRUE(ok(roll_back(publisher, "debian", {})));
    recover();
    EXPECT_EQ(generation(3).restores, 1u);
    EXPECT_FALSE(roll_back(publisher, "debian", {}));
    EXPECT_EQ(shown("a"), "good");
}

TEST_F(UpkeepTest, RecoveryRemembersThatAPauseHasEnded) {
    upstream_has("a", "good");
    sync();
    const auto pause = [&] {
        upstream_has("a", "bad");
        sync();
        auto publisher = publisher_of_wish();
        ASSERT_TRUE(ok(roll_back(publisher, "debian", {})));
    };
    pause();
    recover();
    EXPECT_TRUE(tree().paused);
    auto publisher = publisher_of_wish();
    ASSERT_TRUE(ok(approve(publisher, "debian")));
    recover();
    EXPECT_FALSE(tree().paused) << "it was approved";
    pause();
    upstream_has("a", "good");
    ASSERT_TRUE(is(Outcome::unchanged, sync()));
    recover();
    EXPECT_FALSE(tree().paused) << "a sync ended it";
}

TEST_F(UpkeepTest, RecoveryPassesOverADamagedManifestAndTellsOfIt) {
    for (const auto* content : {"1", "22", "333"}) {
        upstream_has("a", content);
        sync();
    }
    for (const auto* name : {"2.zst", "1-2.zst", "2-3.zst"})
        temp_.write(std::string("store/manifests/debian/") + name, "rubbish");
    const auto result = recover();
    EXPECT_EQ(result.troubles.size(), 2u);  // the first generation was a difference to the second
    EXPECT_EQ(tree().generation, 3u);
    EXPECT_EQ(find("a", 3)->digest, digest_of_text("333"));
}

TEST_F(UpkeepTest, NoOneDamagedManifestFileCostsAGenerationThatIsThereInFull) {
    for (int number = 0; number < 20; ++number) {
        upstream_has("a", std::string(static_cast<std::size_t>(number) + 1, 'x'));
        if (number % 3 == 1) upstream_has("secret", std::to_string(number));
        if (number % 3 == 1) temp_.mode("up/secret", 0600);
        sync();
        now_ += 60;
        const auto before = kept();
        const auto newest = tree().generation;
        for (const auto& name : manifests()) {
            if (number > 3 && number < 19) break;
            const auto file = "store/manifests/debian/" + name;
            const auto good = temp_.read(file);
            temp_.write(file, good.substr(0, good.size() / 2));
            const auto result = recover();
            EXPECT_EQ(tree().generation, newest) << name;
            const auto after = kept();
            EXPECT_EQ(after.at(newest), before.at(newest)) << name;
            if (newest > 1) {
                EXPECT_EQ(after.at(newest - 1), before.at(newest - 1)) << name;
            }
            // The newest of all files is damaged: what is served of it is written again.
            if (name == std::to_string(newest) + ".zst") {
                EXPECT_FALSE(generation(newest).manifest) << name;
                EXPECT_EQ(result.mended.size(), 1u) << name;
                EXPECT_TRUE(result.troubles.empty()) << name;
            }
            temp_.write(file, good);
        }
        recover();
    }
}

TEST_F(UpkeepTest, WhatIsDamagedOfTheNewestManifestIsWrittenAgain) {
    for (const auto* content : {"1", "22"}) {
        upstream_has("a", content);
        sync();
    }
    const auto good = temp_.read("store/manifests/debian/2.zst");
    temp_.write("store/manifests/debian/2.zst", "rubbish");
    recover();
    EXPECT_TRUE(is(Outcome::unchanged, sync()));
    EXPECT_EQ(temp_.read("store/manifests/debian/2.zst"), good);
    EXPECT_TRUE(generation(2).manifest);
    temp_.write("store/manifests/debian/2.zst", "rubbish");  // and the catalogue knows nothing of it
    upstream_has("a", "333");
    EXPECT_TRUE(is(Outcome::published, sync()));
    EXPECT_EQ(temp_.read("store/manifests/debian/2.zst"), good);
    upstream_has("a", "4444");
    EXPECT_TRUE(is(Outcome::published, sync()));
    EXPECT_FALSE(temp_.has("store/manifests/debian/2.zst"));
    EXPECT_TRUE(recover().troubles.empty());
    EXPECT_EQ(find("a", 2)->digest, digest_of_text("22"));
}

TEST_F(UpkeepTest, OldManifestsBecomeDifferencesAndEveryGenerationComesBack) {
    wish_.keeping.generations = 50;
    for (int number = 0; number < 40; ++number) {
        const std::string content(static_cast<std::size_t>(number) + 1, 'x');
        upstream_has("a" + std::to_string(number % 7), content);
        if (number % 5 == 0) upstream_has("secret", content);
        if (number % 5 == 0) temp_.mode("up/secret", 0600);
        if (number % 5 == 3) upstream_drops("secret");
        sync();
    }
    const auto full = manifest_files(Folder::open(temp_.at("store/manifests/debian")).value()).value().full;
    EXPECT_EQ(full.front(), 40u);
    EXPECT_EQ(full[1], 39u);
    EXPECT_LE(full.size(), 5u);
    const auto before = kept();
    EXPECT_EQ(before.size(), 40u);
    const auto result = recover();
    EXPECT_TRUE(result.troubles.empty());
    EXPECT_TRUE(result.mended.empty());
    EXPECT_EQ(kept(), before);
}

TEST_F(UpkeepTest, RecoveryRemembersWhatWasWithdrawn) {
    upstream_has("a", "old");
    upstream_has("b", "fine");
    sync();
    upstream_has("a", "bad!");
    sync();
    auto publisher = publisher_of_wish();
    ASSERT_TRUE(ok(withdraw(publisher, {digest_of_text("bad!")})));
    recover();
    EXPECT_TRUE(store_->catalogue().contents().is_withdrawn(digest_of_text("bad!")));
    EXPECT_EQ(find("a", 1)->digest, digest_of_text("old"));
    EXPECT_FALSE(find("a", 3));
    // The generation that had it neither names it nor what was there before.
    const auto then = find("a", 2);
    EXPECT_FALSE(then && then->digest) << "generation 2 names " << then->digest->hex();
    EXPECT_EQ(shown("b"), "fine");
}

TEST_F(UpkeepTest, AReadBesideASyncForgetsNothingOfWhatThatNotes) {
    upstream_has("a", "one");
    upstream_has("b", "two");
    sync();
    damage("two");
    now_ += 60;
    // While the second is looked for elsewhere, the first, which was read, is given another time.
    const auto touch = [&](const std::string&) {
        auto store = store_->again();
        upstream_has("a", "one", noon + 5);
        EXPECT_TRUE(is(Outcome::published, sync_tree(store, wish_, clock_, progress_)));
        return std::vector<std::string>();
    };
    const VerifyWish wish{.trees = {}, .repair = true, .upstreams_of = touch};
    ASSERT_TRUE(verify_store(*store_, wish, clock_, progress_));
    EXPECT_EQ(find("a")->mtime, FileTime::from_seconds(noon + 5));
    EXPECT_TRUE(store_->holds_sound(digest_of_text("one")));
}

}  // namespace
}  // namespace mirrorseed::sync
