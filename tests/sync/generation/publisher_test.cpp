#include "sync/generation/publisher.hpp"

#include "tests/support/sync_fixture.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::is;

class PublisherTest : public test::SyncFixture {
protected:
    PublisherTest() {
        wish_.describe = [this](Store& store, const Candidate& candidate, Progress&) -> Result<Described> {
            described_.push_back(candidate.number);
            EXPECT_EQ(store.catalogue().trees().find(candidate.tree.name)->generation, candidate.number - 1);
            EXPECT_EQ(
                store.catalogue().entries().in_folder(candidate.tree.id, candidate.number, RelPath()).size(),
                names_in_root_);
            if (refuse_) return Error(Fault::failed, "no room for a torrent");
            Described described;
            described.write = [this, number = candidate.number](Catalogue& catalogue) {
                if (break_) throw Failure(Error(Fault::failed, "the disk is full"));
                EXPECT_EQ(catalogue.trees().find("debian")->generation, number) << "in the same transaction";
                written_.push_back(number);
            };
            if (trouble_) described.troubles.emplace_back(Fault::refused, "an empty image");
            return described;
        };
    }

    std::vector<Generation> described_;
    std::size_t names_in_root_ = 2;
    std::vector<Generation> written_;
    bool refuse_ = false, break_ = false, trouble_ = false;
};

TEST_F(PublisherTest, DescribesEachCandidateBeforeAnybodySeesIt) {
    upstream_has("a", "one");
    EXPECT_TRUE(is(Outcome::published, sync()));
    names_in_root_ = 3;
    upstream_has("b", "two");
    EXPECT_TRUE(is(Outcome::published, sync()));
    names_in_root_ = 2;
    auto publisher = publisher_of_wish();
    ASSERT_TRUE(test::ok(roll_back(publisher, "debian", {})));
    EXPECT_EQ(described_, (std::vector<Generation>{1, 2, 3}));
}

TEST_F(PublisherTest, ACandidateThatCannotBeDescribedIsNotPublished) {
    upstream_has("a", "one");
    refuse_ = true;
    EXPECT_TRUE(is(Outcome::failed, sync()));
    EXPECT_EQ(tree().generation, 0u);
    refuse_ = false;
    EXPECT_TRUE(is(Outcome::published, sync()));
    EXPECT_EQ(described_, (std::vector<Generation>{1, 1}));
}

TEST_F(PublisherTest, WhatDescribesACandidateIsWrittenWithItOrNotAtAll) {
    upstream_has("a", "one");
    break_ = true;
    EXPECT_THROW(sync(), Failure);
    EXPECT_EQ(tree().generation, 0u);
    break_ = false;
    EXPECT_TRUE(is(Outcome::published, sync()));
    EXPECT_EQ(written_, std::vector<Generation>{1});
}

TEST_F(PublisherTest, WhatHasNoDescriptionIsToldAndPublishedAllTheSame) {
    upstream_has("a", "one");
    trouble_ = true;
    const auto result = sync();
    EXPECT_TRUE(is(Outcome::published, result));
    ASSERT_EQ(result.unfinished.size(), 1u);
    EXPECT_EQ(result.unfinished.front().step, "release");
    EXPECT_EQ(result.unfinished.front().error.text(), "an empty image");
    trouble_ = false;
    EXPECT_TRUE(sync().unfinished.empty()) << "it is told once";
}

TEST_F(PublisherTest, APauseChangesWithTheCommitAndNotBefore) {
    upstream_has("a", "one");
    sync();
    upstream_has("a", "two!");
    sync();
    refuse_ = true;
    auto publisher = publisher_of_wish();
    EXPECT_FALSE(roll_back(publisher, "debian", {}));
    EXPECT_FALSE(tree().paused);
    refuse_ = false;
    ASSERT_TRUE(test::ok(roll_back(publisher, "debian", {})));
    EXPECT_TRUE(tree().paused);
}

}  // namespace
}  // namespace mirrorseed::sync
