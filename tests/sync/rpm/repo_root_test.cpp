#include "sync/rpm/repo_root.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync::rpm {
namespace {

RootTexts left(const RootTexts& held, bool is_signed) {
    RootTexts texts{.repomd = "r", .signature = "s", .key = "k"};
    drop_what_nobody_vouches_for(texts, held, is_signed);
    return texts;
}

TEST(RepoRoot, KeepsOfAMirrorThatAMetalinkChoseWhatIsProven) {
    EXPECT_TRUE(left({}, true).signature);
    EXPECT_FALSE(left({}, true).key);
    EXPECT_FALSE(left({}, false).signature);
    EXPECT_FALSE(left({}, false).key);
    EXPECT_TRUE(left({}, false).repomd);
}

TEST(RepoRoot, KeepsWhatTheTreeHasByThen) {
    const RootTexts same{.signature = "s", .key = "k"}, other{.signature = "S", .key = "K"};
    EXPECT_TRUE(left(same, false).signature);
    EXPECT_TRUE(left(same, false).key);
    EXPECT_FALSE(left(other, false).signature);
    EXPECT_FALSE(left(other, false).key);
}

}  // namespace
}  // namespace mirrorseed::sync::rpm
