#include "app/push_words.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

TEST(PushWords, EachStageAsksForALook) {
    for (const auto* words : {"", "sync:stage1", "sync:stage2", "sync:all", "sync:all sync:callback",
                              "sync:mhop", "$(reboot); `x` ../../etc\n", "sync:archive"})
        EXPECT_TRUE(asks_for_look(words, "debian")) << words;
}

TEST(PushWords, AnArchiveIsOneTreeAlone) {
    EXPECT_TRUE(asks_for_look("sync:archive:debian", "debian"));
    EXPECT_TRUE(asks_for_look("sync:all\tsync:archive:debian", "debian"));
    EXPECT_TRUE(asks_for_look("sync:archive:security sync:archive:debian", "debian"));
    EXPECT_FALSE(asks_for_look("sync:all sync:archive:security", "debian"));
    EXPECT_FALSE(asks_for_look("sync:archive:", "debian"));
    EXPECT_FALSE(asks_for_look("sync:archive:debian-security", "debian"));
}

}  // namespace
}  // namespace mirrorseed::app
