#include "sync/run/tree_listing.hpp"

#include "tests/support/printers.hpp"

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

TEST(TreeListing, IsAsBeforeWhileNothingIsDifferent) {
    const auto digest = test::digest_of_text("a listing");
    auto tree = whole_tree();
    TreeListing listed;
    listed.as_listed = digest;
    EXPECT_FALSE(is_as_before(tree, wish(), listed)) << "nobody knows what was listed";
    tree.listed_as = digest;
    EXPECT_TRUE(is_as_before(tree, wish(), listed));
    listed.as_listed = test::digest_of_text("another");
    EXPECT_FALSE(is_as_before(tree, wish(), listed));
    listed.as_listed.reset();
    EXPECT_FALSE(is_as_before(tree, wish(), listed)) << "it was concluded from markers";
    tree.listed_as.reset();
    EXPECT_FALSE(is_as_before(tree, wish(), listed));
}

TEST(TreeListing, IsNotAsBeforeWhenTheTreeIsAnythingElse) {
    TreeListing listed;
    listed.as_listed = test::digest_of_text("a listing");
    auto known = whole_tree();
    known.listed_as = listed.as_listed;
    ASSERT_TRUE(is_as_before(known, wish(), listed));
    auto tree = known;
    tree.candidate = 4;
    EXPECT_FALSE(is_as_before(tree, wish(), listed));
    tree = known;
    tree.paused = true;
    EXPECT_FALSE(is_as_before(tree, wish(), listed));
    auto other = wish();
    other.terms = "half of it";
    EXPECT_FALSE(is_as_before(known, other, listed));
    auto full = wish();
    full.full = true;
    EXPECT_FALSE(is_as_before(known, full, listed));
}

}  // namespace
}  // namespace mirrorseed::sync
