#include "sync/generation/operator_jobs.hpp"

#include "tests/support/sync_fixture.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::digest_of_text;
using test::fails_with;
using test::is;
using test::ok;
using test::path;

class OperatorJobsTest : public test::SyncFixture {
protected:
    Result<SyncResult> roll_back_to(std::optional<Generation> to = {}) {
        now_ += 60;
        auto publisher = publisher_of_wish();
        return roll_back(publisher, "debian", to);
    }
    Result<SyncResult> approve_it(std::optional<std::string> candidate = {}) {
        now_ += 60;
        auto publisher = publisher_of_wish();
        return approve(publisher, "debian", candidate);
    }
    WithdrawResult withdraw_content(std::string_view content) {
        now_ += 60;
        auto publisher = publisher_of_wish();
        return withdraw(publisher, {digest_of_text(content)}).value();
    }
};

TEST_F(OperatorJobsTest, ARollbackPublishesTheEarlierStateAgain) {
    upstream_has("a", "one");
    upstream_has("gone", "x");
    sync();
    upstream_has("a", "two!");
    upstream_drops("gone");
    upstream_has("d/new", "new");
    sync();
    const auto result = roll_back_to();
    ASSERT_TRUE(ok(result));
    EXPECT_TRUE(is(Outcome::published, *result));
    EXPECT_EQ(result->generation, 3u);
    EXPECT_EQ(tree().generation, 3u);
    EXPECT_TRUE(tree().paused);
    EXPECT_EQ(everything(3), everything(1));
    EXPECT_EQ(shown("a"), "one");
    EXPECT_TRUE(is_shown("gone"));
    EXPECT_FALSE(is_shown("d"));
    expect_true_numbers();
    const auto row = generation(3);
    EXPECT_EQ(row.added, 1u);
    EXPECT_EQ(row.changed, 1u);
    EXPECT_EQ(row.removed, 1u);
}

TEST_F(OperatorJobsTest, ASyncAfterARollbackGoesOnAndEndsThePause) {
    upstream_has("a", "one");
    sync();
    upstream_has("a", "two!");
    sync();
    ASSERT_TRUE(ok(roll_back_to()));
    const auto result = sync();
    ASSERT_TRUE(is(Outcome::published, result));
    EXPECT_EQ(result.generation, 4u);
    EXPECT_EQ(shown("a"), "two!");
    EXPECT_FALSE(tree().paused);
}

TEST_F(OperatorJobsTest, APausedTreeThatIsPassedOverStaysAsItIs) {
    upstream_has("a", "one");
    sync();
    upstream_has("a", "two!");
    sync();
    ASSERT_TRUE(ok(roll_back_to()));
    auto publisher = publisher_of_wish();
    const auto result = pass_over(publisher, tree());
    EXPECT_TRUE(is(Outcome::unchanged, result));
    EXPECT_EQ(result.generation, 3u);
    EXPECT_EQ(result.total, (Amount{2, 3}));
    for (const auto* command : {"`mirrorseed sync debian`", "`mirrorseed approve debian`"})
        EXPECT_NE(result.note.find(command), std::string::npos) << result.note;
    EXPECT_TRUE(tree().paused);
    EXPECT_EQ(shown("a"), "one");
}

TEST_F(OperatorJobsTest, ARollbackGoesOnlyWhereThereAreBytes) {
    EXPECT_TRUE(fails_with(Fault::not_found, roll_back_to()));
    wish_.keeping.generations = 2;
    for (const auto* content : {"1", "22", "333"}) {
        upstream_has("a", content);
        sync();
        if (tree().generation == 1) {
            EXPECT_TRUE(fails_with(Fault::not_found, roll_back_to())) << "there is no earlier one";
        }
    }
    EXPECT_TRUE(fails_with(Fault::not_found, roll_back_to(1)));
    EXPECT_TRUE(fails_with(Fault::not_found, roll_back_to(9)));
    EXPECT_TRUE(fails_with(Fault::refused, roll_back_to(3)));
    EXPECT_TRUE(ok(roll_back_to(2)));
    EXPECT_EQ(shown("a"), "22");
}

