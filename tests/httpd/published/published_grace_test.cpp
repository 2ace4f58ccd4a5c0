#include "tests/httpd/published/published_words.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace mirrorseed::httpd {
namespace {

using namespace std::chrono_literals;

// Publishes are at 200, as published_words.hpp has them.
class PublishedGraceTest : public PublishedTest {
protected:
    void SetUp() override {
        PublishedTest::SetUp();
        reader_ = Published::open({.store = root_,
                                   .catalogue = root_ + "/catalogue.db",
                                   .grace =
                                       [this](const std::string& tree, const RelPath& place) {
                                           EXPECT_EQ(tree, "debian");
                                           asked_ += place.str() + " ";
                                           return grace_;
                                       },
                                   .clock = [this] { return now_; }},
                                  troubles_)
                      .value();
    }
    void drop(const std::string& at, Leaving leaving = Leaving::dropped_upstream) {
        const auto place = path(at);
        catalogue_->entries().drop(tree_.id, next_, place.parent(), place.name(), leaving);
    }

    std::chrono::seconds grace_ = 100s;
    UnixTime now_ = 250;
    std::string asked_;
};

TEST_F(PublishedGraceTest, GivesOutWhatAnUpstreamDroppedUntilItsGraceIsOver) {
    put_folder("d");
    const auto digest = put_file("d/a", "text");
    publish();
    drop("d/a");
    EXPECT_EQ(found("debian/d/a"), "text");
    publish();
    EXPECT_EQ(found("debian/d/a"), "text");
    auto answer = reader_->find(path("debian/d/a"), Spelling::as_file);
    const auto& facts = std::get<FileFound>(answer).facts;
    EXPECT_EQ(facts.etag, "\"" + digest.hex() + "\"");
    EXPECT_EQ(facts.modified, 100);
    EXPECT_EQ(facts.cache_control, "no-cache");
    EXPECT_TRUE(facts.link.empty());
    EXPECT_EQ(found("debian/d/a", Spelling::as_folder), "404");
    EXPECT_EQ(found("debian/d", Spelling::as_folder), "");
    EXPECT_EQ(found("debian/d/a.sha256"), "404");
    now_ = 299;
    EXPECT_EQ(found("debian/d/a"), "text");
    now_ = 300;
    EXPECT_EQ(found("debian/d/a"), "404");
}

TEST_F(PublishedGraceTest, AsksTheConfigForWhatWasDroppedAlone) {
    put_folder("d");
    put_link("l", "d");
    put_file("d/a", "text");
    put_file("d/b", "text");
    publish();
    drop("d/a");
    drop("d/b", Leaving::otherwise);
    publish();
    for (const auto* at : {"d/b", "d/never", "never/was", "l/never", "d/a/below"})
        EXPECT_EQ(found(std::string("debian/") + at), "404") << at;
    EXPECT_EQ(asked_, "");
    EXPECT_EQ(found("debian/l/a"), "text");
    EXPECT_EQ(asked_, "d/a ") << "by its own name, and not by the link's";
    grace_ = 0s;
    EXPECT_EQ(found("debian/d/a"), "404");
}

TEST_F(PublishedGraceTest, WalksThroughTheCurrentGenerationAlone) {
    put_folder("d");
    put_link("l", "d");
    put_file("d/a", "text");
    publish();
    drop("d/a");
    drop("d", Leaving::otherwise);
    drop("l", Leaving::otherwise);
    publish();
    EXPECT_EQ(found("debian/d/a"), "text") << "nothing is there that leads elsewhere";
    EXPECT_EQ(found("debian/l/a"), "404");
    put_file("d", "a file now");
    publish();
    EXPECT_EQ(found("debian/d/a"), "404");
    put("d", {.kind = EntryKind::folder, .mode = 0700, .hidden = true});
    publish();
    EXPECT_EQ(found("debian/d/a"), "404");
    put_folder("d");
    publish();
    EXPECT_EQ(found("debian/d/a"), "text");
    put_file("d/a", "secret", true);
    publish();
    EXPECT_EQ(found("debian/d/a"), "404");
}

TEST_F(PublishedGraceTest, AnUnfinishedCandidateThatIsTakenBackLeavesNoMark) {
    put_file("a", "text");
    publish();
    drop("a");
    catalogue_->entries().abandon(tree_.id, next_);
    EXPECT_EQ(found("debian/a"), "text");
    drop("a", Leaving::otherwise);
    publish();
    EXPECT_EQ(found("debian/a"), "404");
}

}  // namespace
}  // namespace mirrorseed::httpd
