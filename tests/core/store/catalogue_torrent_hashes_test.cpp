#include "core/store/catalogue.hpp"
#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

using test::digest_of_text;

class TorrentHashesTest : public testing::Test {
protected:
    TorrentHashesTest() : catalogue_(Catalogue::open(folder_.at("catalogue.db"))) {
        catalogue_.contents().add_blob(content_, 5, 1);
    }
    const Digest content_ = digest_of_text("content");
    const ContentTree tree_{
        .span = 16384, .root = digest_of_text("root"), .nodes = {digest_of_text("a"), digest_of_text("b")}};
    const ContentPieces pieces_{
        .length = 65536, .pieces = std::string(40, '\0'), .padded_last = std::string(20, 'p')};
    test::TempFolder folder_ = test::TempFolder::in_memory();
    Catalogue catalogue_;
    TorrentHashes& hashes_ = catalogue_.torrent_hashes();
};

TEST_F(TorrentHashesTest, AreReadBackByContentAndByRoot) {
    EXPECT_EQ(hashes_.tree(content_), std::nullopt);
    hashes_.keep(content_, tree_);
    hashes_.keep(content_, pieces_);
    EXPECT_EQ(hashes_.tree(content_), tree_);
    EXPECT_EQ(hashes_.tree_with_root(tree_.root), tree_);
    EXPECT_EQ(hashes_.pieces(content_, 65536), pieces_);
    EXPECT_EQ(hashes_.pieces(content_, 16384), std::nullopt);
    EXPECT_EQ(hashes_.tree_with_root(content_), std::nullopt);
}

TEST_F(TorrentHashesTest, ReplaceWhatWasKept) {
    hashes_.keep(content_, tree_);
    auto other = tree_;
    other.nodes.pop_back();
    hashes_.keep(content_, other);
    EXPECT_EQ(hashes_.tree(content_), other);
    hashes_.keep(content_, pieces_);
    hashes_.keep(content_, pieces_);
    EXPECT_EQ(hashes_.pieces(content_, 65536), pieces_);
}

TEST_F(TorrentHashesTest, AreKeptOnlyOfContentsThatAreThereAndGoWithThem) {
    hashes_.keep(digest_of_text("unknown"), tree_);
    EXPECT_EQ(hashes_.tree_with_root(tree_.root), std::nullopt);
    hashes_.keep(content_, tree_);
    hashes_.keep(content_, pieces_);
    catalogue_.contents().forget_blob(content_);
    EXPECT_EQ(hashes_.tree_with_root(tree_.root), std::nullopt);
    catalogue_.contents().add_blob(content_, 5, 1);
    EXPECT_EQ(hashes_.tree(content_), std::nullopt);
    EXPECT_EQ(hashes_.pieces(content_, 65536), std::nullopt);
}

}  // namespace
}  // namespace mirrorseed
