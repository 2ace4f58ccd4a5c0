#include "tests/core/store/catalogue_words.hpp"

namespace mirrorseed {
namespace {

using CatalogueListings = CatalogueTest;

TEST_F(CatalogueListings, PartsAreAddedUntilTheWholeIsReplaced) {
    auto& listings = catalogue_.listings();
    EXPECT_EQ(listings.recall(tree_, "http://a/", path("x")), "");
    listings.keep(tree_, "http://a/", path("x"), std::string("on\0e", 4));
    listings.add(tree_, "http://a/", path("x"), "+two");
    listings.add(tree_, "http://a/", path("x"), "+three");
    EXPECT_EQ(listings.recall(tree_, "http://a/", path("x")), std::string("on\0e+two+three", 14));
    listings.keep(tree_, "http://a/", path("x"), "new");
    EXPECT_EQ(listings.recall(tree_, "http://a/", path("x")), "new");
    listings.keep(tree_, "http://a/", path("x"), "");
    EXPECT_TRUE(listings.folders(tree_, "http://a/").empty());
}

TEST_F(CatalogueListings, EachTreeAndUpstreamHasItsOwn) {
    auto& listings = catalogue_.listings();
    const auto other = catalogue_.trees().ensure("other").id;
    listings.keep(tree_, "http://a/", RelPath(), "1");
    listings.keep(tree_, "http://b/", RelPath(), "2");
    listings.keep(other, "http://a/", path("x/y"), "3");
    EXPECT_EQ(listings.recall(tree_, "http://b/", RelPath()), "2");
    EXPECT_EQ(listings.folders(other, "http://a/"), std::vector{path("x/y")});
    listings.forget_other_upstreams(tree_, {"http://b/"});
    EXPECT_EQ(listings.recall(tree_, "http://a/", RelPath()), "");
    EXPECT_EQ(listings.recall(tree_, "http://b/", RelPath()), "2");
    EXPECT_EQ(listings.recall(other, "http://a/", path("x/y")), "3");
}

TEST_F(CatalogueListings, AMarkerIsKnownFromWhenItWasFirstSeen) {
    auto& listings = catalogue_.listings();
    EXPECT_EQ(listings.marker_seen(tree_, "http://a/", path("m")), std::nullopt);
    listings.see_marker(tree_, "http://a/", path("m"), 7);
    EXPECT_EQ(listings.marker_seen(tree_, "http://a/", path("m")), 7);
    EXPECT_EQ(listings.marker_seen(tree_, "http://b/", path("m")), std::nullopt);
    listings.see_marker(tree_, "http://a/", path("other"), 8);
    EXPECT_EQ(listings.marker_seen(tree_, "http://a/", path("m")), std::nullopt);
    listings.forget_marker(tree_, "http://a/");
    EXPECT_EQ(listings.marker_seen(tree_, "http://a/", path("other")), std::nullopt);
    listings.see_marker(tree_, "http://a/", path("m"), 9);
    listings.forget_other_upstreams(tree_, {"http://b/"});
    EXPECT_EQ(listings.marker_seen(tree_, "http://a/", path("m")), std::nullopt);
}

}  // namespace
}  // namespace mirrorseed
