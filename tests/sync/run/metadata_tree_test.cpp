// A tree whose listing is metadata: an index that names files with their digests and sizes, and further
// indices.
#include "core/text.hpp"
#include "sync/run/sync_job.hpp"
#include "tests/support/sync_fixture.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace mirrorseed::sync {
namespace {

using test::digest_of_text;
using test::is;
using test::path;

Checksum sum_of(std::string_view text) {
    ChecksumMaker maker(ChecksumKind::sha512);
    maker.see(as_bytes(text));
    return maker.finish();
}

// Lines of an index: "file NAME DIGEST SIZE", "index NAME DIGEST", "other NAME SHA512 SIZE" for a file that
// is named by another sum alone, and "other-index NAME SHA512".
class IndexListing final : public MetadataListing {
public:
    explicit IndexListing(std::vector<std::string>& asked) : asked_(asked) {}

    std::vector<NamedFile> wants() override {
        for (const auto& file : next_)
            asked_.push_back(file.path.str());
        return std::exchange(next_, {});
    }

    Status read(const NamedFile& file, const Result<Descriptor>& content) override {
        if (!content) return content.error();
        std::string text;
        const auto read = read_through(*content, file.path.str(), [&](ByteSpan bytes) {
            text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            return Status();
        });
        if (!read) return read;
        select(file.path, digest_of_text(text), text.size());
        std::istringstream lines(text);
        for (std::string kind, name, hex; lines >> kind >> name >> hex;) {
            Bytes size = 0;
            if (kind.starts_with("other")) {
                const auto sum = Checksum::from_hex(ChecksumKind::sha512, hex).value();
                if (kind == "other-index") next_.push_back({.path = path(name), .sum = sum});
                if (kind == "other" && lines >> size) select(path(name), std::nullopt, size);
                if (kind == "other") sums_.emplace(path(name), sum);
                continue;
            }
            const auto digest = Digest::parse_hex(hex).value();
            if (kind == "index") next_.push_back({path(name), digest});
            if (kind == "file" && lines >> size) select(path(name), digest, size);
        }
        return {};
    }

    Result<Selected> select() override {
        listing_.name_folders_above(released_);
        const auto finished = listing_.finish();
        if (!finished) return finished.error();
        return Selected{.listing = std::move(listing_), .sums = std::move(sums_)};
    }

private:
    void select(const RelPath& file, const std::optional<Digest>& digest, Bytes size) {
        listing_.append(file.parent(), {.name = std::string(file.name()),
                                        .entry = {.size = size, .mtime = released_, .digest = digest},
                                        .sureness = {Sure::exact, Sure::none}});
    }

    static constexpr FileTime released_ = FileTime::from_seconds(1'600'000'000);
    std::vector<std::string>& asked_;
    std::vector<NamedFile> next_{{.path = path("Release"), .most = 1000}};
    Listing listing_;
    ExpectedSums sums_;
};

class MetadataTreeTest : public test::SyncFixture {
protected:
    MetadataTreeTest() {
        wish_.listed_by = [this](const auto&) { return std::make_unique<IndexListing>(asked_); };
    }

    static std::string line(const std::string& kind, const std::string& name, std::string_view content) {
        const auto size = kind == "file" ? " " + std::to_string(content.size()) : "";
        return kind + " " + name + " " + digest_of_text(content).hex() + size + "\n";
    }

    // Two packages that are named, one of them by an index below, and one that nobody names.
    void upstream_has_packages(std::string_view content, UnixTime time = noon) {
        upstream_has("pool/a.deb", content, time);
        upstream_has("pool/b.deb", "stays");
        upstream_has("pool/stray.deb", "nobody names it");
        const auto packages = line("file", "pool/b.deb", "stays");
        upstream_has("dists/Packages", packages);
        upstream_has("Release",
                     line("file", "pool/a.deb", content) + line("index", "dists/Packages", packages), time);
    }

    Names asked() { return std::exchange(asked_, {}); }

