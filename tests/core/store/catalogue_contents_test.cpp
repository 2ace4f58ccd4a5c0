#include "tests/core/store/catalogue_words.hpp"

namespace mirrorseed {
namespace {

class CatalogueContents : public CatalogueTest {
protected:
    std::vector<StagedFile> staged() {
        std::vector<StagedFile> all;
        catalogue_.contents().each_staged(tree_, [&](const StagedFile& file) { all.push_back(file); });
        return all;
    }
};

TEST_F(CatalogueContents, ContentsRememberWhenTheyWereChecked) {
    auto& contents = catalogue_.contents();
    contents.add_blob(digest_of_text("new"), 3, noon + 5);
    contents.add_blob(digest_of_text("old"), 3, noon);
    EXPECT_TRUE(contents.has_blob(digest_of_text("new")));
    auto rows = contents.blobs_by_age();
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].digest, digest_of_text("old"));
    contents.mark_checked(digest_of_text("old"), noon + 9, true);
    rows = contents.blobs_by_age();
    EXPECT_EQ(rows[1].digest, digest_of_text("old"));
    EXPECT_EQ(rows[1].checked, noon + 9);
    EXPECT_TRUE(rows[1].damaged);
    EXPECT_FALSE(contents.has_sound_blob(digest_of_text("old")));
    contents.add_blob(digest_of_text("old"), 3,
                      noon + 10);  // nobody has looked at its bytes, so nothing is better
    EXPECT_TRUE(contents.blobs_by_age()[1].damaged);
    contents.mark_checked(digest_of_text("old"), noon + 10, false);
    EXPECT_TRUE(contents.has_sound_blob(digest_of_text("old")));
    EXPECT_EQ(contents.stored().files, 2u);
    EXPECT_EQ(contents.stored().bytes, 6u);
    contents.forget_blob(digest_of_text("old"));
    EXPECT_FALSE(contents.has_blob(digest_of_text("old")));
}

TEST_F(CatalogueContents, TellsWhichOfManyContentsAreStored) {
    auto& contents = catalogue_.contents();
    std::vector<Digest> asked;
    std::vector<BlobRow> stored;
    for (int number = 0; number < 2000; ++number) {
        const auto digest = digest_of_text(std::to_string(number));
        // Some are asked for, some stored, and between two that are both lie hundreds that are not asked for.
        if (number % 3 == 0 || number % 500 == 0) contents.add_blob(digest, 1, noon);
        if (number % 500 == 0 || number % 700 == 1) asked.push_back(digest);
        if (number % 500 == 0 || (number % 700 == 1 && number % 3 == 0)) stored.push_back({digest, 1, noon});
    }
    std::sort(stored.begin(), stored.end(), [](const auto& a, const auto& b) { return a.digest < b.digest; });
    EXPECT_EQ(contents.stored_among(asked), stored);
    EXPECT_TRUE(contents.stored_among({}).empty());
}

TEST_F(CatalogueContents, WhatNoRowNamesIsUnneeded) {
    (void)file("stray");
    EXPECT_TRUE(is_unneeded("stray"));
}

TEST_F(CatalogueContents, CandidatesAndPublishedEntriesNeedTheirContents) {
    put("a", file("1"));
    EXPECT_FALSE(is_unneeded("1"));
    publish();
    EXPECT_FALSE(is_unneeded("1"));
    put("a", file("2"));
    EXPECT_FALSE(is_unneeded("1"));
    EXPECT_FALSE(is_unneeded("2"));
}

TEST_F(CatalogueContents, KeptGenerationsNeedTheirContentsUntilTheyAreHistory) {
    put("a", file("1"));
    publish();
    put("a", file("2"));
    publish();
    EXPECT_FALSE(is_unneeded("1"));
    catalogue_.trees().set_kept(tree_, 1, false);
    EXPECT_TRUE(is_unneeded("1"));
    EXPECT_FALSE(is_unneeded("2"));
}

TEST_F(CatalogueContents, GraceKeepsWhatEndedALittleWhileAgo) {
    put("a", file("1"));
    publish(noon);
    drop("a");
    publish(noon + 100);
    catalogue_.trees().set_kept(tree_, 1, false);
    EXPECT_FALSE(is_unneeded("1", noon + 100));
    EXPECT_TRUE(is_unneeded("1", noon + 101));
}

TEST_F(CatalogueContents, EachTreeHasAGraceOfItsOwn) {
    put("a", file("1"));
    publish(noon);
    drop("a");
    publish(noon + 100);
    catalogue_.trees().set_kept(tree_, 1, false);
    const auto other = catalogue_.trees().ensure("other").id;
    const auto now = noon + 1'000;
    EXPECT_TRUE(catalogue_.contents().unneeded({{tree_, noon + 50}, {other, now}}, now).empty());
    EXPECT_EQ(catalogue_.contents().unneeded({{tree_, now}, {other, noon}}, now).size(), 1u);
    EXPECT_EQ(catalogue_.contents().unneeded({}, now).size(), 1u) << "nobody graces it";
}