TEST_F(OperatorJobsTest, ASecondRollbackDoesNotPublishAgainWhatTheFirstTookBack) {
    upstream_has("a", "good");
    sync();
    upstream_has("a", "bad");
    sync();
    ASSERT_TRUE(ok(roll_back_to()));
    EXPECT_EQ(generation(3).restores, 1u);
    EXPECT_TRUE(fails_with(Fault::not_found, roll_back_to()));
    EXPECT_EQ(tree().generation, 3u);
    EXPECT_TRUE(tree().paused);
    ASSERT_TRUE(ok(roll_back_to(2))) << "a person may name any that is kept";
    EXPECT_EQ(shown("a"), "bad");
    EXPECT_EQ(generation(4).restores, 2u);
}

TEST_F(OperatorJobsTest, ARollbackAfterAWithdrawalGoesBeforeWhatWasWithdrawnFrom) {
    upstream_has("a", "first");
    upstream_has("b", "bad");
    sync();
    upstream_has("a", "second");
    sync();
    withdraw_content("bad");
    EXPECT_EQ(generation(3).restores, 2u);
    ASSERT_TRUE(ok(roll_back_to()));
    EXPECT_EQ(shown("a"), "first");
    EXPECT_EQ(generation(4).restores, 1u);
}

TEST_F(OperatorJobsTest, ApproveLetsAHeldCandidateThrough) {
    upstream_has("a", "x");
    upstream_has("b", "y");
    sync();
    wish_.max_delete = {};
    upstream_drops("a");
    upstream_has("c", "new");
    ASSERT_TRUE(is(Outcome::held, sync()));
    reopen();  // by another process than the one that built it
    const auto result = approve_it();
    ASSERT_TRUE(ok(result));
    EXPECT_TRUE(is(Outcome::published, *result));
    EXPECT_EQ(result->generation, 2u);
    EXPECT_EQ(paths(), (Names{"b", "c"}));
    EXPECT_EQ(shown("c"), "new");
    EXPECT_FALSE(is_shown("a"));
    expect_true_numbers();
    EXPECT_EQ(generation(2).upstream, wish_.upstreams.front());
    EXPECT_TRUE(is(Outcome::unchanged, sync()));
}

TEST_F(OperatorJobsTest, ApprovePublishesWhatIsNamedAndNothingElse) {
    upstream_has("a", "x");
    upstream_has("b", "y");
    sync();
    wish_.max_delete = {};
    upstream_drops("a");
    const auto looked_at = sync();
    ASSERT_TRUE(is(Outcome::held, looked_at));
    EXPECT_EQ(looked_at.candidate, tree().held_name);
    EXPECT_NE(looked_at.held_reason.find("`mirrorseed approve debian " + looked_at.candidate + "`"),
              std::string::npos)
        << looked_at.held_reason;
    EXPECT_EQ(sync().candidate, looked_at.candidate) << "it is the same one";
    upstream_drops("b");
    const auto replaced = sync();
    ASSERT_TRUE(is(Outcome::held, replaced));
    EXPECT_NE(replaced.candidate, looked_at.candidate);
    const auto asked = approve_it(looked_at.candidate);
    ASSERT_TRUE(ok(asked));
    EXPECT_TRUE(is(Outcome::held, *asked));
    EXPECT_TRUE(asked->asks);
    EXPECT_EQ(asked->candidate, replaced.candidate);
    EXPECT_EQ(asked->held_reason, replaced.held_reason);
    EXPECT_EQ(tree().generation, 1u);
    EXPECT_EQ(tree().held_name, replaced.candidate) << "it is held still";
    const auto result = approve_it(replaced.candidate);
    ASSERT_TRUE(ok(result));
    EXPECT_TRUE(is(Outcome::published, *result));
    EXPECT_FALSE(result->asks);
    EXPECT_EQ(paths(), Names{});
}

