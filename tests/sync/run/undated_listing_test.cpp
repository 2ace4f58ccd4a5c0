// Runs from an upstream whose listing tells sizes and digests and no times, as a signed index does.

#include "sync/run/sync_run.hpp"

#include "sync/run/open_upstream.hpp"
#include "tests/support/sync_fixture.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::digest_of_text;
using test::is;
using test::path;

constexpr auto guess = FileTime::from_seconds(1'600'000'000);

class Undated final : public Upstream {
public:
    using ContentOf = std::function<std::string(const RelPath&)>;
    Undated(std::unique_ptr<Upstream> files, ContentOf content)
        : files_(std::move(files)), content_(std::move(content)) {}

    const std::string& name() const override { return files_->name(); }
    Result<Listing> list(const Selection& selection, Progress& progress) override {
        const auto dated = files_->list(selection, progress).value();
        Listing listing;
        for (const auto& folder : dated.folders()) {
            std::vector<ListedEntry> entries;
            for (std::size_t at = 0; at < folder.size(); ++at)
                entries.push_back(undated(folder, at));
            listing.add(folder.path(), entries);
        }
        listing.finish().value();
        return listing;
    }
    Result<std::optional<Entry>> look(const RelPath& path, Progress& progress) override {
        return files_->look(path, progress);
    }
    unsigned lanes() const override { return files_->lanes(); }
    void bring(Orders& orders, Progress& progress) override { files_->bring(orders, progress); }

private:
    ListedEntry undated(const PackedFolder& folder, std::size_t at) const {
        auto listed = folder.at(at);
        if (listed.entry.kind != EntryKind::file) return listed;
        listed.entry.mtime = guess;
        listed.entry.digest = digest_of_text(content_(folder.path() / path(listed.name)));
        listed.sureness = {Sure::exact, Sure::none};
        return listed;
    }

    std::unique_ptr<Upstream> files_;
    ContentOf content_;
};

class UndatedListingTest : public test::SyncFixture {
protected:
    SyncResult sync_undated() {
        now_ += 60;
        return SyncRun(*store_, wish_, clock_, progress_).run(wish_.upstreams[0], [this](ListingMemory*) {
            return Result<std::unique_ptr<Upstream>>(std::make_unique<Undated>(
                open_upstream(wish_.upstreams[0]).value(), [this](const RelPath& name) {
                    return name.str() == lied_of_ ? "another" : temp_.read("up/" + name.str());
                }));
        });
    }
    std::optional<FileTime> time_of(std::string_view name) {
        const auto entry = find(name);
        return entry ? std::optional(entry->mtime) : std::nullopt;
    }

    std::string lied_of_;
};

TEST_F(UndatedListingTest, WhatComesTellsItsTimeAndKeepsIt) {
    upstream_has("a", "hello", noon - 5);
    ASSERT_TRUE(is(Outcome::published, sync_undated()));
    EXPECT_EQ(time_of("a"), FileTime::from_seconds(noon - 5));
    ASSERT_TRUE(is(Outcome::unchanged, sync_undated()));
    upstream_has("a", "hello", noon + 5);
    ASSERT_TRUE(is(Outcome::unchanged, sync_undated())) << "nobody tells of another time";
    upstream_has("a", "hellx", noon + 9);
    ASSERT_TRUE(is(Outcome::published, sync_undated()));
    EXPECT_EQ(find("a")->digest, digest_of_text("hellx"));
    EXPECT_EQ(time_of("a"), FileTime::from_seconds(noon + 9));
    expect_true_numbers();
}

TEST_F(UndatedListingTest, WhatIsHereUnderAnotherNameIsNotFetched) {
    upstream_has("a", "hello", noon - 5);
    ASSERT_TRUE(is(Outcome::published, sync_undated()));
    upstream_has("b", "hello", noon - 4);
    const auto result = sync_undated();
    ASSERT_TRUE(is(Outcome::published, result));
    EXPECT_EQ(result.transferred, 0u);
    EXPECT_EQ(time_of("a"), FileTime::from_seconds(noon - 5));
    EXPECT_EQ(time_of("b"), guess);
    ASSERT_TRUE(is(Outcome::unchanged, sync_undated()));
}

TEST_F(UndatedListingTest, AnotherModeKeepsTheTime) {
    upstream_has("a", "hello", noon - 5);
    ASSERT_TRUE(is(Outcome::published, sync_undated()));
    temp_.mode("up/a", 0755);
    const auto result = sync_undated();
    ASSERT_TRUE(is(Outcome::published, result));
    EXPECT_EQ(result.transferred, 0u);
    EXPECT_EQ(find("a")->mode, 0755u);
    EXPECT_EQ(time_of("a"), FileTime::from_seconds(noon - 5));
}

TEST_F(UndatedListingTest, WhatIsNotOfItsDigestDoesNotArrive) {
    upstream_has("a", "hello", noon);
    upstream_has("b", "fine", noon);
    lied_of_ = "a";
    const auto result = sync_undated();
    ASSERT_EQ(result.quarantined.size(), 1u);
    EXPECT_EQ(result.quarantined[0].path, path("a"));
}

}  // namespace
}  // namespace mirrorseed::sync
