#include "httpd/tracking.hpp"

#include "tests/httpd/published/published_words.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::httpd {
namespace {

class TrackingTest : public PublishedTest {
protected:
    static Sha1Hash v1_of(std::uint8_t number) {
        Sha1Hash hash;
        hash.bytes.fill(number);
        return hash;
    }
    Release release(std::uint8_t number) {
        Release made{.tree = tree_.id, .path = path("a"), .name = "a", .title = "a", .published = 1};
        made.info_hash_v1 = v1_of(number);
        made.info_hash_v2.emplace().bytes.fill(static_cast<std::uint8_t>(number + 100));
        made.id = catalogue_->releases().add(made, {});
        return made;
    }
    bool is_tracked(const tracker::InfoHash& hash) {
        if (!tracking_.is_level()) tracking_.catch_up();
        return tracking_.tracker().swarms.counts(hash).has_value();
    }

    Tracking tracking_{root_ + "/catalogue.db"};
};

TEST_F(TrackingTest, IsLevelWithTheCatalogueAfterEachCommit) {
    EXPECT_FALSE(tracking_.is_level()) << "nothing was read yet";
    EXPECT_FALSE(tracking_.tracker().knows_hashes);
    for (std::uint8_t number = 1; number < 20; ++number) {
        EXPECT_FALSE(is_tracked(v1_of(number).bytes));
        const auto made = release(number);
        EXPECT_FALSE(tracking_.is_level());
        EXPECT_TRUE(is_tracked(v1_of(number).bytes));
        EXPECT_TRUE(is_tracked(v1_of(static_cast<std::uint8_t>(number + 100)).bytes)) << "the start of v2";
        EXPECT_TRUE(tracking_.is_level());
        catalogue_->releases().withdraw(made.id);
        EXPECT_FALSE(is_tracked(v1_of(number).bytes));
    }
}

TEST_F(TrackingTest, SumsBothSwarmsOfAHybrid) {
    const auto made = release(1);
    tracking_.catch_up();
    const auto asker = tracker::asker_at({PeerAddress::parse("127.0.0.1")->bytes()}).value();
    tracker::SwarmTable::Told told;
    for (const std::uint8_t number : {std::uint8_t{1}, std::uint8_t{101}})
        tracking_.tracker().swarms.announce({.info_hash = v1_of(number).bytes, .port = 1, .seeds = true},
                                            asker, tracker::Families::both, {}, 0, told);
    EXPECT_EQ(tracking_.counts(made).seeders, 2U);
    auto half = made;
    half.info_hash_v2.reset();
    EXPECT_EQ(tracking_.counts(half).seeders, 1U);
}

TEST_F(TrackingTest, KeepsWhatItKnowsWhereTheCatalogueCannotBeRead) {
    release(1);
    EXPECT_TRUE(is_tracked(v1_of(1).bytes));
    Tracking nowhere(root_ + "/none/catalogue.db");
    nowhere.catch_up();
    EXPECT_FALSE(nowhere.is_level());
    EXPECT_FALSE(nowhere.tracker().knows_hashes);
}

}  // namespace
}  // namespace mirrorseed::httpd
