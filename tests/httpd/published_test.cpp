#include "httpd/published.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace mirrorseed::httpd {
namespace {

namespace fs = std::filesystem;

RelPath path(std::string_view text) {
    return RelPath::parse(text).value();
}

// A store with one tree that a test fills, and a reader of it.
class PublishedTest : public testing::Test {
protected:
    void SetUp() override {
        fs::remove_all(root_);
        blobs_.emplace(BlobStore::open(root_).value());
        catalogue_.emplace(Catalogue::open(root_ + "/catalogue.db"));
        tree_ = catalogue_->trees().ensure("debian");
        catalogue_->trees().set_lineage(tree_.id, "lineage");
        reader_ = Published::open({.store = root_, .catalogue = root_ + "/catalogue.db"}, log_).value();
    }
    void TearDown() override { fs::remove_all(root_); }

    Digest store(const std::string& text) {
        const auto staging = blobs_->staging("debian").value();
        const auto name = path("incoming");
        auto intake = Intake::open(staging, name, 0, {}).value();
        EXPECT_TRUE(intake.write(as_bytes(text)));
        const auto digest = intake.finish();
        EXPECT_TRUE(blobs_->put(staging, name, digest, Entry{}, Existing::keep));
        catalogue_->contents().add_blob(digest, text.size(), 1);
        return digest;
    }

    void put(const std::string& at, Entry entry) {
        const auto place = path(at);
        catalogue_->entries().put(tree_.id, next_, place.parent(), place.name(), entry);
    }
    Digest put_file(const std::string& at, const std::string& text, bool hidden = false) {
        const auto digest = store(text);
        put(at,
            {.hidden = hidden, .size = text.size(), .mtime = FileTime::from_seconds(100), .digest = digest});
        return digest;
    }
    void put_folder(const std::string& at) { put(at, {.kind = EntryKind::folder, .mode = 0755}); }
    void put_link(const std::string& at, const std::string& target) {
        put(at, {.kind = EntryKind::link, .target = target});
    }
    void publish() {
        catalogue_->trees().publish(tree_.id, {.number = next_,
                                               .published = 200,
                                               .entries = 3,
                                               .files = 2,
                                               .bytes = 10,
                                               .manifest = Sha256::of(as_bytes("lines"))});
        ++next_;
    }

    // What a request for the path comes to, in a word.
    std::string found(const std::string& at, Spelling spelling = Spelling::as_file) {
        auto answer = reader_->find(path(at), spelling);
        if (const auto* refused = std::get_if<Refused>(&answer)) return std::to_string(refused->status);
        if (std::holds_alternative<MovedToFolder>(answer)) return "301";
        if (const auto* text = std::get_if<TextFound>(&answer)) return text->text;
        if (const auto* folder = std::get_if<FolderFound>(&answer)) {
            std::string names;
            for (const auto& item : folder->items)
                names += item.name + " ";
            return names;
        }
        auto& file = std::get<FileFound>(answer);
        std::string text(file.facts.size, '\0');
        EXPECT_TRUE(read_some(file.file, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()}, at));
        return text;
    }

    const std::string root_ = testing::TempDir() + "mirrorseed_published_test." + std::to_string(::getpid());
    Log log_ = Log::silent();
    std::optional<BlobStore> blobs_;
    std::optional<Catalogue> catalogue_;
    TreeRow tree_;
    Generation next_ = 1;
    std::unique_ptr<Published> reader_;
};

TEST_F(PublishedTest, FindsFilesFoldersAndLinks) {
    put_folder("dists");
    put_folder("dists/bookworm");
    const auto digest = put_file("dists/bookworm/Release", "release");
    put_link("dists/stable", "bookworm");
    put_link("latest", "dists/stable/Release");
    publish();
    EXPECT_EQ(found("debian/dists/bookworm/Release"), "release");
    EXPECT_EQ(found("debian/dists/stable/Release"), "release");
    EXPECT_EQ(found("debian/latest"), "release");
    EXPECT_EQ(found("debian/dists"), "301");
    EXPECT_EQ(found("debian"), "301");
    EXPECT_EQ(found("debian/dists/stable", Spelling::as_folder), "Release ");
    EXPECT_EQ(found("debian", Spelling::as_folder), "dists latest ");
    EXPECT_EQ(found("debian/latest", Spelling::as_folder), "404");
    EXPECT_EQ(found("debian/missing"), "404");
    EXPECT_EQ(found("other/x"), "404");
    auto answer = reader_->find(path("debian/latest"), Spelling::as_file);
    EXPECT_EQ(std::get<FileFound>(answer).facts.etag, "\"" + digest.hex() + "\"");
    EXPECT_EQ(std::get<FileFound>(answer).facts.modified, 100);
}

TEST_F(PublishedTest, SeesAPublishAtOnceAndNothingOfACandidate) {
    EXPECT_EQ(found("debian/a"), "404");
    put_file("a", "one");
    EXPECT_EQ(found("debian/a"), "404");
    publish();
    EXPECT_EQ(found("debian/a"), "one");
    put_file("a", "two");
    EXPECT_EQ(found("debian/a"), "one");
    publish();
    EXPECT_EQ(found("debian/a"), "two");
}

TEST_F(PublishedTest, KeepsHiddenEntriesToItself) {
    const auto digest = put_file("embargoed", "secret", true);
    put_file("open", "open");
    put_link("way", "embargoed");
    publish();
    for (const auto* at : {"debian/embargoed", "debian/way", "debian/embargoed.sha256"})
        EXPECT_EQ(found(at), "404") << at;
    EXPECT_EQ(found("debian", Spelling::as_folder), "open way ");
    const auto blob = reader_->find_own(path("blob/sha256/" + digest.hex()));
    EXPECT_EQ(std::get<Refused>(blob).status, 404u);
}

