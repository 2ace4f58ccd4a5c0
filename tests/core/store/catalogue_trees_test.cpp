#include "tests/core/store/catalogue_words.hpp"

namespace mirrorseed {
namespace {

using CatalogueTrees = CatalogueTest;

TEST_F(CatalogueTrees, ATreeIsMadeOnce) {
    EXPECT_EQ(catalogue_.trees().ensure("debian").id, tree_);
    EXPECT_NE(catalogue_.trees().ensure("arch").id, tree_);
    EXPECT_FALSE(catalogue_.trees().find("fedora"));
    const auto all = catalogue_.trees().all();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].name, "arch");
}

TEST_F(CatalogueTrees, ATreeRemembersItsState) {
    auto& trees = catalogue_.trees();
    publish();
    trees.set_lineage(tree_, "abc");
    trees.set_checkout(tree_, 1);
    trees.set_paused(tree_, true);
    trees.start_candidate(tree_);
    trees.hold_candidate(tree_, "too much goes", "1a2b3c4d");
    auto row = trees.find("debian").value();
    EXPECT_EQ(row.lineage, "abc");
    EXPECT_EQ(row.generation, 1u);
    EXPECT_EQ(row.candidate, 2u);
    EXPECT_EQ(row.held_reason, "too much goes");
    EXPECT_EQ(row.held_name, "1a2b3c4d");
    EXPECT_TRUE(row.paused);
    EXPECT_EQ(row.checkout, 1u);
    publish();
    row = trees.find("debian").value();
    EXPECT_EQ(row.generation, 2u);
    EXPECT_EQ(row.candidate, 0u);
    EXPECT_EQ(row.held_reason, "");
    EXPECT_EQ(row.held_name, "");
    for (const bool again : {false, true}) {
        trees.start_candidate(tree_);
        trees.hold_candidate(tree_, "too much goes", "1a2b3c4d");
        again ? trees.start_candidate(tree_) : trees.drop_candidate(tree_);
        EXPECT_EQ(trees.find("debian")->held_name, "");
    }
}

TEST_F(CatalogueTrees, AGenerationRemembersItsNumbers) {
    auto& trees = catalogue_.trees();
    trees.publish(tree_, {.number = 1,
                          .published = noon,
                          .entries = 10,
                          .files = 7,
                          .bytes = 1'000'000'000'000,
                          .added = 1,
                          .changed = 2,
                          .removed = 3,
                          .upstream = "rsync://x/"});
    trees.set_manifest(tree_, 1, digest_of_text("m"));
    const auto row = trees.generation(tree_, 1).value();
    EXPECT_EQ(row.published, noon);
    EXPECT_EQ(row.entries, 10u);
    EXPECT_EQ(row.files, 7u);
    EXPECT_EQ(row.bytes, 1'000'000'000'000u);
    EXPECT_EQ(row.added * 100 + row.changed * 10 + row.removed, 123u);
    EXPECT_EQ(row.upstream, "rsync://x/");
    EXPECT_EQ(row.manifest, digest_of_text("m"));
    EXPECT_TRUE(row.kept);
    trees.set_kept(tree_, 1, false);
    EXPECT_FALSE(trees.generation(tree_, 1)->kept);
    EXPECT_EQ(row.origin(), 1u);
    trees.publish(tree_, {.number = 2, .restores = 1});
    EXPECT_EQ(trees.generations(tree_).front().number, 2u);
    EXPECT_EQ(trees.generation(tree_, 2)->origin(), 1u);
    EXPECT_FALSE(trees.generations(tree_).front().manifest);
    trees.forget_generation(tree_, 1);
    EXPECT_EQ(trees.generations(tree_).size(), 1u);
    EXPECT_FALSE(trees.generation(tree_, 1));
}

TEST_F(CatalogueTrees, WhatWasListedIsRememberedUntilSomethingHappensToTheTree) {
    auto& trees = catalogue_.trees();
    auto& contents = catalogue_.contents();
    const auto digest = digest_of_text("a listing");
    const auto listed_as = [&] { return trees.find("debian").value().listed_as; };
    start();
    put("f", file("shown"));
    publish();
    contents.add_blob(digest_of_text("shown by none"), 4, noon);
    const auto remember = [&] {
        trees.set_listed(tree_, "terms", noon, digest);
        ASSERT_EQ(listed_as(), digest);
    };
    remember();
    EXPECT_EQ(trees.all()[0].listed_as, digest);
    contents.mark_checked(digest_of_text("shown"), noon + 1, false);
    contents.forget_blob(digest_of_text("shown by none"));
    EXPECT_EQ(listed_as(), digest) << "neither is anything that a reader sees";
    contents.mark_checked(digest_of_text("shown"), noon + 2, true);
    EXPECT_EQ(listed_as(), std::nullopt) << "a content was found damaged";
    remember();
    contents.withdraw(digest_of_text("bad"), noon);
    EXPECT_EQ(listed_as(), std::nullopt) << "a content was withdrawn";
    remember();
    contents.forget_blob(digest_of_text("shown"));
    EXPECT_EQ(listed_as(), std::nullopt) << "a content that is shown went";
    remember();
    publish();
    EXPECT_EQ(listed_as(), std::nullopt) << "a generation was published";
    remember();
    trees.set_listed(tree_, "", noon, std::nullopt);
    EXPECT_EQ(listed_as(), std::nullopt);
}

TEST_F(CatalogueTrees, ANameThatIsForgottenIsThatOfAnotherTreeLater) {
    for (int i = 0; i < 250; ++i)
        put("folder" + std::to_string(i) + "/file", file("x"));
    publish();
    catalogue_.owed().add(tree_, 1, Telling::hooks);
    catalogue_.trees().forget(tree_);
    EXPECT_FALSE(catalogue_.trees().find("debian"));
    EXPECT_TRUE(catalogue_.owed().all(tree_).empty());
    const auto later = catalogue_.trees().ensure("debian");
    EXPECT_NE(later.id, tree_) << "whose entries are still there";
    EXPECT_EQ(later.lineage, "");
    ASSERT_EQ(catalogue_.trees().forgotten(), std::vector<TreeId>{tree_});
    int pieces = 1;
    while (catalogue_.entries().remove_some(tree_))
        ++pieces;
    EXPECT_GT(pieces, 2);
    EXPECT_FALSE(find(1, "folder7/file"));
    catalogue_.trees().remove(tree_);
    EXPECT_TRUE(catalogue_.trees().forgotten().empty());
}

TEST_F(CatalogueTrees, WhatReleasesReferToIsForgottenAndStays) {
    put("a.iso", file("iso"));
    publish();
    catalogue_.releases().add(
        {.tree = tree_, .path = path("a.iso"), .content = digest_of_text("iso"), .size = 3}, {});
    EXPECT_EQ(catalogue_.releases().sum_of(tree_).bytes, 3u);
    catalogue_.trees().forget(tree_);
    while (catalogue_.entries().remove_some(tree_)) {
    }
    catalogue_.trees().remove(tree_);
    EXPECT_TRUE(catalogue_.releases().at(tree_, path("a.iso")));
    EXPECT_EQ(catalogue_.trees().forgotten().size(), 1u);
    EXPECT_TRUE(catalogue_.contents().unneeded({}, noon).empty());
}

}  // namespace
}  // namespace mirrorseed
