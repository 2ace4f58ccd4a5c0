#include "sync/as_listed.hpp"

#include "tests/support/listed.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::file_of;
using test::noon;
using test::path;

// Of a file of five bytes at noon.
bool is_taken(Sureness sureness, Bytes size, FileTime time, TimeStep step = TimeStep::second) {
    FileFacts facts;
    facts.is_file = true;
    facts.size = size;
    facts.mtime = time;
    return is_as_listed(facts, {.item = {path("f"), file_of("hello")}, .sureness = sureness}, step);
}

constexpr auto at_noon = FileTime::from_seconds(noon), later = FileTime::from_seconds(noon + 100);

TEST(AsListed, WhatIsExactMustBeEqual) {
    EXPECT_TRUE(is_taken(Sureness::exact, 5, at_noon));
    EXPECT_FALSE(is_taken(Sureness::exact, 6, at_noon));
    EXPECT_FALSE(is_taken(Sureness::exact, 5, later));
}

TEST(AsListed, ATimeThatIsNotExactMayBeAny) {
    for (const auto time : {Sure::rough, Sure::none}) {
        EXPECT_TRUE(is_taken({Sure::exact, time}, 5, later));
        EXPECT_FALSE(is_taken({Sure::exact, time}, 6, later));
    }
}

TEST(AsListed, ASizeThatIsNotExactMayBeNearOrAny) {
    EXPECT_TRUE(is_taken({Sure::rough, Sure::exact}, 6, at_noon));
    EXPECT_FALSE(is_taken({Sure::rough, Sure::exact}, 60'000, at_noon));
    EXPECT_FALSE(is_taken({Sure::rough, Sure::exact}, 6, later));
    EXPECT_TRUE(is_taken({Sure::none, Sure::exact}, 60'000, at_noon));
    EXPECT_FALSE(is_taken({Sure::none, Sure::exact}, 60'000, later));
}

TEST(AsListed, WhoKeepsSecondsIsHeldToSeconds) {
    const auto within = FileTime::from(noon, 5);
    EXPECT_TRUE(is_taken(Sureness::exact, 5, within, TimeStep::second));
    EXPECT_FALSE(is_taken(Sureness::exact, 5, within, TimeStep::nanosecond));
    EXPECT_TRUE(is_taken({Sure::exact, Sure::none}, 5, within, TimeStep::nanosecond));
}

TEST(AsListed, AFolderIsNoFile) {
    FileFacts folder;
    folder.is_folder = true;
    EXPECT_FALSE(is_as_listed(folder, {.item = {path("f"), file_of("")}, .sureness = Sureness::none},
                              TimeStep::second));
}

}  // namespace
}  // namespace mirrorseed::sync
