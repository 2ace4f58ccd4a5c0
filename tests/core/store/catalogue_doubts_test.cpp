#include "tests/core/store/catalogue_words.hpp"

namespace mirrorseed {
namespace {

class CatalogueDoubts : public CatalogueTest {
protected:
    Doubts& doubts() { return catalogue_.doubts(); }
};

TEST_F(CatalogueDoubts, RemembersWhatWasRefused) {
    const RefusedFile a{path("a"), 5, FileTime{7}, "SHA-256:1", "is another", noon};
    const RefusedFile b{path("sub/b"), 6, FileTime{-1}, "MD5:2", "is another too", noon + 1};
    doubts().set_refused(tree_, {b, a});
    EXPECT_EQ(doubts().refused(tree_), (std::vector<RefusedFile>{a, b}));
    EXPECT_TRUE(doubts().refused(tree_ + 1).empty());
    doubts().set_refused(tree_, {b});
    EXPECT_EQ(doubts().refused(tree_), std::vector<RefusedFile>{b});
}

TEST_F(CatalogueDoubts, RemembersWhatIsDoubted) {
    DoubtedFile doubt{path("a"), path("SHA256SUMS"), digest_of_text("a"), digest_of_text("list"), "why",
                      false};
    doubts().add(tree_, doubt);
    doubt.is_sure = true;
    doubts().add(tree_, doubt);
    auto other = doubt;
    other.list = path("MD5SUMS");
    doubts().add(tree_, other);
    EXPECT_EQ(doubts().all(tree_), (std::vector<DoubtedFile>{other, doubt}));
    EXPECT_TRUE(doubts().is_doubted(tree_, path("a"), digest_of_text("a")));
    EXPECT_FALSE(doubts().is_doubted(tree_, path("a"), digest_of_text("b")));
    EXPECT_FALSE(doubts().is_doubted(tree_ + 1, path("a"), digest_of_text("a")));
    doubts().forget(tree_, path("a"), path("MD5SUMS"));
    EXPECT_EQ(doubts().all(tree_), std::vector<DoubtedFile>{doubt});
}

TEST_F(CatalogueDoubts, CountsWhatIsShown) {
    EXPECT_EQ(doubts().shown(tree_), 0U);
    doubts().set_shown(tree_, 3);
    EXPECT_EQ(doubts().shown(tree_), 3U);
    EXPECT_EQ(doubts().shown(tree_ + 1), 0U);
}

}  // namespace
}  // namespace mirrorseed
