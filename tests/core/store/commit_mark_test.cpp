#include "core/store/commit_mark.hpp"

#include "tests/core/store/catalogue_words.hpp"

namespace mirrorseed {
namespace {

TEST_F(CatalogueTest, EveryCommitHasAnotherMark) {
    const auto mark = catalogue_.commit_mark();
    ASSERT_TRUE(mark);
    auto before = mark->read();
    EXPECT_EQ(mark->read(), before);
    for (int i = 0; i < 100; ++i) {
        catalogue_.contents().note_mended();
        EXPECT_NE(mark->read(), before);
        before = mark->read();
    }
    {
        auto undone = catalogue_.begin();
        catalogue_.contents().note_mended();
    }
    EXPECT_EQ(mark->read(), before);
    catalogue_.write_back();
    catalogue_.contents().note_mended();
    EXPECT_NE(mark->read(), before);
}

TEST_F(CatalogueTest, AnotherConnectionsCommitChangesTheMarkToo) {
    const auto mark = catalogue_.commit_mark();
    ASSERT_TRUE(mark);
    const auto before = mark->read();
    auto other = Catalogue::open(file_);
    other.contents().note_mended();
    EXPECT_NE(mark->read(), before);
}

}  // namespace
}  // namespace mirrorseed
