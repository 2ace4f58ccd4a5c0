#include "app/keeper/silence.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

using std::chrono::seconds;

class SilenceTest : public testing::Test {
protected:
    SilenceTest() { silence_.begin(now_); }
    void look_after(seconds pause, bool heard = false) {
        now_ += pause;
        silence_.look(now_, heard);
    }

    Silence silence_;
    Silence::Time now_{std::chrono::hours(5)};
};

TEST_F(SilenceTest, GrowsRoundByRound) {
    for (int i = 0; i < 31; ++i)
        look_after(seconds(1));
    EXPECT_EQ(silence_.lasts(), seconds(31));
}

TEST_F(SilenceTest, EndsWithAWord) {
    look_after(seconds(1));
    look_after(seconds(1), true);
    EXPECT_EQ(silence_.lasts(), seconds(0));
    look_after(seconds(1));
    EXPECT_EQ(silence_.lasts(), seconds(1));
}

TEST_F(SilenceTest, AListenerThatSleptHeardNoSilence) {
    look_after(seconds(1));
    look_after(seconds(3600));
    EXPECT_LT(silence_.lasts(), seconds(5));
    look_after(seconds(3600), true);
    EXPECT_EQ(silence_.lasts(), seconds(0));
}

TEST_F(SilenceTest, ManyShortRoundsAreNoMoreThanTheirTime) {
    for (int i = 0; i < 1000; ++i) {
        now_ += std::chrono::milliseconds(1);
        silence_.look(now_, false);
    }
    EXPECT_EQ(silence_.lasts(), seconds(1));
}

}  // namespace
}  // namespace mirrorseed::app
