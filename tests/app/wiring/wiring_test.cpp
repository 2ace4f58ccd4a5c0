#include "app/wiring/wiring.hpp"

#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

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
    std::vector<TreeConfig> others(2, plain);
    others[0].listing = ListingKind::node;
    others[1].trusted_keys.emplace_back();
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

TEST(Wiring, AnRpmArchiveIsAskedForSignaturesWhereThereIsAKeyring) {
    TreeConfig tree;
    tree.name = "tree";
    tree.upstreams = {"https://mirror.example.org/"};
    tree.rpm.emplace().repos = {"os", "."};
    const auto wish = wish_for(Config(), tree, Arguments());
    ASSERT_TRUE(ok(wish)) << "no keyring, no signatures";
    EXPECT_TRUE(wish->listed_by);
    tree.rpm->packages = {Glob::parse("a*").value()};
    EXPECT_NE(wish_for(Config(), tree, Arguments()).value().terms, wish->terms);
    tree.rpm->keyring = "/none/such";
    EXPECT_FALSE(wish_for(Config(), tree, Arguments()));
    tree.rpm->verify = RepoCheck::checksum;
    EXPECT_TRUE(ok(wish_for(Config(), tree, Arguments())));
    tree.rpm->keyring.clear();
    tree.keyring = "/none/such";
    EXPECT_TRUE(ok(wish_for(Config(), tree, Arguments())));
    tree.rpm->verify = RepoCheck::automatic;
    EXPECT_FALSE(wish_for(Config(), tree, Arguments()));
}

TEST(Wiring, OtherKeysJudgeAnewAndSelectTheSame) {
    test::TempFolder folder;
    TreeConfig tree;
    tree.name = "tree";
    tree.upstreams = {"https://mirror.example.org/"};
    tree.arch.emplace().repos = {"core"};
    const auto unjudged = wish_for(Config(), tree, Arguments()).value();
    EXPECT_EQ(unjudged.all_terms(), unjudged.terms);
    tree.arch->keyring = folder.path() + "/keyring";
    const auto with_keys = [&](const char* bytes) {
        folder.write("keyring", bytes);
        return wish_for(Config(), tree, Arguments()).value();
    };
    const auto one = with_keys("\x98 one"), other = with_keys("\x98 other");
    EXPECT_EQ(one.terms, other.terms);
    EXPECT_NE(one.all_terms(), other.all_terms());
    EXPECT_EQ(one.all_terms(), with_keys("\x98 one").all_terms());
    EXPECT_TRUE(one.selects_as(other.all_terms()));
    EXPECT_FALSE(one.selects_as(unjudged.all_terms())) << "the keyring's path is another";
    EXPECT_FALSE(one.selects_as(""));
}

}  // namespace
}  // namespace mirrorseed::app
