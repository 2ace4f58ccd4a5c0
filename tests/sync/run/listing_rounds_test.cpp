#include "sync/run/listing_rounds.hpp"

#include "tests/support/listed.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace mirrorseed::sync {
namespace {

using namespace std::chrono_literals;

TEST(ListingRounds, EndWithTheFirstThatComesToItsEnd) {
    int rounds = 0;
    const auto done = in_rounds([&](bool) -> Result<bool> { return ++rounds == 2; }, 0ms, Progress());
    EXPECT_TRUE(test::ok(done));
    EXPECT_EQ(rounds, 2);
}

TEST(ListingRounds, SayWhichIsTheLast) {
    std::vector<bool> told;
    const auto done = in_rounds(
        [&](bool is_last) -> Result<bool> {
            told.push_back(is_last);
            return is_last;
        },
        0ms, Progress());
    EXPECT_TRUE(test::ok(done));
    EXPECT_EQ(told, (std::vector<bool>{false, false, true}));
}

TEST(ListingRounds, EndWithTrouble) {
    int rounds = 0;
    const auto done = in_rounds(
        [&](bool) -> Result<bool> {
            ++rounds;
            return Error(Fault::busy, "lost");
        },
        0ms, Progress());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().text(), "lost");
    EXPECT_EQ(rounds, 1);
}

TEST(ListingRounds, QuarantineWhatChangedInTheLast) {
    const auto listing = test::listing_of({{"a", test::file_of("1")}, {"b", test::file_of("2")}});
    FetchResult fetched;
    fetched.changed = {listing.place_of(test::path("b")).value(), listing.place_of(test::path("a")).value()};
    fetched.gone = {listing.place_of(test::path("a")).value()};
    quarantine_changed(listing, fetched);
    ASSERT_EQ(fetched.quarantined.size(), 2U);
    EXPECT_EQ(fetched.quarantined[0].path, test::path("b"));
    EXPECT_EQ(fetched.quarantined[0].reason, "it changes all the time");
    EXPECT_EQ(fetched.quarantined[1].reason, "it is listed, and the upstream does not have it");
}

TEST(ListingRounds, FindWhatMovedAmongWhatWasAskedFor) {
    const auto listing = test::listing_of({{"d", test::folder_of()},
                                           {"d/gone", test::file_of("1")},
                                           {"d/same", test::file_of("2")},
                                           {"e", test::folder_of()},
                                           {"e/file", test::file_of("3")}});
    const auto place = [&](const char* name) { return listing.place_of(test::path(name)).value(); };
    const std::vector<Listing::Place> asked{place("d/gone"), place("d/same"), place("e/file")};
    EXPECT_EQ(folders_of(asked, listing), (std::vector<RelPath>{test::path("d"), test::path("e")}));
    FetchResult fetched;
    note_moved({{.path = test::path("d"), .same = {"other", "same"}}}, asked, listing, fetched);
    EXPECT_EQ(fetched.changed, std::vector<Listing::Place>{place("d/gone")});
    EXPECT_EQ(fetched.missing, std::vector<Listing::Place>{place("d/gone")});
    note_moved({{.path = test::path("d"), .same = {"same"}}}, asked, listing, fetched);
    EXPECT_EQ(fetched.changed.size(), 1U) << "once";
}

}  // namespace
}  // namespace mirrorseed::sync