TEST_F(PublishedTest, TellsAFilesChecksumUnlessTheTreeHasAFileOfThatName) {
    const auto digest = put_file("a b", "text");
    put_file("own", "text");
    put_file("own.sha256", "the tree's own");
    publish();
    EXPECT_EQ(found("debian/a b.sha256"), digest.hex() + "  a b\n");
    EXPECT_EQ(found("debian/own.sha256"), "the tree's own");
    EXPECT_EQ(found("debian/.sha256"), "404");
}

TEST_F(PublishedTest, SaysThatAFileWhoseContentIsGoneIsUnavailable) {
    const auto digest = put_file("a", "text");
    publish();
    ASSERT_TRUE(blobs_->remove(digest));
    EXPECT_EQ(found("debian/a"), "503");
}

TEST_F(PublishedTest, DescribesATreesHead) {
    put_file("a", "text");
    publish();
    auto answer = reader_->find_own(path("trees/debian/head"));
    const auto json = boost::json::parse(std::get<TextFound>(answer).text);
    EXPECT_EQ(json,
              boost::json::parse(R"({"tree":"debian","lineage":"lineage","generation":1,"published":200,)"
                                 R"("entries":3,"bytes":10,"manifest_sha256":")" +
                                 Sha256::of(as_bytes("lines")).hex() + "\"}"));
    EXPECT_EQ(std::get<Refused>(reader_->find_own(path("trees/debian/manifest"))).status, 503u);
    EXPECT_EQ(std::get<Refused>(reader_->find_own(path("trees/other/head"))).status, 404u);
    EXPECT_EQ(std::get<Refused>(reader_->find_own(path("trees/debian"))).status, 404u);
    EXPECT_EQ(std::get<Refused>(reader_->find_own(RelPath())).status, 404u);
}

TEST_F(PublishedTest, SendsTheCurrentManifestAsItLies) {
    put_file("a", "text");
    publish();
    fs::create_directories(root_ + "/manifests/debian");
    std::ofstream(root_ + "/manifests/debian/1.zst") << "compressed";
    auto answer = reader_->find_own(path("trees/debian/manifest"));
    const auto& found = std::get<FileFound>(answer);
    EXPECT_EQ(found.facts.size, 10u);
    EXPECT_EQ(found.facts.media_type, "application/zstd");
    EXPECT_FALSE(found.facts.etag.empty());
}

TEST_F(PublishedTest, SignsAHead) {
    put_file("a", "text");
    publish();
    const auto key = std::make_shared<const SigningKey>(SigningKey::generate());
    reader_ =
        Published::open({.store = root_, .catalogue = root_ + "/catalogue.db", .signing_key = key}, log_)
            .value();
    auto answer = reader_->find_own(path("trees/debian/head"));
    const auto json = boost::json::parse(std::get<TextFound>(answer).text);
    const auto signature = from_base64(std::string(json.at("signature").as_string())).value();
    const auto message =
        "mirrorseed-head-1\nlineage\ndebian\n1\n200\n" + Sha256::of(as_bytes("lines")).hex() + "\n";
    EXPECT_TRUE(key->public_key().verifies(as_bytes(message), signature));
}

TEST_F(PublishedTest, HandsOutContentsThatAreServed) {
    const auto digest = put_file("a", "text");
    publish();
    auto answer = reader_->find_own(path("blob/sha256/" + digest.hex()));
    EXPECT_EQ(std::get<FileFound>(answer).facts.cache_control, "public, max-age=31536000, immutable");
    EXPECT_EQ(std::get<Refused>(reader_->find_own(path("blob/sha256/xyz"))).status, 404u);
    EXPECT_EQ(std::get<Refused>(reader_->find_own(path("blob/md5/" + digest.hex()))).status, 404u);
}

TEST_F(PublishedTest, ListsPublishedTrees) {
    catalogue_->trees().ensure("never");
    put_file("a", "text");
    publish();
    auto answer = reader_->find(RelPath(), Spelling::as_folder);
    const auto& trees = std::get<TreesFound>(answer).trees;
    ASSERT_EQ(trees.size(), 1u);
    EXPECT_EQ(trees[0].name, "debian");
    EXPECT_EQ(trees[0].generation, 1u);
}

TEST_F(PublishedTest, KnowsWhenWhatItFoundIsNoLongerSo) {
    const auto digest = put_file("a", "one");
    publish();
    const auto watch = std::make_shared<PublishedWatch>(root_ + "/catalogue.db");
    reader_ =
        Published::open({.store = root_, .catalogue = root_ + "/catalogue.db", .watch = watch}, log_).value();
    const auto look = [&] {
        auto answer = reader_->find(path("debian/a"), Spelling::as_file);
        return std::get<FileFound>(answer).still_holds;
    };

    auto still_holds = look();
    EXPECT_EQ(still_holds(), Holds::yes);

    // A commit may mean anything until somebody has looked.
    put_file("a", "two");
    EXPECT_EQ(still_holds(), Holds::unsure);
    look();
    EXPECT_EQ(still_holds(), Holds::yes);

    publish();
    EXPECT_EQ(still_holds(), Holds::unsure);
    const auto of_two = look();
    EXPECT_EQ(still_holds(), Holds::no);
    EXPECT_EQ(of_two(), Holds::yes);

    catalogue_->contents().withdraw(digest, 1);
    const auto after_withdrawal = look();
    EXPECT_EQ(of_two(), Holds::no);

    catalogue_->contents().note_mended();
    look();
    EXPECT_EQ(after_withdrawal(), Holds::no);
}

}  // namespace
}  // namespace mirrorseed::httpd
