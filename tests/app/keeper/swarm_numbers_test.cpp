#include "app/keeper/swarm_numbers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

TEST(SwarmNumbers, ArriveAsTheyWereWritten) {
    Swarms swarms;
    swarms[{1, 2, 3}] = {.seeders = 4, .leechers = 5, .completed = 6};
    swarms[{0xff}] = {.seeders = 4294967295U};
    EXPECT_EQ(parse_swarms(to_text(swarms)), swarms);
    EXPECT_EQ(parse_swarms(""), Swarms());
}

TEST(SwarmNumbers, NothingElseIsBelieved) {
    const std::string hash(40, 'a');
    EXPECT_TRUE(parse_swarms(hash + " 1 2 3\n"));
    for (const auto& text :
         {std::string("\n"), hash, hash + " 1 2\n", hash + " 1 2 3 4\n", hash + " 1 2 -3\n",
          hash + " 1 2 4294967296\n", hash.substr(1) + " 1 2 3\n", hash + "a 1 2 3\n", hash + " 1 2 3\n\n"})
        EXPECT_FALSE(parse_swarms(text)) << text;
}

TEST(SwarmNumbers, AHybridHasTwo) {
    Swarms swarms;
    swarms[{1}] = {.seeders = 1};
    swarms[{2}] = {.seeders = 2, .leechers = 1, .completed = 3};
    Release release;
    release.info_hash_v1.emplace().bytes[0] = 1;
    release.info_hash_v2.emplace().bytes[0] = 2;
    const auto told = swarm_of(swarms)(release);
    EXPECT_EQ(told.seeders, 3U);
    EXPECT_EQ(told.leechers, 1U);
    EXPECT_EQ(told.completed, 3U);
    EXPECT_EQ(swarm_of({})(release).seeders, 0U);
}

}  // namespace
}  // namespace mirrorseed::app
