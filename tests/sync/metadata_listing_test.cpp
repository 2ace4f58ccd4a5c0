#include "sync/metadata_listing.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mirrorseed::sync {
namespace {

using test::path;

// Wants a, then b and c, and selects what it read.
class TwoSteps final : public MetadataListing {
public:
    std::vector<NamedFile> wants() override {
        if (read_.empty()) return {{path("a")}};
        if (read_.size() == 1) return {{path("b")}, {path("c")}};
        return {};
    }
    Status read(const NamedFile& file, const Result<Descriptor>& content) override {
        if (!content && file.path == fatal_) return content.error();
        read_.push_back(file.path.str() + (content ? "" : " is missing"));
        return {};
    }
    Result<Selected> select() override {
        Listing listing;
        for (const auto& name : read_)
            listing.append({}, {.name = name, .entry = {}});
        const auto finished = listing.finish();
        if (!finished) return finished.error();
        return Selected{.listing = std::move(listing)};
    }

    std::vector<std::string> read_;
    RelPath fatal_;
};

// Brings everything but b.
Result<std::vector<Result<Descriptor>>> all_but_b(const std::vector<NamedFile>& files) {
    std::vector<Result<Descriptor>> contents;
    for (const auto& file : files) {
        if (file.path == path("b"))
            contents.emplace_back(Error(Fault::not_found, "b is not there"));
        else
            contents.emplace_back(Descriptor());
    }
    return contents;
}

TEST(MetadataListing, BringsWhatIsWantedUntilNothingMoreIs) {
    TwoSteps metadata;
    const auto listing = listing_by(metadata, all_but_b);
    ASSERT_TRUE(test::ok(listing));
    EXPECT_EQ(metadata.read_, (std::vector<std::string>{"a", "b is missing", "c"}));
    EXPECT_EQ(listing->listing.files(), 3U);
}

TEST(MetadataListing, EndsWithWhatTheMetadataCannotDoWithout) {
    TwoSteps metadata;
    metadata.fatal_ = path("b");
    const auto listing = listing_by(metadata, all_but_b);
    ASSERT_FALSE(listing);
    EXPECT_EQ(listing.error().text(), "b is not there");
    EXPECT_EQ(metadata.read_, std::vector<std::string>{"a"});
}

TEST(MetadataListing, EndsWhereMetadataNamesMoreWithoutEnd) {
    class Endless final : public MetadataListing {
        std::vector<NamedFile> wants() override { return {{path("more")}}; }
        Status read(const NamedFile&, const Result<Descriptor>&) override { return {}; }
        Result<Selected> select() override { return Selected(); }
    };
    Endless metadata;
    const auto listing = listing_by(metadata, all_but_b);
    ASSERT_FALSE(listing);
    EXPECT_EQ(listing.error().text(), "the upstream's metadata names more without end");
}

TEST(MetadataListing, EndsWithTroubleOfOurOwn) {
    TwoSteps metadata;
    const auto listing = listing_by(metadata, [](const auto&) -> Result<std::vector<Result<Descriptor>>> {
        return Error(Fault::no_space, "full");
    });
    ASSERT_FALSE(listing);
    EXPECT_TRUE(listing.error().is(Fault::no_space));
    EXPECT_TRUE(metadata.read_.empty());
}

}  // namespace
}  // namespace mirrorseed::sync
