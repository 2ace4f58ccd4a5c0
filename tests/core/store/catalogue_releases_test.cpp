#include "tests/core/store/catalogue_words.hpp"

namespace mirrorseed {
namespace {

class CatalogueReleases : public CatalogueTest {
protected:
    Release release(std::string_view at) {
        Release made{.tree = tree_,
                     .path = path(at),
                     .name = std::string(path(at).name()),
                     .title = "a title",
                     .published = noon,
                     .content = file("image").digest,
                     .size = 5};
        made.info_hash_v1 = Sha1::of(as_bytes(at));
        made.info_hash_v2 = digest_of_text(at);
        return made;
    }
    ReleaseFile part(std::string_view at, std::string_view text) {
        return {.path = path(at), .size = text.size(), .content = file(text).digest};
    }
    Releases& releases_ = catalogue_.releases();
};

TEST_F(CatalogueReleases, AreFoundByBothHashesAndByPath) {
    const auto made = release("iso/a.iso");
    const auto id = releases_.add(made, {part("a.iso", "image")});
    for (const auto& found :
         {releases_.with_info_hash(made.info_hash_v1->hex()),
          releases_.with_info_hash(made.info_hash_v2->hex()), releases_.at(tree_, path("iso/a.iso"))}) {
        ASSERT_TRUE(found);
        EXPECT_EQ(found->id, id);
        EXPECT_EQ(found->tree, tree_);
        EXPECT_EQ(found->path, made.path);
        EXPECT_EQ(found->name, "a.iso");
        EXPECT_EQ(found->title, "a title");
        EXPECT_EQ(found->published, noon);
        EXPECT_EQ(found->gone, std::nullopt);
        EXPECT_EQ(found->content, made.content);
        EXPECT_EQ(found->size, 5u);
        EXPECT_EQ(found->info_hash_v1, made.info_hash_v1);
        EXPECT_EQ(found->info_hash_v2, made.info_hash_v2);
    }
    EXPECT_FALSE(releases_.with_info_hash("00"));
    EXPECT_FALSE(releases_.with_info_hash(std::string(40, '0')));
    EXPECT_FALSE(releases_.with_info_hash(std::string(64, '0')));
    EXPECT_FALSE(releases_.at(tree_, path("iso/b.iso")));
}

TEST_F(CatalogueReleases, HaveFilesAndPads) {
    const auto id = releases_.add(
        release("images"),
        {part("one", "1"), {.path = path(".pad/9"), .size = 9, .pad = true}, part("two", "22")});
    EXPECT_EQ(releases_.file(id, path("two"))->size, 2u);
    EXPECT_EQ(releases_.file(id, path("two"))->content, digest_of_text("22"));
    EXPECT_TRUE(releases_.file(id, path(".pad/9"))->pad);
    EXPECT_FALSE(releases_.file(id, path("three")));
    EXPECT_FALSE(releases_.only_file(id));
    const auto other = releases_.add(release("other"),
                                     {{.path = path(".pad/9"), .size = 9, .pad = true}, part("only", "1")});
    EXPECT_EQ(releases_.only_file(other)->path, path("only"));
}

TEST_F(CatalogueReleases, KeepTheirContentsUntilTheseAreWithdrawn) {
    const auto id = releases_.add(release("images"), {part("one", "1")});
    EXPECT_FALSE(is_unneeded("1"));
    EXPECT_FALSE(is_unneeded("image"));
    EXPECT_TRUE(catalogue_.entries().is_served(digest_of_text("1")));
    catalogue_.contents().strip(digest_of_text("1"));
    EXPECT_TRUE(is_unneeded("1"));
    EXPECT_FALSE(catalogue_.entries().is_served(digest_of_text("1")));
    EXPECT_EQ(releases_.file(id, path("one"))->content, std::nullopt);

    EXPECT_TRUE(catalogue_.entries().is_served(digest_of_text("image")));
    catalogue_.contents().strip(digest_of_text("image"));
    EXPECT_EQ(releases_.at(tree_, path("images"))->content, std::nullopt);
}

TEST_F(CatalogueReleases, AreLookedForByPeersUnderBothHashesWhileTheyAreListed) {
    EXPECT_TRUE(releases_.listed_hashes().empty());
    const auto made = release("a.iso");
    const auto id = releases_.add(made, {part("a.iso", "image")});
    const auto hashes = releases_.listed_hashes();
    ASSERT_EQ(hashes.size(), 2U);
    EXPECT_EQ(hashes[0], made.info_hash_v1);
    EXPECT_EQ(hashes[1].hex(), made.info_hash_v2->hex().substr(0, 40)) << "as BEP 52 cuts it";
    releases_.withdraw(id);
    EXPECT_TRUE(releases_.listed_hashes().empty());
}

TEST_F(CatalogueReleases, AreNotThereWhenTheyWereWithdrawn) {
    const auto made = release("a.iso");
    const auto id = releases_.add(made, {part("a.iso", "image")});
    releases_.withdraw(id);
    EXPECT_FALSE(releases_.with_info_hash(made.info_hash_v1->hex()));
    EXPECT_FALSE(releases_.at(tree_, path("a.iso")));
    EXPECT_FALSE(catalogue_.entries().is_served(digest_of_text("image")));
}

TEST_F(CatalogueReleases, RememberHowTheyCameAndAreKept) {
    auto made = release("a.iso");
    made.since = 7;
    made.rule = "*.iso";
    made.thing = "a.iso";
    made.keep = std::chrono::hours(5);
    made.keep_versions = 3;
    made.piece_length = 1 << 20;
    made.adopted = true;
    const auto id = releases_.add(made, {part("a.iso", "image")});
    const auto found = releases_.at(tree_, path("a.iso")).value();
    EXPECT_EQ(found.since, 7u);
    EXPECT_EQ(found.rule, "*.iso");
    EXPECT_EQ(found.thing, "a.iso");
    EXPECT_EQ(found.keep, std::chrono::hours(5));
    EXPECT_EQ(found.keep_versions, 3u);
    EXPECT_EQ(found.piece_length, 1u << 20);
    EXPECT_TRUE(found.adopted);
    releases_.set_keeping(id, std::chrono::hours(6), 4);
    EXPECT_EQ(releases_.at(tree_, path("a.iso"))->keep, std::chrono::hours(6));
    EXPECT_EQ(releases_.at(tree_, path("a.iso"))->keep_versions, 4u);
}

TEST_F(CatalogueReleases, ThatAreHiddenKeepTheirBytesAndNobodyHearsOfThem) {
    const auto made = release("a.iso");
    const auto id = releases_.add(made, {part("a.iso", "image"), part("b", "1")});
    releases_.set_hidden(id, true);
    EXPECT_FALSE(releases_.with_info_hash(made.info_hash_v1->hex()));
    EXPECT_FALSE(releases_.at(tree_, path("a.iso")));
    EXPECT_TRUE(releases_.listed().empty());
    EXPECT_FALSE(catalogue_.entries().is_served(digest_of_text("image")));
    EXPECT_FALSE(catalogue_.dresses().is_in_release(digest_of_text("1")));
    EXPECT_FALSE(is_unneeded("image"));
    EXPECT_FALSE(is_unneeded("1"));
    ASSERT_EQ(releases_.of_tree(tree_).size(), 1u);
    EXPECT_TRUE(releases_.of_tree(tree_).front().hidden);
    releases_.set_hidden(id, false);
    EXPECT_EQ(releases_.listed().size(), 1u);
}

TEST_F(CatalogueReleases, OfAWithdrawnOneAllBytesMayGo) {
    const auto id = releases_.add(release("images"), {part("one", "1"), part("two", "22")});
    EXPECT_EQ(releases_.naming(digest_of_text("22")).size(), 1u);
    releases_.withdraw(id);
    EXPECT_TRUE(is_unneeded("1"));
    EXPECT_TRUE(is_unneeded("22"));
    EXPECT_TRUE(releases_.naming(digest_of_text("22")).empty());
}

TEST_F(CatalogueReleases, OneWhoseEntryTheTreeHasComesBeforeFormerOnes) {
    const auto current = releases_.add(release("a.iso"), {});
    const auto former = releases_.add(release("a.iso"), {});
    releases_.set_gone(former, noon);
    EXPECT_EQ(releases_.at(tree_, path("a.iso"))->id, current);
    releases_.set_gone(current, noon);
    EXPECT_EQ(releases_.at(tree_, path("a.iso"))->id, former);
    releases_.set_gone(current, std::nullopt);
    EXPECT_EQ(releases_.at(tree_, path("a.iso"))->gone, std::nullopt);
}

TEST_F(CatalogueReleases, AreListedTheNewestFirst) {
    auto older = release("a.iso");
    older.published = noon - 5;
    const auto second = releases_.add(release("c.iso"), {});
    const auto third = releases_.add(older, {});
    const auto first = releases_.add(release("b.iso"), {});
    std::vector<ReleaseId> ids;
    for (const auto& one : releases_.listed())
        ids.push_back(one.id);
    EXPECT_EQ(ids, (std::vector<ReleaseId>{first, second, third}));
}

TEST_F(CatalogueReleases, GoWithAllThatBelongsToThem) {
    const auto id = releases_.add(release("a.iso"), {part("a.iso", "image")});
    releases_.describe(id, "torrent", "x");
    catalogue_.web_seeds().set(id, {.url = "http://one/"});
    releases_.remove(id);
    EXPECT_TRUE(releases_.of_tree(tree_).empty());
    EXPECT_TRUE(releases_.files(id).empty());
    EXPECT_FALSE(releases_.is_described(id, "torrent"));
    EXPECT_TRUE(catalogue_.web_seeds().of(id).empty());
    EXPECT_TRUE(is_unneeded("image"));
}

TEST_F(CatalogueReleases, WebSeedsAreKnownByWhatTheyAnsweredLast) {
    const auto id = releases_.add(release("a.iso"), {});
    auto& seeds = catalogue_.web_seeds();
    const auto before = catalogue_.contents().revision();
    seeds.set(id, {.url = "http://two/"});
    seeds.set(id, {.url = "http://one/", .checked = noon, .is_good = true});
    seeds.set(id, {.url = "http://two/", .checked = noon + 1, .reason = "404"});
    EXPECT_EQ(seeds.of(id),
              (std::vector<WebSeed>{{.url = "http://one/", .checked = noon, .is_good = true},
                                    {.url = "http://two/", .checked = noon + 1, .reason = "404"}}));
    EXPECT_NE(catalogue_.contents().revision(), before) << "readers find other web seeds";
    seeds.forget(id, "http://one/");
    EXPECT_EQ(seeds.of(id).size(), 1u);
}

TEST_F(CatalogueReleases, TellWhoseWebSeedsNobodyHasAsked) {
    auto image = release("a.iso");
    image.rule = "*.iso";
    const auto id = releases_.add(image, {});
    image.hidden = true;
    const auto hidden = releases_.add(image, {});
    auto& seeds = catalogue_.web_seeds();
    EXPECT_EQ(seeds.never_asked(tree_, "*.iso"), std::vector<ReleaseId>{id});
    EXPECT_TRUE(seeds.never_asked(tree_, "*.img").empty());
    EXPECT_TRUE(seeds.never_asked(tree_ + 1, "*.iso").empty());
    releases_.set_hidden(hidden, false);
    seeds.set(id, {.url = "http://one/", .checked = noon});
    EXPECT_EQ(seeds.never_asked(tree_, "*.iso"), std::vector<ReleaseId>{hidden});
}

TEST_F(CatalogueReleases, WhatCannotBeOneIsRemembered) {
    releases_.set_undescribed(tree_, path("empty"), "it is empty");
    releases_.set_undescribed(tree_, path("empty"), "it is empty still");
    ASSERT_EQ(releases_.undescribed(tree_).size(), 1u);
    EXPECT_EQ(releases_.undescribed(tree_).front().reason, "it is empty still");
    releases_.clear_undescribed(tree_, path("empty"));
    EXPECT_TRUE(releases_.undescribed(tree_).empty());
    EXPECT_EQ(releases_.described_for(tree_), "");
    releases_.set_described_for(tree_, "rules");
    EXPECT_EQ(releases_.described_for(tree_), "rules");
}

TEST_F(CatalogueReleases, ComeWithDescriptionsAndANewRevision) {
    auto before = catalogue_.contents().revision();
    const auto changed = [&] { return std::exchange(before, catalogue_.contents().revision()) != before; };
    const auto id = releases_.add(release("a.iso"), {});
    EXPECT_TRUE(changed());
    EXPECT_FALSE(releases_.is_described(id, "torrent"));
    releases_.describe(id, "torrent", std::string("a\0b", 3));
    EXPECT_TRUE(changed());
    EXPECT_EQ(releases_.description(id, "torrent"), std::string("a\0b", 3));
    releases_.describe(id, "torrent", "other");
    EXPECT_TRUE(changed());
    EXPECT_EQ(releases_.description(id, "torrent"), "other");
    EXPECT_EQ(releases_.description(id, "magnet"), std::nullopt);
    releases_.withdraw(id);
    EXPECT_TRUE(changed());
    EXPECT_FALSE(changed());
}

}  // namespace
}  // namespace mirrorseed
