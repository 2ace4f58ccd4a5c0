#include "app/command_line/progress_display.hpp"

#include "core/text.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

using std::chrono::milliseconds;

Progress::View half_way() {
    return {.phase = "fetch",
            .current = "pool/a.deb",
            .files_done = 5,
            .files_total = 10,
            .bytes_done = 50 << 20,
            .bytes_total = 100 << 20};
}

TEST(ProgressLine, TellsFilesBytesRateTimeLeftAndName) {
    const auto line = progress_line(half_way(), 10 << 20, 0);
    EXPECT_EQ(line, "fetch 50 % 5 of 10 files, 50 MiB of 100 MiB, 10 MiB/s, 5s left  pool/a.deb");
}

TEST(ProgressLine, HasABarWhereThereIsRoom) {
    EXPECT_NE(progress_line(half_way(), 0, 120).find("[##########..........]"), std::string::npos);
    EXPECT_EQ(progress_line(half_way(), 0, 40).find('['), std::string::npos);
}

TEST(ProgressLine, IsCutToTheWidthBetweenCharacters) {
    auto view = half_way();
    view.current = std::string(50, 'a') + "\xC3\xA9\xC3\xA9\xC3\xA9";
    for (std::size_t width = 60; width < 130; ++width) {
        const auto line = progress_line(view, 0, width);
        EXPECT_LE(line.size(), width);
        EXPECT_TRUE(is_utf8(line)) << width;
    }
}

TEST(ProgressLine, EscapesNamesFromOutside) {
    auto view = half_way();
    view.current = "evil\x1b[2J";
    EXPECT_EQ(progress_line(view, 0, 0).find('\x1b'), std::string::npos);
}

TEST(ProgressStyle, IsABarOnlyOnATerminalUnlessItIsNamed) {
    EXPECT_EQ(progress_style("auto", true), ProgressStyle::bar);
    EXPECT_EQ(progress_style("auto", false), ProgressStyle::plain);
    EXPECT_EQ(progress_style("bar", false), ProgressStyle::bar);
    EXPECT_EQ(progress_style("none", true), ProgressStyle::none);
}

TEST(RateMeter, FollowsTheRateAndStartsAfreshWithEachPhase) {
    RateMeter meter;
    EXPECT_EQ(meter.update(1'000'000, milliseconds(1000)), 0);  // nothing to compare with yet
    EXPECT_DOUBLE_EQ(meter.update(2'000'000, milliseconds(1000)), 1'000'000);
    const auto slower = meter.update(2'000'000, milliseconds(1000));
    EXPECT_GT(slower, 0);
    EXPECT_LT(slower, 1'000'000);
    EXPECT_EQ(meter.update(10, milliseconds(1000)), 0);
}

}  // namespace
}  // namespace mirrorseed::app
