#include "sync/tree_listing.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

constexpr UnixTime now = 1'700'000'000;

Wish wish() {
    Wish wish;
    wish.terms = "all of it";
    return wish;
}

TreeRow whole_tree() {
    return {.generation = 3, .listed_for = "all of it", .listed_at = now - 3600};
}

TEST(TreeListing, TrustsMarkersOfATreeThatIsWhatWasListed) {
    EXPECT_TRUE(may_trust_markers(whole_tree(), wish(), now));
}

TEST(TreeListing, TrustsMarkersForADayAtMost) {
    EXPECT_TRUE(may_trust_markers(whole_tree(), wish(), now + 22 * 3600));
    EXPECT_FALSE(may_trust_markers(whole_tree(), wish(), now + 23 * 3600));
}

TEST(TreeListing, TrustsNoMarkersWhenTheTreeIsAnythingElse) {
    auto tree = whole_tree();
    tree.generation = 0;
    EXPECT_FALSE(may_trust_markers(tree, wish(), now)) << "nothing is published";
    tree = whole_tree();
    tree.candidate = 4;
    EXPECT_FALSE(may_trust_markers(tree, wish(), now)) << "a candidate waits";
    tree = whole_tree();
    tree.paused = true;
    EXPECT_FALSE(may_trust_markers(tree, wish(), now)) << "it was rolled back";
    tree = whole_tree();
    tree.listed_for = "";
    EXPECT_FALSE(may_trust_markers(tree, wish(), now)) << "it is not all that was listed";
}

TEST(TreeListing, TrustsNoMarkersForOtherTermsOrAFullSync) {
    auto other = wish();
    other.terms = "half of it";
    EXPECT_FALSE(may_trust_markers(whole_tree(), other, now));
    auto full = wish();
    full.full = true;
    EXPECT_FALSE(may_trust_markers(whole_tree(), full, now));
}

}  // namespace
}  // namespace mirrorseed::sync