    Names asked_;
};

TEST_F(MetadataTreeTest, PublishesWhatIsNamedAndNothingElse) {
    upstream_has_packages("one");
    ASSERT_TRUE(is(Outcome::published, sync()));
    EXPECT_EQ(paths(), (Names{"Release", "dists", "dists/Packages", "pool", "pool/a.deb", "pool/b.deb"}));
    EXPECT_EQ(asked(), (Names{"Release", "dists/Packages"}));
    EXPECT_EQ(shown("pool/a.deb"), "one");
    EXPECT_EQ(find("Release")->mtime, FileTime::from_seconds(noon));
    expect_true_numbers();
}

TEST_F(MetadataTreeTest, FetchesOnlyWhatChanged) {
    upstream_has_packages("one");
    sync();
    EXPECT_TRUE(is(Outcome::unchanged, sync()));
    upstream_has_packages("two!", noon + 60);
    const auto result = sync();
    ASSERT_TRUE(is(Outcome::published, result));
    EXPECT_EQ(result.transferred, 4U + find("Release")->size);
    EXPECT_EQ(shown("pool/a.deb"), "two!");
    EXPECT_EQ(shown("pool/b.deb"), "stays");
}

TEST_F(MetadataTreeTest, AddsWhatIsIncludedBeside) {
    upstream_has_packages("one");
    upstream_has("doc/README", "read me");
    upstream_has("doc/other", "not this");
    wish_.selection = {{Glob::parse("doc/README").value(), Glob::parse("pool/a.deb").value()}, {}};
    ASSERT_TRUE(is(Outcome::published, sync()));
    EXPECT_EQ(paths(), (Names{"Release", "dists", "dists/Packages", "doc", "doc/README", "pool", "pool/a.deb",
                              "pool/b.deb"}));
}

TEST_F(MetadataTreeTest, AFileThatIsNotWhatIsNamedIsNotPublished) {
    upstream_has_packages("one");
    upstream_has("pool/a.deb", "bad");
    const auto result = sync();
    EXPECT_TRUE(is(Outcome::held, result));
    ASSERT_EQ(result.quarantined.size(), 1U);
    EXPECT_EQ(result.quarantined[0].path, path("pool/a.deb"));
}

TEST_F(MetadataTreeTest, MetadataThatCannotBeHadFailsTheRun) {
    upstream_has_packages("one");
    upstream_drops("Release");
    auto result = sync();
    ASSERT_TRUE(is(Outcome::failed, result));
    EXPECT_EQ(result.error->text(), "Release: the upstream has no such file");
    upstream_has_packages("one");
    upstream_has("dists/Packages", "another than Release names");
    result = sync();
    ASSERT_TRUE(is(Outcome::failed, result));
    EXPECT_NE(result.error->text().find("dists/Packages: "), std::string::npos) << result.error->text();
}

// Of packages and of an index that are named by a SHA-512.
class OtherSumsTest : public MetadataTreeTest {
protected:
    void upstream_has_packages(std::string_view content, std::string_view named, UnixTime time = noon) {
        upstream_has("a.rpm", content, noon);
        const auto packages =
            "other a.rpm " + sum_of(named).hex() + " " + std::to_string(named.size()) + "\n";
        upstream_has("primary", packages, noon);
        upstream_has("Release", "other-index primary " + sum_of(packages).hex() + "\n", time);
    }
};

TEST_F(OtherSumsTest, AreHeldAgainstWhatComesAndRemembered) {
    upstream_has_packages("one", "one");
    ASSERT_TRUE(is(Outcome::published, sync()));
    EXPECT_EQ(shown("a.rpm"), "one");
    EXPECT_EQ(store_->catalogue().sums().content_of(tree().id, sum_of("one")), digest_of_text("one"));
    EXPECT_TRUE(is(Outcome::unchanged, sync()));
    upstream_has_packages("one", "one", noon + 60);
    const auto again = sync();
    EXPECT_EQ(again.transferred, find("Release")->size) << "what is known by its sum is not asked for";
    EXPECT_TRUE(again.quarantined.empty());
}

TEST_F(OtherSumsTest, RefuseWhatIsAnother) {
    upstream_has_packages("bad", "one");
    const auto result = sync();
    EXPECT_TRUE(is(Outcome::held, result));
    ASSERT_EQ(result.quarantined.size(), 1U);
    EXPECT_EQ(result.quarantined[0].path, path("a.rpm"));
    EXPECT_NE(result.quarantined[0].reason.find("its SHA-512 is"), std::string::npos)
        << result.quarantined[0].reason;
}

// Size and time are as they were, so that the upstream seems to have the same file still.
TEST_F(OtherSumsTest, AreHeldAgainstWhatIsSaidToBeTheSame) {
    upstream_has_packages("one", "one");
    ASSERT_TRUE(is(Outcome::published, sync()));
    upstream_has_packages("one", "two", noon + 60);
    const auto result = sync();
    EXPECT_TRUE(is(Outcome::held, result));
    EXPECT_EQ(shown("a.rpm"), "one");
}

TEST_F(OtherSumsTest, AnIndexThatIsAnotherFailsTheRun) {
    upstream_has_packages("one", "one");
    upstream_has("primary", "something else");
    const auto result = sync();
    ASSERT_TRUE(is(Outcome::failed, result));
    EXPECT_NE(result.error->text().find("primary: its SHA-512 is"), std::string::npos)
        << result.error->text();
}

TEST_F(MetadataTreeTest, MetadataThatIsTooLargeIsNotFetched) {
    upstream_has_packages("one");
    upstream_has("Release", std::string(1001, 'x'));
    const auto result = sync();
    ASSERT_TRUE(is(Outcome::failed, result));
    EXPECT_EQ(result.error->text(), "Release: it is larger than 1000 B");
    EXPECT_EQ(result.transferred, 0U);
}

TEST_F(MetadataTreeTest, ATreeThatChangedItsWayIsTheSameTree) {
    upstream_has_packages("one");
    wish_.listed_by = {};
    ASSERT_TRUE(is(Outcome::published, sync()));
    wish_.listed_by = [this](const auto&) { return std::make_unique<IndexListing>(asked_); };
    const auto result = sync();
    ASSERT_TRUE(is(Outcome::published, result));
    EXPECT_EQ(result.transferred, 0U);
    EXPECT_EQ(paths(), (Names{"Release", "dists", "dists/Packages", "pool", "pool/a.deb", "pool/b.deb"}));
    EXPECT_EQ(find("pool/b.deb")->mtime, FileTime::from_seconds(noon));
}

}  // namespace
}  // namespace mirrorseed::sync