TEST_F(CatalogueContents, GraceOfAWrongClocksGenerationIsThatOfTheOneBefore) {
    for (const auto when : {noon, noon + 100, noon + 2'000'000, noon - 2'000'000}) {
        const auto name = std::to_string(candidate_);
        put(name, file(name));
        if (candidate_ > 1) drop(std::to_string(candidate_ - 1));
        publish(when);
    }
    for (const Generation number : {1, 2, 3})
        catalogue_.trees().set_kept(tree_, number, false);
    for (const auto* ended : {"1", "2", "3"}) {
        EXPECT_FALSE(is_unneeded(ended, noon + 100)) << ended;
        EXPECT_TRUE(is_unneeded(ended, noon + 101)) << ended;
        EXPECT_FALSE(is_unneeded(ended, 1000, 2000)) << ended << ", under a clock that was set back";
    }
}

TEST_F(CatalogueContents, StagedFilesNeedTheirContents) {
    const auto entry = file("1");
    const StagedFile one{path("a/b"), entry.size, entry.mtime, *entry.digest};
    catalogue_.contents().stage(tree_, one);
    EXPECT_FALSE(is_unneeded("1"));
    const auto all = staged();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].path, one.path);
    EXPECT_EQ(all[0].size, one.size);
    EXPECT_EQ(all[0].mtime, one.mtime);
    EXPECT_EQ(all[0].digest, one.digest);
    catalogue_.contents().clear_staged(tree_);
    EXPECT_TRUE(staged().empty());
    EXPECT_TRUE(is_unneeded("1"));
}

// History keeps the rows of contents that were freed. They must not come to name whatever is stored next.
TEST_F(CatalogueContents, AFreedContentsRowsNeverNameAnotherContent) {
    put("a", file("freed"));
    publish();
    drop("a");
    publish();
    catalogue_.trees().set_kept(tree_, 1, false);
    ASSERT_TRUE(is_unneeded("freed"));
    catalogue_.contents().forget_blob(digest_of_text("freed"));
    (void)file("something else");
    EXPECT_EQ(find(1, "a")->digest, std::nullopt);
    EXPECT_TRUE(catalogue_.entries().paths_of(tree_, 1, digest_of_text("something else")).empty());
}

TEST_F(CatalogueContents, LeftOutNamesAreReplacedAsAWhole) {
    auto& contents = catalogue_.contents();
    const StagedFile refused{path("b"), 5, FileTime::from(noon, 7), digest_of_text("bad")};
    contents.set_left_out(tree_, {{path("a"), "a pipe"}, {path("b"), "withdrawn", refused}});
    auto all = contents.left_out(tree_);
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].path, path("a"));
    EXPECT_EQ(all[0].reason, "a pipe");
    EXPECT_FALSE(all[0].withdrawn);
    ASSERT_TRUE(all[1].withdrawn);
    EXPECT_EQ(all[1].withdrawn->path, path("b"));
    EXPECT_EQ(all[1].withdrawn->digest, digest_of_text("bad"));
    EXPECT_EQ(all[1].withdrawn->mtime, refused.mtime);
    contents.set_left_out(tree_, {});
    EXPECT_TRUE(contents.left_out(tree_).empty());
}

TEST_F(CatalogueContents, AWithdrawnContentStaysWithdrawn) {
    auto& contents = catalogue_.contents();
    contents.withdraw(digest_of_text("bad"), noon);
    contents.withdraw(digest_of_text("bad"), noon + 1);
    EXPECT_TRUE(contents.is_withdrawn(digest_of_text("bad")));
    EXPECT_FALSE(contents.is_withdrawn(digest_of_text("good")));
    EXPECT_EQ(contents.withdrawn(), std::vector<Digest>{digest_of_text("bad")});
}

TEST_F(CatalogueContents, StripTakesAContentOutOfEveryRow) {
    put("a", file("bad"));
    put("b", file("good"));
    publish();
    catalogue_.contents().stage(tree_, {path("x"), 3, {}, digest_of_text("bad")});
    catalogue_.contents().strip(digest_of_text("bad"));
    ASSERT_TRUE(find(1, "a"));
    EXPECT_FALSE(find(1, "a")->digest);
    EXPECT_TRUE(find(1, "b")->digest);
    EXPECT_TRUE(staged().empty());
    EXPECT_TRUE(is_unneeded("bad"));
}

}  // namespace
}  // namespace mirrorseed
