#include "sync/run/listing_digest.hpp"

#include "tests/support/listed.hpp"

#include <gtest/gtest.h>

#include <set>

namespace mirrorseed::sync {
namespace {

using test::file_of;
using test::folder_of;
using test::link_to;
using test::listing_of;
using test::path;

test::Tree tree() {
    return {{"a", file_of("one")}, {"b", folder_of()}, {"b/c", file_of("two")}, {"l", link_to("a")}};
}

TEST(ListingDigest, IsTheSameForTheSame) {
    EXPECT_EQ(digest_of(listing_of(tree())), digest_of(listing_of(tree())));
}

TEST(ListingDigest, TellsEveryDifference) {
    std::vector<test::Tree> others(11, tree());
    others[0][0].first = "A";
    others[1][0].second = file_of("larger");
    others[2][0].second = file_of("one", test::noon + 1);
    others[3][0].second.mode = 0755;
    others[4][0].second.digest = test::digest_of_text("one");
    others[5][1].second = folder_of(0700);
    others[6][3].second = link_to("b");
    others[7].pop_back();
    others[8].emplace_back("b/d", file_of("two"));
    others[9][0].second = folder_of();
    others[10] = {{"a", file_of("one")}, {"b", folder_of()}, {"c", file_of("two")}, {"l", link_to("a")}};
    std::set<std::optional<Digest>> digests{digest_of(listing_of(tree()))};
    for (const auto& other : others)
        digests.insert(digest_of(listing_of(other)));
    EXPECT_EQ(digests.size(), others.size() + 1);
}

TEST(ListingDigest, TellsMarksAndWhatIsLeftOut) {
    const auto of = [](const ListedEntry& entry, const std::string& left_out) {
        Listing listing;
        listing.add(RelPath(), {entry});
        if (!left_out.empty()) listing.leave_out(path("x"), left_out);
        listing.finish().value();
        return digest_of(listing);
    };
    const ListedEntry exact{.name = "a", .entry = file_of("one")};
    auto marked = exact;
    marked.validator = "\"tag\"";
    const std::set<std::optional<Digest>> digests{of(exact, ""), of(marked, ""), of(exact, "why"),
                                                  of(exact, "another why")};
    EXPECT_EQ(digests.size(), 4u);
    EXPECT_FALSE(digests.contains(std::nullopt));
}

TEST(ListingDigest, IsNotOfAListingThatDoesNotTellEveryChange) {
    for (const auto sureness : {Sureness::rough, Sureness::none, Sureness{Sure::exact, Sure::rough},
                                Sureness{Sure::exact, Sure::none}, Sureness{Sure::rough, Sure::exact},
                                Sureness{Sure::none, Sure::exact}}) {
        auto listing = listing_of(tree());
        ASSERT_TRUE(digest_of(listing));
        Listing other;
        other.add(RelPath(), {{.name = "a", .entry = file_of("one")},
                              {.name = "b", .entry = file_of("one"), .sureness = sureness}});
        other.finish().value();
        EXPECT_EQ(digest_of(other), std::nullopt);
    }
}

TEST(ListingDigest, IsOfAListingThatTellsDigestsAndNoTimes) {
    const auto listed = [](std::string_view content) {
        Listing listing;
        listing.add(RelPath(),
                    {{.name = "a", .entry = test::stored(content), .sureness = {Sure::exact, Sure::none}}});
        listing.finish().value();
        return listing;
    };
    ASSERT_TRUE(digest_of(listed("one")));
    EXPECT_NE(digest_of(listed("one")), digest_of(listed("two")));
}

}  // namespace
}  // namespace mirrorseed::sync
