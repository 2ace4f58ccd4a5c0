#include "torrentgen/metainfo.hpp"

#include "tests/support/printers.hpp"
#include "torrentgen/read_torrent.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::torrentgen {
namespace {

const std::string twenty(20, '#');

Torrent single(Format format) {
    Torrent torrent{.format = format, .name = "a.iso", .piece_length = 16384};
    torrent.files.push_back({.path = {"a.iso"}, .length = 3});
    if (format != Format::v2) torrent.v1_pieces = twenty;
    if (format != Format::v1) torrent.files[0].root = Sha256::of(as_bytes("abc"));
    return torrent;
}

std::string root_text() {
    const auto root = Sha256::of(as_bytes("abc"));
    return {root.bytes.begin(), root.bytes.end()};
}

TEST(Metainfo, SpellsASingleFileInV1) {
    EXPECT_EQ(info_bytes(single(Format::v1)),
              "d6:lengthi3e4:name5:a.iso12:piece lengthi16384e6:pieces20:" + twenty + "e");
}

TEST(Metainfo, SpellsASingleFileInV2AndHybrid) {
    const auto tree = "9:file treed5:a.isod0:d6:lengthi3e11:pieces root32:" + root_text() + "eee";
    EXPECT_EQ(info_bytes(single(Format::v2)),
              "d" + tree + "12:meta versioni2e4:name5:a.iso12:piece lengthi16384ee");
    EXPECT_EQ(info_bytes(single(Format::hybrid)), "d" + tree +
                                                      "6:lengthi3e12:meta versioni2e4:name5:a.iso12:piece "
                                                      "lengthi16384e6:pieces20:" +
                                                      twenty + "e");
}

TEST(Metainfo, PutsPadsBehindEveryUnalignedFileTheLastOneToo) {
    Torrent torrent{.format = Format::hybrid, .name = "d", .is_folder = true, .piece_length = 16384};
    for (const Bytes length : {3, 0, 16384, 5})
        torrent.files.push_back({.path = {"f" + std::to_string(length)}, .length = length});
    add_pads(torrent);
    std::vector<std::pair<std::string, Bytes>> seen;
    for (const auto& file : torrent.files)
        seen.emplace_back(file.pad ? file.path[0] + "/" + file.path[1] : file.path[0], file.length);
    EXPECT_EQ(seen, (std::vector<std::pair<std::string, Bytes>>{{"f3", 3},
                                                                {".pad/16381", 16381},
                                                                {"f0", 0},
                                                                {"f16384", 16384},
                                                                {"f5", 5},
                                                                {".pad/16379", 16379}}));
}

TEST(Metainfo, PutsNoPadsIntoV1OrV2OrBehindASingleFile) {
    for (const auto format : {Format::v1, Format::v2}) {
        Torrent torrent{.format = format, .piece_length = 16384};
        torrent.files = {{.path = {"a"}, .length = 1}, {.path = {"b"}, .length = 1}};
        add_pads(torrent);
        EXPECT_EQ(torrent.files.size(), 2U);
    }
    auto torrent = single(Format::hybrid);
    add_pads(torrent);
    EXPECT_EQ(torrent.files.size(), 1U);
}

TEST(Metainfo, OpensAndClosesFoldersOfTheTree) {
    Torrent torrent{.format = Format::v2, .name = "d", .is_folder = true, .piece_length = 16384};
    for (const auto& path :
         std::vector<std::vector<std::string>>{{"a", "b", "1"}, {"a", "c"}, {"a-b", "x"}, {"z"}})
        torrent.files.push_back({.path = path, .length = 0});
    const std::string leaf = "d0:d6:lengthi0eee";
    EXPECT_EQ(info_bytes(torrent), "d9:file treed1:ad1:bd1:1" + leaf + "e1:c" + leaf + "e3:a-bd1:x" + leaf +
                                       "e1:z" + leaf + "e12:meta versioni2e4:name1:d12:piece lengthi16384ee");
}

TEST(Metainfo, WhatIsSaidOutsideDoesNotChangeTheInfo) {
    auto torrent = single(Format::hybrid);
    const auto before = info_bytes(torrent);
    torrent.trackers = {{"http://a/", "http://b/"}, {"udp://c:1"}};
    torrent.web_seeds = {"https://m.example/a.iso"};
    torrent.nodes = {{"router.example", 6881}};
    torrent.comment = "c";
    torrent.created_by = "us";
    torrent.creation_date = 7;
    torrent.similar = {twenty};
    torrent.collections = {"isos"};
    EXPECT_EQ(info_bytes(torrent), before);
    torrent.source = "S";
    EXPECT_NE(info_bytes(torrent), before);
}

TEST(Metainfo, IsReadBackAsItWasSaid) {
    auto torrent = single(Format::hybrid);
    torrent.trackers = {{"http://a/", "http://b/"}, {"udp://c:1"}};
    torrent.web_seeds = {"https://m.example/a.iso", "http://n.example/a.iso"};
    torrent.nodes = {{"router.example", 6881}, {"2001:db8::1", 1}};
    torrent.comment = "a comment";
    torrent.created_by = "us";
    torrent.creation_date = 1'700'000'000;
    torrent.similar = {twenty};
    torrent.collections = {"isos", "more"};
    torrent.is_private = true;
    torrent.source = "S";
    torrent.files[0].executable = true;
    const auto read = parse_torrent(torrent_bytes(torrent));
    ASSERT_TRUE(mirrorseed::test::ok(read));
    EXPECT_EQ(read->format, Format::hybrid);
    EXPECT_EQ(read->files, torrent.files);
    EXPECT_EQ(read->trackers, torrent.trackers);
    EXPECT_EQ(read->web_seeds, torrent.web_seeds);
    EXPECT_EQ(read->nodes, torrent.nodes);
    EXPECT_EQ(read->comment, torrent.comment);
    EXPECT_EQ(read->created_by, torrent.created_by);
    EXPECT_EQ(read->creation_date, torrent.creation_date);
    EXPECT_EQ(read->similar, torrent.similar);
    EXPECT_EQ(read->collections, torrent.collections);
    EXPECT_EQ(read->is_private, true);
    EXPECT_EQ(read->source, "S");
    EXPECT_EQ(read->info_hash_v1, Sha1::of(as_bytes(info_bytes(torrent))));
    EXPECT_EQ(read->info_hash_v2, Sha256::of(as_bytes(info_bytes(torrent))));
}

TEST(Metainfo, OneTrackerNeedsNoTiersAndSeveralDo) {
    auto torrent = single(Format::v1);
    torrent.trackers = {{"http://a/"}};
    EXPECT_EQ(torrent_bytes(torrent).find("announce-list"), std::string::npos);
    torrent.trackers = {{"http://a/"}, {"http://b/"}};
    EXPECT_NE(torrent_bytes(torrent).find("13:announce-listll9:http://a/el9:http://b/ee"), std::string::npos);
}

TEST(Metainfo, WritesLinksAndAttributes) {
    Torrent torrent{.format = Format::hybrid, .name = "d", .is_folder = true, .piece_length = 16384};
    torrent.files = {{.path = {"l"}, .symlink = std::vector<std::string>{"s", "x"}},
                     {.path = {"s", "x"}, .length = 16384, .root = Sha256::of({}), .executable = true}};
    torrent.v1_pieces = twenty;
    const auto info = info_bytes(torrent);
    EXPECT_NE(info.find("1:ld0:d4:attr1:l6:lengthi0e12:symlink pathl1:s1:xeee"), std::string::npos);
    EXPECT_NE(info.find("d4:attr1:l6:lengthi0e4:pathl1:le12:symlink pathl1:s1:xee"), std::string::npos);
    EXPECT_NE(info.find("d4:attr1:x6:lengthi16384e4:pathl1:s1:xee"), std::string::npos);
    const auto read = parse_torrent(torrent_bytes(torrent));
    ASSERT_TRUE(mirrorseed::test::ok(read));
    EXPECT_EQ(read->files, torrent.files);
}

}  // namespace
}  // namespace mirrorseed::torrentgen
