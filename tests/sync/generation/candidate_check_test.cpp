#include "sync/generation/candidate_check.hpp"

#include "tests/support/sync_fixture.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::is;
using test::ok;
using test::path;

class CandidateCheckTest : public test::SyncFixture {
protected:
    CandidateCheckTest() {
        upstream_has("d/a", "one");
        upstream_has("b", "two!");
        EXPECT_TRUE(is(Outcome::published, sync()));
        facts_ = generation(1);
        store_->catalogue().trees().start_candidate(tree().id);
    }

    void put(std::string_view name, const Entry& entry) {
        store_->catalogue().entries().put(tree().id, tree().generation + 1, path(name).parent(),
                                          path(name).name(), entry);
    }
    void drop(std::string_view name) {
        store_->catalogue().entries().drop(tree().id, tree().generation + 1, path(name).parent(),
                                           path(name).name());
    }
    Status check() { return check_candidate(*store_, tree(), facts_); }
    std::string trouble() {
        const auto checked = check();
        return checked ? "none" : checked.error().text();
    }

    const Entry folder_{.kind = EntryKind::folder, .mode = 0755};
    const Entry link_{.kind = EntryKind::link, .target = "b"};
    GenerationRow facts_;
};

TEST_F(CandidateCheckTest, FindsNothingInWhatFitsTogether) {
    EXPECT_TRUE(ok(check()));
    put("new", folder_);
    put("new/link", link_);
    drop("d/a");
    drop("d");
    facts_.files -= 1;
    facts_.bytes -= 3;
    EXPECT_TRUE(ok(check()));
}

TEST_F(CandidateCheckTest, FindsNamesWithoutTheirFolder) {
    put("new/link", link_);
    ++facts_.entries;
    EXPECT_NE(trouble().find("has entries in new, which is no folder there"), std::string::npos) << trouble();
}

TEST_F(CandidateCheckTest, FindsNamesWhoseFolderGoesOrIsSomethingElse) {
    drop("d");
    --facts_.entries;
    EXPECT_NE(trouble().find("has entries in d, "), std::string::npos) << trouble();
    put("d", link_);
    ++facts_.entries;
    EXPECT_NE(trouble().find("has entries in d, "), std::string::npos) << trouble();
    put("b/below", link_);
    put("d", folder_);
    ++facts_.entries;
    EXPECT_NE(trouble().find("has entries in b, "), std::string::npos) << trouble();
}

TEST_F(CandidateCheckTest, FindsNumbersThatAreNotTheCandidates) {
    ++facts_.files;
    EXPECT_NE(trouble().find("3 files and 7 bytes and says 4, 4 and 7"), std::string::npos) << trouble();
}

TEST_F(CandidateCheckTest, CountsAnewWhereTheNumbersBeforeWereWrong) {
    auto wrong = facts_;
    wrong.entries = 100;
    store_->catalogue().trees().forget_generation(tree().id, 1);
    store_->catalogue().trees().restore(tree().id, wrong);
    EXPECT_TRUE(ok(check()));
}

TEST_F(CandidateCheckTest, NothingThatFailsIsPublished) {
    put("new/link", link_);
    ++facts_.entries;
    auto publisher = publisher_of_wish();
    EXPECT_FALSE(publisher.commit(tree(), facts_, Pause::stays, {}));
    EXPECT_EQ(tree().generation, 1U);
}

TEST_F(CandidateCheckTest, LooksAtAllOfAFirstGeneration) {
    auto& trees = store_->catalogue().trees();
    const auto other = trees.ensure("other");
    trees.start_candidate(other.id);
    store_->catalogue().entries().put(other.id, 1, path("d"), "link", link_);
    const auto checked = check_candidate(*store_, other, {.entries = 1});
    ASSERT_FALSE(checked);
    EXPECT_NE(checked.error().text().find("of other has entries in d, "), std::string::npos);
    store_->catalogue().entries().put(other.id, 1, RelPath(), "d", folder_);
    EXPECT_TRUE(ok(check_candidate(*store_, other, {.entries = 2})));
    EXPECT_FALSE(check_candidate(*store_, other, {.entries = 3}));
}

}  // namespace
}  // namespace mirrorseed::sync