TEST_F(OperatorJobsTest, ApproveAsksForTheNameOfWhatLeavesNoFile) {
    upstream_has("a", "x");
    sync();
    upstream_drops("a");
    upstream_drops(".keep");
    wish_.max_delete = {};
    const auto held = sync();
    ASSERT_TRUE(is(Outcome::held, held));
    const auto asked = approve_it();
    ASSERT_TRUE(ok(asked));
    EXPECT_TRUE(asked->asks);
    EXPECT_EQ(tree().generation, 1u);
    EXPECT_TRUE(is(Outcome::published, *approve_it(held.candidate)));
}

TEST_F(OperatorJobsTest, ANameOfWhatIsNotHeldEndsNoPause) {
    upstream_has("a", "one");
    sync();
    upstream_has("a", "two!");
    sync();
    ASSERT_TRUE(ok(roll_back_to()));
    const auto asked = approve_it("1a2b3c4d");
    ASSERT_TRUE(ok(asked));
    EXPECT_TRUE(asked->asks);
    EXPECT_TRUE(tree().paused);
}

// Its name is made when it is asked for.
TEST_F(OperatorJobsTest, WhatAnOlderProgramHeldCanBeApproved) {
    upstream_has("a", "x");
    upstream_has("b", "y");
    sync();
    wish_.max_delete = {};
    upstream_drops("a");
    const auto held = sync();
    ASSERT_TRUE(is(Outcome::held, held));
    store_->catalogue().trees().hold_candidate(tree().id, "too much goes", "");
    EXPECT_TRUE(approve_it("1a2b3c4d")->asks);
    EXPECT_TRUE(is(Outcome::published, *approve_it(held.candidate)));
}

TEST_F(OperatorJobsTest, ApproveEndsAPauseAndRefusesWhenNothingWaits) {
    EXPECT_TRUE(fails_with(Fault::not_found, approve_it()));
    upstream_has("a", "1");
    sync();
    EXPECT_TRUE(fails_with(Fault::not_found, approve_it()));
    upstream_has("a", "22");
    sync();
    ASSERT_TRUE(ok(roll_back_to()));
    const auto result = approve_it();
    ASSERT_TRUE(ok(result));
    EXPECT_TRUE(is(Outcome::unchanged, *result));
    EXPECT_FALSE(tree().paused);
}

// The same change, once published at once and once approved, is told with the same numbers.
TEST_F(OperatorJobsTest, AnApprovalCountsAsASyncDoes) {
    const auto run = [&](const std::string& name, bool held) {
        wish_.tree = name;
        wish_.max_delete = {true, 100, 0};
        upstream_has("keep", "kept");
        upstream_has("folder/inside", "x");
        upstream_has("file", "y");
        upstream_has("swap", "z");
        sync();
        for (const auto* gone : {"folder", "file", "swap"})
            upstream_drops(gone);
        upstream_has("folder", "now a file");
        upstream_has("file/inside", "now in a folder");
        temp_.link("up/swap", "keep");
        if (held) wish_.max_delete = {false, 0, 0};
        const Result<SyncResult> result = sync();
        EXPECT_TRUE(is(held ? Outcome::held : Outcome::published, *result));
        auto publisher = publisher_of_wish();
        const auto let_through = held ? approve(publisher, name) : result;
        EXPECT_TRUE(ok(let_through));
        expect_true_numbers();
        const auto row = generation(2);
        for (const auto* gone : {"folder", "file", "swap"})
            upstream_drops(gone);
        return std::vector<std::uint64_t>{row.added, row.changed, row.removed};
    };
    const auto at_once = run("at-once", false);
    EXPECT_EQ(run("approved", true), at_once);
}

