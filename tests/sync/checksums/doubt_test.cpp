#include "sync/checksums/doubt.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

constexpr UnixTime now = 1'700'000'000, hour = 3600, day = 24 * hour;

DoubtFate fate(UnixTime file, UnixTime list, bool is_sure = false) {
    return fate_of({.file_changed = file, .list_changed = list, .is_sure = is_sure}, now);
}

TEST(Doubt, WaitsWhileEitherIsYoungerThanADay) {
    EXPECT_EQ(fate(now - hour, now - 2 * day, true), DoubtFate::waits);
    EXPECT_EQ(fate(now - 2 * day, now - hour, true), DoubtFate::waits);
    EXPECT_EQ(fate(now + hour, now - 2 * day, true), DoubtFate::waits) << "its clock is a little ahead";
    EXPECT_EQ(fate(now - day, now - day, true), DoubtFate::is_told);
    EXPECT_EQ(fate(now + 400 * day, 0, true), DoubtFate::is_told) << "or it would wait for ever";
}

TEST(Doubt, WantsItsBytesTwice) {
    EXPECT_EQ(fate(0, 0, false), DoubtFate::comes_again);
    EXPECT_EQ(fate(0, 0, true), DoubtFate::is_told);
}

TEST(Doubt, TakesNothingBackThatIsShown) {
    EXPECT_EQ(fate_of({.file_changed = now, .list_changed = now, .is_shown = true}, now), DoubtFate::is_told);
}

}  // namespace
}  // namespace mirrorseed::sync
