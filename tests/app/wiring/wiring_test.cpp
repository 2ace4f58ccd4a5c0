#include "app/wiring/wiring.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

using test::fails_with;
using test::ok;

TEST(Wiring, WhatIsNotBuiltYetSaysSo) {
    TreeConfig plain;
    plain.name = "tree";
    plain.upstreams = {"https://mirror.example.org/"};
    ASSERT_TRUE(ok(wish_for(Config(), plain, Arguments())));
    std::vector<TreeConfig> others(6, plain);
    others[0].debian.emplace();
    others[1].rpm.emplace();
    others[2].arch.emplace();
    others[3].images.emplace();
    others[4].listing = ListingKind::node;
    others[5].trusted_keys.emplace_back();
    for (const auto& other : others)
        EXPECT_TRUE(fails_with(Fault::unsupported, wish_for(Config(), other, Arguments())));
}

}  // namespace
}  // namespace mirrorseed::app
