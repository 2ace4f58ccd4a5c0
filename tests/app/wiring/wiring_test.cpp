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
    std::vector<TreeConfig> others(3, plain);
    others[0].rpm.emplace();
    others[1].listing = ListingKind::node;
    others[2].trusted_keys.emplace_back();
    for (const auto& other : others)
        EXPECT_TRUE(fails_with(Fault::unsupported, wish_for(Config(), other, Arguments())));
}

TEST(Wiring, ASelectionNeedsItsKeyringAndItsTermsTellIt) {
    TreeConfig tree;
    tree.name = "tree";
    tree.upstreams = {"https://mirror.example.org/"};
    const auto plain = wish_for(Config(), tree, Arguments()).value().terms;
    tree.debian.emplace();
    tree.debian->suites = {"stable"};
    tree.debian->keyring = "/none/such";
    EXPECT_FALSE(wish_for(Config(), tree, Arguments()));
    tree.debian->verify = MetadataCheck::checksum;
    const auto wish = wish_for(Config(), tree, Arguments());
    ASSERT_TRUE(ok(wish));
    EXPECT_TRUE(wish->listed_by);
    tree.debian->newest = 1;
    const auto other = wish_for(Config(), tree, Arguments()).value().terms;
    EXPECT_NE(wish->terms, plain);
    EXPECT_NE(wish->terms, other);
}

}  // namespace
}  // namespace mirrorseed::app
