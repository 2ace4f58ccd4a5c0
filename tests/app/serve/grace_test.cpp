#include "app/serve/grace.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

using namespace std::chrono_literals;
using test::path;

TEST(Grace, IsThatOfATreeForWhatItsConfigDoesNotLeaveOut) {
    Config config;
    for (const auto* name : {"plain", "picky"})
        config.trees.emplace_back().name = name;
    config.trees[0].keeping.grace = 1h;
    config.trees[1].keeping.grace = 2h;
    config.trees[1].include = {Glob::parse("pool/").value()};
    config.trees[1].exclude = {Glob::parse("pool/old").value(), Glob::parse("*.part").value()};
    const auto grace = grace_for(config);
    config.trees.clear();
    EXPECT_EQ(grace("plain", path("pool/old/a.part")), 1h);
    EXPECT_EQ(grace("picky", path("pool/a")), 2h);
    for (const auto* name : {"pool/old/a", "pool/old", "pool/b/a.part", "elsewhere"})
        EXPECT_EQ(grace("picky", path(name)), 0s) << name;
    EXPECT_EQ(grace("unknown", path("a")), 0s);
}

}  // namespace
}  // namespace mirrorseed::app
