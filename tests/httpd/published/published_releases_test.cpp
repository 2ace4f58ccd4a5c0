#include "httpd/published/zeros.hpp"

#include "tests/httpd/published/published_words.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <optional>
#include <span>
#include <vector>

namespace mirrorseed::httpd {
namespace {

const std::string v1 = std::string(39, 'a') + "1", v2 = std::string(63, 'b') + "2";

class ReleasesTest : public PublishedTest {
protected:
    void release(const std::string& at, const std::string& name, const std::vector<ReleaseFile>& files,
                 std::optional<Digest> content = {}) {
        Release release{.tree = tree_.id,
                        .path = path(at),
                        .name = name,
                        .title = name,
                        .published = 300,
                        .content = content,
                        .info_hash_v1 = Sha1Hash(),
                        .info_hash_v2 = Digest::parse_hex(v2).value()};
        release.info_hash_v1->bytes.fill(0xaa);
        release.info_hash_v1->bytes.back() = 0xa1;
        release.size = files.front().size;
        release.tree_name = tree_.name;
        id_ = catalogue_->releases().add(release, files);
    }
    static ReleaseFile file(const std::string& at, const std::string& text, const Digest& content) {
        return {.path = path(at), .size = text.size(), .content = content};
    }
    std::string link_of(const std::string& at) {
        auto answer = reader_->find(path(at), Spelling::as_file);
        return std::get<FileFound>(answer).facts.link;
    }
    ReleaseId id_ = 0;
};

TEST_F(ReleasesTest, SeedOneFileHoweverAClientSpellsIt) {
    const auto content = store("image");
    release("iso/a.iso", "a.iso", {file("a.iso", "image", content)}, content);
    for (const auto& hash : {v1, v2})
        for (const auto* name : {"", "/a.iso", "/a.iso/a.iso"})
            EXPECT_EQ(found_own("seed/" + hash + name), "image") << name;
    EXPECT_EQ(found_own("seed/" + v1, Spelling::as_folder), "image");
    EXPECT_EQ(found_own("seed/" + v1 + "/a.iso", Spelling::as_folder), "404");
    EXPECT_EQ(found_own("seed/" + v1 + "/b.iso"), "404");
    EXPECT_EQ(found_own("seed/" + v1 + "/a.isoX"), "404");
    EXPECT_EQ(found_own("seed/" + v1.substr(1) + "0/a.iso"), "404");
    EXPECT_EQ(found_own("seed/xyz"), "404");
    EXPECT_EQ(found_own("seed"), "404");
}

TEST_F(ReleasesTest, SeedFoldersAndTheirPads) {
    const auto one = store("one"), two = store("two");
    const Bytes long_pad = 100'000;
    release("images", "images",
            {file("one", "one", one),
             {.path = path(".pad/16381"), .size = 16381, .pad = true},
             file("sub/two", "two", two),
             {.path = path(".pad/100000"), .size = long_pad, .pad = true}});
    EXPECT_EQ(found_own("seed/" + v1 + "/images/one"), "one");
    EXPECT_EQ(found_own("seed/" + v2 + "/images/sub/two"), "two");
    EXPECT_EQ(found_own("seed/" + v1 + "/images/.pad/16381"), std::string(16381, '\0'));
    EXPECT_EQ(found_own("seed/" + v1 + "/images/.pad/100000"), std::string(long_pad, '\0'));
    for (const auto* other : {"", "/images", "/images/sub", "/images/.pad/7", "/one", "/images/images"})
        EXPECT_EQ(found_own("seed/" + v1 + other), "404") << other;
    // Of the tree itself too, for torrents whose web seed that is.
    publish();
    EXPECT_EQ(found("debian/images/.pad/16381"), std::string(16381, '\0'));
    EXPECT_EQ(found("debian/images/.pad/7"), "404");
    EXPECT_EQ(found("debian/.pad/16381"), "404");
}

TEST_F(ReleasesTest, SeedAFolderOfOneFileToClientsThatAskForTheFolder) {
    const auto content = store("image");
    release("v1", "v1", {file("a.iso", "image", content), {.path = path(".pad/9"), .size = 9, .pad = true}});
    for (const auto* name : {"/v1/a.iso", "/v1", ""})
        EXPECT_EQ(found_own("seed/" + v1 + name), "image") << name;
}

TEST_F(ReleasesTest, TellWhatTheyAreOfAndKeepItForEver) {
    const auto content = store("image");
    release("a.iso", "a.iso", {file("a.iso", "image", content)}, content);
    auto answer = ask_own("seed/" + v1 + "/a.iso");
    const auto& facts = std::get<FileFound>(answer).facts;
    EXPECT_EQ(facts.etag, "\"" + content.hex() + "\"");
    EXPECT_EQ(facts.digest, content);
    EXPECT_EQ(facts.modified, 300);
    EXPECT_EQ(facts.media_type, "application/x-iso9660-image");
    EXPECT_EQ(facts.cache_control, "public, max-age=31536000, immutable");
}

TEST_F(ReleasesTest, OutliveTheTreesEntryButNoWithdrawal) {
    const auto content = store("image");
    release("a.iso", "a.iso", {file("a.iso", "image", content)}, content);
    catalogue_->releases().describe(id_, "torrent", "d4:infode");
    publish();  // without the entry
    EXPECT_EQ(found("debian/a.iso"), "404");
    EXPECT_EQ(found("debian/a.iso.torrent"), "d4:infode");
    EXPECT_EQ(found("debian/a.iso.sha256"), content.hex() + "  a.iso\n");
    EXPECT_EQ(found_own("blob/sha256/" + content.hex()), "image");
    EXPECT_EQ(found_own("seed/" + v1 + "/a.iso"), "image");

    catalogue_->contents().strip(content);
    EXPECT_EQ(found_own("seed/" + v1 + "/a.iso"), "404");
    EXPECT_EQ(found_own("blob/sha256/" + content.hex()), "404");
    catalogue_->releases().withdraw(id_);
    EXPECT_EQ(found("debian/a.iso.torrent"), "404");
}

TEST_F(ReleasesTest, AreDescribedUnlessTheTreeHasAFileOfThatName) {
    const auto content = put_file("a.iso", "image");
    put_file("b.iso", "other");
    put_file("b.iso.torrent", "the tree's own");
    publish();
    release("a.iso", "a.iso", {file("a.iso", "image", content)}, content);
    EXPECT_EQ(found("debian/a.iso.torrent"), "404");
    catalogue_->releases().describe(id_, "torrent", "d4:infode");
    catalogue_->releases().describe(id_, "magnet", "magnet:?xt=urn:btih:00");
    auto answer = reader_->find(path("debian/a.iso.torrent"), Spelling::as_file);
    EXPECT_EQ(std::get<TextFound>(answer).text, "d4:infode");
    EXPECT_EQ(std::get<TextFound>(answer).facts.media_type, "application/x-bittorrent");
    EXPECT_EQ(found("debian/a.iso.magnet"), "magnet:?xt=urn:btih:00");
    EXPECT_EQ(found("debian/b.iso.torrent"), "the tree's own");
    EXPECT_EQ(found("debian/b.iso.magnet"), "404");
}

TEST_F(ReleasesTest, LinkFilesToWhatDescribesThemAndToOtherPlaces) {
    const auto content = put_file("a b.iso", "image");
    publish();
    EXPECT_EQ(link_of("debian/a b.iso"), "");
    release("a b.iso", "a b.iso", {file("a b.iso", "image", content)}, content);
    EXPECT_EQ(link_of("debian/a b.iso"), "");
    catalogue_->releases().describe(id_, "torrent", "d4:infode");
    const std::string torrent =
        "</debian/a%20b.iso.torrent>; rel=describedby; type=\"application/x-bittorrent\"";
    EXPECT_EQ(link_of("debian/a b.iso"), torrent);

    read_with({.public_url = "https://mirror.example.org",
               .metalink = [](std::span<const DescribedFile> files) { return files.front().name; }});
    auto& seeds = catalogue_->web_seeds();
    seeds.set(id_, {.url = "https://bad.example/a%20b.iso", .checked = 300});
    seeds.set(id_, {.url = "https://new.example/a%20b.iso"});
    seeds.set(id_, {.url = "https://other.example/a%20b.iso", .checked = 300, .is_good = true});
    EXPECT_EQ(link_of("debian/a b.iso"),
              "<https://mirror.example.org/debian/a%20b.iso.torrent>; rel=describedby; "
              "type=\"application/x-bittorrent\", "
              "<https://mirror.example.org/debian/a%20b.iso.meta4>; rel=describedby; "
              "type=\"application/metalink4+xml\", "
              "<https://other.example/a%20b.iso>; rel=duplicate");

    // Another content under the same name is not what the torrent is of.
    put_file("a b.iso", "newer image");
    publish();
    read_with({});
    EXPECT_EQ(link_of("debian/a b.iso"), "");
}

TEST_F(ReleasesTest, TellMetalinksWhereFilesAre) {
    const auto content = put_file("a.iso", "image");
    publish();
    release("a.iso", "a.iso", {file("a.iso", "image", content)}, content);
    catalogue_->releases().describe(id_, "torrent", "d4:infode");
    catalogue_->web_seeds().set(id_, {.url = "https://o", .checked = 300, .is_good = true});
    std::vector<DescribedFile> told;
    read_with({.public_url = "https://m", .metalink = [&](std::span<const DescribedFile> files) {
                   told.assign(files.begin(), files.end());
                   return std::string("metalink");
               }});
    EXPECT_EQ(found("debian/a.iso.meta4"), "metalink");
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told.front().name, "a.iso");
    EXPECT_EQ(told.front().size, 5u);
    EXPECT_EQ(told.front().digest, content);
    EXPECT_EQ(told.front().urls,
              (std::vector<std::string>{"https://m/debian/a.iso", "https://m/-/seed/" + v1 + "/a.iso",
                                        "https://o"}));
    EXPECT_EQ(told.front().torrent_url, "https://m/-/releases/debian/a.iso.torrent");
    EXPECT_EQ(found("debian/b.iso.meta4"), "404");

