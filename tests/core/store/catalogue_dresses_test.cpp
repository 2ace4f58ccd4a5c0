#include "core/store/blob_trust.hpp"
#include "tests/core/store/catalogue_words.hpp"

namespace mirrorseed {
namespace {

class CatalogueDresses : public CatalogueTest {
protected:
    // A name of the content `text` that asks for this.
    Entry asking(std::string_view text, std::uint32_t mode, UnixTime time = noon) {
        auto entry = file(text, time);
        entry.mode = mode;
        entry.hidden = !readable_by_all(EntryKind::file, mode);
        return entry;
    }
    void wears(std::string_view text, std::uint32_t mode, UnixTime time = noon) {
        dresses_.wears(digest_of_text(text), {mode, FileTime::from_seconds(time)});
    }
    BlobRow blob(std::string_view text) { return *catalogue_.contents().blob(digest_of_text(text)); }
    std::vector<Digest> otherwise(Generation since, Generation shown) {
        return dresses_.dressed_otherwise({.tree = tree_, .since = since, .shown = shown});
    }
    using Digests = std::vector<Digest>;

    Dresses& dresses_ = catalogue_.dresses();
};

TEST_F(CatalogueDresses, BothTimesAreRememberedAndTheNarrowerModeUntilItIsOver) {
    put("a", asking("x", 0644));
    wears("x", 0644);
    dresses_.will_wear(digest_of_text("x"), {0750, FileTime::from_seconds(noon + 9)});
    EXPECT_EQ(blob("x").dress, (Dress{0640, FileTime::from_seconds(noon)}));
    EXPECT_EQ(blob("x").next_mtime, FileTime::from_seconds(noon + 9));
    EXPECT_EQ(dresses_.half_dressed(), Digests{digest_of_text("x")});
    wears("x", 0750, noon + 9);
    EXPECT_EQ(blob("x").dress, (Dress{0750, FileTime::from_seconds(noon + 9)}));
    EXPECT_FALSE(blob("x").next_mtime);
    EXPECT_TRUE(dresses_.half_dressed().empty());
}

TEST_F(CatalogueDresses, OnlyWhatIsToBeShownAnewIsLookedAt) {
    put("a", asking("x", 0644));
    put("b", asking("y", 0644));
    wears("x", 0644);
    wears("y", 0600);
    EXPECT_EQ(otherwise(0, 1), Digests{digest_of_text("y")});
    publish();
    start();
    put("a", asking("x", 0755));
    EXPECT_EQ(otherwise(1, 2), Digests{digest_of_text("x")});
    EXPECT_TRUE(otherwise(1, 1).empty());
}

TEST_F(CatalogueDresses, WishesAreThoseOfAllTreesAndOfTheCandidate) {
    put("a", asking("x", 0644));
    put("b", asking("x", 0644));
    put("c", asking("x", 0600));
    publish();
    const auto other = catalogue_.trees().ensure("other").id;
    catalogue_.entries().put(other, 1, path(""), "d", asking("x", 0644, noon + 1));
    catalogue_.trees().publish(other, {.number = 1});
    start();
    drop("b");
    put("e", asking("x", 0644));
    const auto wishes = dresses_.wishes(digest_of_text("x"), {.tree = tree_, .since = 1, .shown = 2});
    ASSERT_EQ(wishes.size(), 3u);
    const auto at = FileTime::from_seconds(noon);
    EXPECT_EQ(wishes[0], (DressWish{{0600, at}, false, true, 1, 0}));
    EXPECT_EQ(wishes[1], (DressWish{{0644, at}, true, true, 2, 1}));
    EXPECT_EQ(wishes[2], (DressWish{{0644, FileTime::from_seconds(noon + 1)}, true, false, 1, 0}));
}

TEST_F(CatalogueDresses, WhatBecomesReadableAndIsClosedIsFound) {
    put("a", asking("x", 0600));
    put("b", asking("y", 0644));
    put("c", asking("unknown", 0644));
    wears("x", 0600);
    wears("y", 0644);
    EXPECT_EQ(dresses_.closed_to_readers(tree_, 1), Digests{digest_of_text("unknown")});
    publish();
    start();
    put("a", asking("x", 0644));
    EXPECT_EQ(dresses_.closed_to_readers(tree_, 2), Digests{digest_of_text("x")});
    EXPECT_FALSE(dresses_.is_in_release(digest_of_text("x")));
}

TEST_F(CatalogueDresses, AFoundDamageIsAnotherRevision) {
    put("a", asking("x", 0644));
    const auto before = catalogue_.contents().revision();
    catalogue_.contents().mark_checked(digest_of_text("x"), noon, false);
    EXPECT_EQ(catalogue_.contents().revision(), before);
    catalogue_.contents().mark_checked(digest_of_text("x"), noon, true);
    EXPECT_NE(catalogue_.contents().revision(), before);
    EXPECT_EQ(catalogue_.contents().damaged(), std::unordered_set{digest_of_text("x")});
}

}  // namespace
}  // namespace mirrorseed