TEST_F(OperatorJobsTest, AWithdrawnContentIsGoneFromEverywhere) {
    upstream_has("a", "bad");
    upstream_has("d/copy", "bad");
    upstream_has("fine", "good");
    sync();
    const auto result = withdraw_content("bad");
    EXPECT_TRUE(result.had_blob);
    EXPECT_EQ(result.paths.size(), 2u);
    EXPECT_EQ(result.trees, Names{"debian"});
    EXPECT_EQ(paths(), (Names{"d", "fine"}));
    EXPECT_FALSE(has_blob("bad"));
    EXPECT_FALSE(is_shown("a"));
    EXPECT_FALSE(is_shown("d/copy"));
    EXPECT_EQ(find("a", 1)->digest, std::nullopt);
    EXPECT_EQ(shown("fine"), "good");
    EXPECT_EQ(generation(2).removed, 2u);
    expect_true_numbers();
    EXPECT_FALSE(tree().paused);
}

TEST_F(OperatorJobsTest, AWithdrawnContentIsRefusedWhenItComesAgain) {
    upstream_has("a", "bad");
    upstream_has("fine", "good");
    sync();
    withdraw_content("bad");
    const auto result = sync();
    EXPECT_TRUE(is(Outcome::unchanged, result));
    EXPECT_EQ(result.transferred, 0u);
    ASSERT_EQ(result.left_out.size(), 1u);
    EXPECT_EQ(result.left_out[0].path, path("a"));
    EXPECT_TRUE(is(Outcome::unchanged, sync()));
    EXPECT_FALSE(has_blob("bad"));
}

TEST_F(OperatorJobsTest, AWithdrawnContentIsRefusedUnderAnotherNameToo) {
    upstream_has("a", "bad");
    upstream_has("fine", "good");
    sync();
    withdraw_content("bad");
    upstream_has("other", "bad");
    upstream_has("fine2", "also good");
    const auto result = sync();
    ASSERT_TRUE(is(Outcome::published, result));
    EXPECT_EQ(paths(), (Names{"fine", "fine2"}));
    EXPECT_FALSE(has_blob("bad"));
    EXPECT_EQ(result.left_out.size(), 2u);
    expect_true_numbers();
    // And once it is known, it is not fetched again.
    const auto again = sync();
    EXPECT_TRUE(is(Outcome::unchanged, again));
    EXPECT_EQ(again.transferred, 0u);
}

// A generation in which nothing differs pushes one that does out of those that are kept.
TEST_F(OperatorJobsTest, ARefusedContentAloneMakesNoGeneration) {
    upstream_has("a", "bad");
    upstream_has("fine", "good");
    sync();
    withdraw_content("bad");
    upstream_has("other", "bad");
    const auto before = tree().generation;
    EXPECT_TRUE(is(Outcome::unchanged, sync()));
    EXPECT_EQ(tree().generation, before);
}

TEST_F(OperatorJobsTest, ARollbackDoesNotBringAWithdrawnContentBack) {
    upstream_has("a", "bad");
    upstream_has("b", "1");
    sync();
    upstream_has("a", "good");
    upstream_has("b", "22");
    sync();
    withdraw_content("bad");
    EXPECT_EQ(tree().generation, 2u);  // it was in history alone
    ASSERT_TRUE(ok(roll_back_to(1)));
    EXPECT_EQ(paths(), Names{"b"});
    EXPECT_EQ(shown("b"), "1");
    EXPECT_FALSE(is_shown("a"));
    expect_true_numbers();
}

TEST_F(OperatorJobsTest, WithdrawingWhatNobodyHasOnlyForbidsIt) {
    upstream_has("a", "x");
    sync();
    const auto result = withdraw_content("never seen");
    EXPECT_FALSE(result.had_blob);
    EXPECT_TRUE(result.trees.empty());
    EXPECT_EQ(tree().generation, 1u);
    EXPECT_TRUE(store_->catalogue().contents().is_withdrawn(digest_of_text("never seen")));
}

}  // namespace
}  // namespace mirrorseed::sync