    ++next_;
    catalogue_->entries().drop(tree_.id, next_, {}, "a.iso");
    publish();
    catalogue_->releases().set_gone(id_, 400);
    EXPECT_EQ(found("debian/a.iso.meta4"), "metalink");
    EXPECT_EQ(told.front().urls.front(), "https://m/-/seed/" + v1 + "/a.iso");
    EXPECT_EQ(told.front().torrent_url, "https://m/-/torrent/" + v1 + ".torrent");
}

TEST_F(ReleasesTest, OfAFolderAreDescribedFileByFile) {
    const auto one = store("one"), two = store("two!");
    publish();
    release("set", "set", {file("a", "one", one), file("b/c", "two!", two)}, std::nullopt);
    std::vector<DescribedFile> told;
    read_with({.public_url = "https://m", .metalink = [&](std::span<const DescribedFile> files) {
                   told.assign(files.begin(), files.end());
                   return std::string("metalink");
               }});
    EXPECT_EQ(found("debian/set.meta4"), "metalink");
    ASSERT_EQ(told.size(), 2u);
    EXPECT_EQ(told.back().name, "set/b/c");
    EXPECT_EQ(told.back().name_in_torrent, "set/b/c");
    EXPECT_EQ(told.back().urls,
              (std::vector<std::string>{"https://m/debian/set/b/c", "https://m/-/seed/" + v1 + "/set/b/c"}));
    EXPECT_EQ(found("debian/set.sha256"), one.hex() + "  set/a\n" + two.hex() + "  set/b/c\n");
}

TEST_F(ReleasesTest, AreToldOfOnceForAMetalinkOfManyFiles) {
    const auto content = store("one");
    release("images", "images",
            {file("a", "one", content), file("b", "one", content), file("c", "one", content)});
    int told = 0;
    read_with({.metalink = [](std::span<const DescribedFile> files) { return std::to_string(files.size()); },
               .swarm =
                   [&](const Release&) {
                       ++told;
                       return ToldSwarm();
                   }});
    EXPECT_EQ(found_own("torrent/" + v1 + ".meta4"), "3");
    EXPECT_EQ(told, 1);
}

TEST_F(ReleasesTest, AreFoundByWaysThatNoFileOfATreeStandsIn) {
    const auto content = put_file("a.iso", "image");
    put_file("a.iso.torrent", "the tree's own");
    publish();
    release("a.iso", "a.iso", {file("a.iso", "image", content)}, content);
    catalogue_->releases().describe(id_, "torrent", "d4:infode");
    EXPECT_EQ(found_own("releases/debian/a.iso.torrent"), "d4:infode");
    EXPECT_EQ(found_own("torrent/" + v1 + ".torrent"), "d4:infode");
    EXPECT_EQ(found_own("torrent/" + v1 + ".sha256"), content.hex() + "  a.iso\n");
    EXPECT_EQ(found_own("torrent/" + std::string(40, '0') + ".torrent"), "404");
    EXPECT_THAT(found_own("torrent/" + v1), testing::HasSubstr(content.hex()));
    for (const auto* page : {"releases", "releases/debian", "releases/debian/a.iso"})
        EXPECT_THAT(found_own(page), testing::HasSubstr("/-/releases/debian/a.iso.torrent")) << page;
    for (const auto* feed : {"releases.rss", "releases/debian.rss"})
        EXPECT_THAT(found_own(feed), testing::HasSubstr("<enclosure url=\"/-/releases/debian/a.iso.torrent\" "
                                                        "length=\"9\" type=\"application/x-bittorrent\"/>"))
            << feed;
    EXPECT_THAT(found_own("releases.json"), testing::HasSubstr("\"info_hash_v1\":\"" + v1 + "\""));
    for (const auto* nothing : {"releases/other", "releases/debian/b.iso", "releases/debian/b.iso.torrent",
                                "releases/debian/a.iso.rss", "releases/other.rss"})
        EXPECT_EQ(found_own(nothing), "404") << nothing;

    catalogue_->releases().set_gone(id_, 400);
    EXPECT_THAT(found_own("releases"), testing::HasSubstr("(former)"));
    EXPECT_THAT(found_own("releases.rss"), testing::Not(testing::HasSubstr("<item>"))) << "it is over";
    catalogue_->releases().set_hidden(id_, true);
    EXPECT_EQ(found_own("releases.json"), "[]\n");
    EXPECT_EQ(found_own("torrent/" + v1 + ".torrent"), "404");
}

TEST(Zeros, TakeNoRoomAndAreOneFileForAllSizes) {
    Zeros zeros;
    const auto smaller = zeros.at_least(1000).value();
    const auto file = zeros.at_least(Bytes{1} << 40).value();
    std::string text(10, 'x');
    ASSERT_TRUE(read_at(file, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()}, 1 << 30, "zeros"));
    EXPECT_EQ(text, std::string(10, '\0'));
    const auto facts = facts_of(file, "zeros").value();
    EXPECT_EQ(facts.size, Bytes{1} << 40);
    struct stat taken {};
    ASSERT_EQ(::fstat(file.get(), &taken), 0);
    EXPECT_EQ(taken.st_blocks, 0);
    EXPECT_TRUE(facts.same_inode(facts_of(smaller, "zeros").value()));
    EXPECT_TRUE(facts.same_state(facts_of(zeros.at_least(5).value(), "zeros").value()));
}

}  // namespace
}  // namespace mirrorseed::httpd
