#include "core/progress.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

TEST(Progress, CountsWithinAPhase) {
    Progress progress;
    progress.start("fetch", 10, 1000);
    progress.at("pool/a.deb");
    progress.file_done();
    progress.bytes_done(30);
    progress.bytes_done(12);
    const auto view = progress.view();
    EXPECT_EQ(view.phase, "fetch");
    EXPECT_EQ(view.current, "pool/a.deb");
    EXPECT_EQ(view.files_done, 1u);
    EXPECT_EQ(view.files_total, 10u);
    EXPECT_EQ(view.bytes_done, 42u);
    EXPECT_EQ(view.bytes_total, 1000u);
}

TEST(Progress, ANewPhaseStartsFromZeroAndKeepsTheSubject) {
    Progress progress;
    progress.about("debian");
    progress.start("list", 5, 5);
    progress.at("x");
    progress.file_done();
    progress.bytes_done(5);
    progress.start("fetch");
    const auto view = progress.view();
    EXPECT_EQ(view.current, "");
    EXPECT_EQ(view.files_done + view.files_total + view.bytes_done + view.bytes_total, 0u);
    EXPECT_EQ(progress.subject(), "debian");
}

TEST(Progress, GoesOnUntilSomebodyAsksToStop) {
    Progress progress;
    EXPECT_TRUE(test::ok(progress.go_on()));
    EXPECT_FALSE(progress.stop_requested());
    progress.request_stop();
    EXPECT_TRUE(progress.stop_requested());
    EXPECT_TRUE(test::fails_with(Fault::refused, progress.go_on()));
    progress.start("fetch");
    EXPECT_TRUE(progress.stop_requested());
}

TEST(Progress, AWholeShowsItsPartsAndStopsThem) {
    Progress whole;
    whole.start("begin");
    {
        Progress first(whole), second(whole);
        first.about("a");
        first.start("fetch", 10, 100);
        second.start("list", 5, 50);
        second.bytes_done(7);
        const auto view = whole.view();
        EXPECT_EQ(view.phase, "fetch");
        EXPECT_EQ(view.files_total, 15u);
        EXPECT_EQ(view.bytes_total, 150u);
        EXPECT_EQ(view.bytes_done, 7u);
        EXPECT_EQ(whole.subject(), "a");
        first.request_stop();
        EXPECT_FALSE(whole.stop_requested() || second.stop_requested());
        whole.request_stop();
        EXPECT_TRUE(second.stop_requested());
    }
    EXPECT_EQ(whole.view().phase, "begin");
    EXPECT_TRUE(Progress(whole).stop_requested()) << "a part that begins later";
}

}  // namespace
}  // namespace mirrorseed
