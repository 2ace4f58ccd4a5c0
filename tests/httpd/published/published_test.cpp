#include "tests/httpd/published/published_words.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace mirrorseed::httpd {
namespace {

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
    const auto blob = ask_own("blob/sha256/" + digest.hex());
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
    auto answer = ask_own("trees/debian/head");
    const auto json = boost::json::parse(std::get<TextFound>(answer).text);
    EXPECT_EQ(json,
              boost::json::parse(R"({"tree":"debian","lineage":"lineage","generation":1,"published":200,)"
                                 R"("entries":3,"bytes":10,"manifest_sha256":")" +
                                 Sha256::of(as_bytes("lines")).hex() + "\"}"));
    EXPECT_EQ(std::get<Refused>(ask_own("trees/debian/manifest")).status, 503u);
    EXPECT_EQ(std::get<Refused>(ask_own("trees/other/head")).status, 404u);
    EXPECT_EQ(std::get<Refused>(ask_own("trees/debian")).status, 404u);
    EXPECT_EQ(std::get<Refused>(ask_own("")).status, 404u);
}

TEST_F(PublishedTest, SendsTheCurrentManifestAsItLies) {
    put_file("a", "text");
    publish();
    fs::create_directories(root_ + "/manifests/debian");
    std::ofstream(root_ + "/manifests/debian/1.zst") << "compressed";
    auto answer = ask_own("trees/debian/manifest");
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
        Published::open({.store = root_, .catalogue = root_ + "/catalogue.db", .signing_key = key}, troubles_)
            .value();
    auto answer = ask_own("trees/debian/head");
    const auto json = boost::json::parse(std::get<TextFound>(answer).text);
    const auto signature = from_base64(std::string(json.at("signature").as_string())).value();
    const auto message =
        "mirrorseed-head-1\nlineage\ndebian\n1\n200\n" + Sha256::of(as_bytes("lines")).hex() + "\n";
    EXPECT_TRUE(key->public_key().verifies(as_bytes(message), signature));
}

TEST_F(PublishedTest, HandsOutNoContentThatWasCutShort) {
    const auto digest = put_file("a", "text");
    publish();
    const auto hex = digest.hex();
    const auto file = root_ + "/blobs/sha256/" + hex.substr(0, 2) + "/" + hex;
    ASSERT_TRUE(fs::exists(file)) << file;
    fs::resize_file(file, 3);
    EXPECT_EQ(found("debian/a"), "503");
    EXPECT_EQ(found_own("blob/sha256/" + hex), "503");
}

TEST_F(PublishedTest, HandsOutContentsThatAreServed) {
    const auto digest = put_file("a", "text");
    publish();
    auto answer = ask_own("blob/sha256/" + digest.hex());
    EXPECT_EQ(std::get<FileFound>(answer).facts.cache_control, "public, max-age=31536000, immutable");
    EXPECT_EQ(std::get<Refused>(ask_own("blob/sha256/xyz")).status, 404u);
    EXPECT_EQ(std::get<Refused>(ask_own("blob/md5/" + digest.hex())).status, 404u);
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
        Published::open({.store = root_, .catalogue = root_ + "/catalogue.db", .watch = watch}, troubles_)
            .value();
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
