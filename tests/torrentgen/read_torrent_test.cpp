#include "torrentgen/read_torrent.hpp"

#include "tests/torrentgen/torrent_words.hpp"
#include "torrentgen/merkle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mirrorseed::torrentgen {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Paths = std::vector<std::string>;

ReadTorrent read(const std::string& bytes) {
    auto got = read_torrent(bytes);
    EXPECT_TRUE(got) << (got ? "" : got.error().text());
    return got ? std::move(*got) : ReadTorrent();
}

std::string fault(const std::string& bytes, const ReadLimits& limits = {}) {
    const auto got = read_torrent(bytes, limits);
    return got ? "none" : got.error().text();
}

std::vector<std::string> oddities(const std::string& bytes) {
    std::vector<std::string> codes;
    for (const auto& oddity : read(bytes).oddities)
        codes.push_back(oddity.code);
    return codes;
}

Dictionary with(Dictionary info, const std::string& key, Bencoded value) {
    info[key] = std::move(value);
    return info;
}
Dictionary without(Dictionary info, const std::string& key) {
    info.erase(key);
    return info;
}

Dictionary folder_info(BencodedList files, std::size_t pieces = 1) {
    auto info = without(v1_info(), "length");
    info["files"] = {std::move(files)};
    info["pieces"] = text(std::string(pieces * 20, 'h'));
    return info;
}

Dictionary hybrid_folder(BencodedList files, std::size_t pieces) {
    auto info = with(v2_info(), "file tree",
                     {Dictionary{{"a", leaf(5)}, {"e", leaf(0)}, {"s", {Dictionary{{"b", leaf(6)}}}}}});
    info.merge(folder_info(std::move(files), pieces));
    return info;
}

TEST(ReadTorrent, ReadsASingleFile) {
    const auto bytes = torrent_of(v1_info());
    const auto got = read(bytes);
    const auto& torrent = got.torrent;
    EXPECT_EQ(torrent.format, Format::v1);
    EXPECT_EQ(torrent.name, "f");
    EXPECT_FALSE(torrent.is_folder);
    ASSERT_EQ(torrent.files.size(), 1U);
    EXPECT_THAT(torrent.files[0].path, ElementsAre("f"));
    EXPECT_EQ(torrent.files[0].length, 5U);
    EXPECT_EQ(torrent.piece_count(), 1U);
    const auto info = bytes.substr(got.info_begin, got.info_end - got.info_begin);
    EXPECT_EQ(info, encode_bencoded({v1_info()}));
    EXPECT_EQ(torrent.info_hash_v1, Sha1::of(as_bytes(info)));
    EXPECT_FALSE(torrent.info_hash_v2);
    EXPECT_THAT(got.oddities, IsEmpty());
}

TEST(ReadTorrent, ReadsWhatStandsOutsideOfInfo) {
    const auto torrent =
        read(torrent_of(
                 v1_info(),
                 {{"announce", text("http://a/")},
                  {"announce-list",
                   {BencodedList{list({"http://a/", "  udp://b:1/"}), list({""}), text("x"), list({"c"})}}},
                  {"collections", list({"c"})},
                  {"comment", text("old")},
                  {"comment.utf-8", text("new")},
                  {"created by", text("me")},
                  {"creation date", number(7)},
                  {"httpseeds", text("http://h/")},
                  {"nodes",
                   {BencodedList{{BencodedList{text("n"), number(1)}},
                                 {BencodedList{text("n"), number(70000)}}}}},
                  {"similar", list({std::string(20, 's'), "short"})},
                  {"url-list", list({"http://w/", "", "http://w/", "http://v/"})}}))
            .torrent;
    EXPECT_THAT(torrent.trackers, ElementsAre(ElementsAre("http://a/", "udp://b:1/"), ElementsAre("c")));
    EXPECT_THAT(torrent.web_seeds, ElementsAre("http://w/", "http://v/"));
    EXPECT_THAT(torrent.http_seeds, ElementsAre("http://h/"));
    EXPECT_THAT(torrent.nodes, ElementsAre(Node{"n", 1}));
    EXPECT_THAT(torrent.similar, ElementsAre(std::string(20, 's')));
    EXPECT_THAT(torrent.collections, ElementsAre("c"));
    EXPECT_EQ(torrent.comment, "new");
    EXPECT_EQ(torrent.created_by, "me");
    EXPECT_EQ(torrent.creation_date, 7);
    EXPECT_THAT(
        read(torrent_of(v1_info(), {{"announce", text("x")}, {"url-list", text("http://w/")}})).torrent,
        testing::AllOf(testing::Field(&Torrent::trackers, ElementsAre(ElementsAre("x"))),
                       testing::Field(&Torrent::web_seeds, ElementsAre("http://w/"))));
}

TEST(ReadTorrent, ReadsFoldersWithPadsAndLinks) {
    auto link = file({"l"}, 9, "lx");
    std::get<Dictionary>(link.data)["symlink path"] = list({"s", "b"});
    const auto torrent =
        read(torrent_of(with(folder_info({file({"a"}, 5, "hx"),
                                          {Dictionary{{"attr", text("p")}, {"length", number(3)}}},
                                          file({"s", "b"}, 1),
                                          file({"_____padding_file_1"}, 2),
                                          link}),
                             "name.utf-8", text("\xc3\xa9"))))
            .torrent;
    EXPECT_TRUE(torrent.is_folder);
    EXPECT_EQ(torrent.name, "\xc3\xa9");
    ASSERT_EQ(torrent.files.size(), 5U);
    EXPECT_TRUE(torrent.files[0].hidden && torrent.files[0].executable && !torrent.files[0].pad);
    EXPECT_TRUE(torrent.files[1].pad && torrent.files[3].pad);
    EXPECT_THAT(torrent.files[1].path, ElementsAre(".pad", "3"));
    EXPECT_THAT(torrent.files[2].path, ElementsAre("s", "b"));
    EXPECT_EQ(torrent.files[4].length, 0U);
    EXPECT_THAT(*torrent.files[4].symlink, ElementsAre("s", "b"));
    EXPECT_EQ(torrent.total_size(), 6U);
}

TEST(ReadTorrent, ReadsV2WithItsLayers) {
    const std::vector<Digest> layer{Sha256::of(as_bytes("x")), Sha256::of(as_bytes("y"))};
    const auto root = root_of_layer(layer, 16384);
    const auto raw = [](const Digest& digest) {
        return std::string(digest.bytes.begin(), digest.bytes.end());
    };
    const auto info = with(v2_info(), "file tree", {Dictionary{{"f", leaf(20000, raw(root))}}});
    const auto hashes = raw(layer[0]) + raw(layer[1]);
    const auto torrent_with = [&](Dictionary layers) {
        return torrent_of(info, {{"piece layers", {std::move(layers)}}});
    };
    const auto got = read(torrent_with({{raw(root), text(hashes)}}));
    EXPECT_EQ(got.torrent.format, Format::v2);
    EXPECT_EQ(got.torrent.files[0].root, root);
    EXPECT_EQ(got.torrent.piece_layers.at(root), hashes);
    EXPECT_EQ(got.torrent.piece_count(), 2U);
    EXPECT_FALSE(got.torrent.info_hash_v1);
    EXPECT_TRUE(got.torrent.info_hash_v2);
    EXPECT_THAT(fault(torrent_with({{raw(root), text(std::string(64, 'z'))}})),
                HasSubstr("does not hash to its root"));
    EXPECT_THAT(fault(torrent_with({{raw(root), text(hashes + raw(root))}})),
                HasSubstr("96 bytes for 2 pieces"));
    EXPECT_THAT(fault(torrent_with({{raw(root), number(3)}})), HasSubstr("no list of hashes"));
    EXPECT_THAT(fault(torrent_with({{"short", text(hashes)}})), HasSubstr("has no root"));
    EXPECT_THAT(oddities(torrent_with({})), ElementsAre("missing-piece-layer"));
    EXPECT_THAT(oddities(torrent_with({{raw(root), text(hashes)}, {std::string(32, 'o'), text(hashes)}})),
                ElementsAre("unknown-piece-layer"));
}

TEST(ReadTorrent, NamesASingleV2FileByItsTree) {
    const auto got = read(torrent_of(with(v2_info(), "name", text("other"))));
    EXPECT_EQ(got.torrent.name, "f");
    EXPECT_FALSE(got.torrent.is_folder);
    const auto nested = with(v2_info(), "file tree", {Dictionary{{"d", {Dictionary{{"f", leaf(5)}}}}}});
    EXPECT_TRUE(read(torrent_of(nested)).torrent.is_folder);
}

TEST(ReadTorrent, JoinsTheHalvesOfAHybrid) {
    const auto pad = [](std::int64_t length) { return file({".pad", "x"}, length, "p"); };
    const auto torrent =
        read(torrent_of(hybrid_folder(
                 {file({"a"}, 5), pad(16379), file({"e"}, 0), file({"s", "b"}, 6), pad(16378)}, 2)))
            .torrent;
    EXPECT_EQ(torrent.format, Format::hybrid);
    EXPECT_TRUE(torrent.info_hash_v1 && torrent.info_hash_v2);
    ASSERT_EQ(torrent.files.size(), 5U);
    EXPECT_TRUE(torrent.files[0].root && torrent.files[1].pad && torrent.files[4].pad);
    EXPECT_EQ(torrent.piece_count(), 2U);
    EXPECT_EQ(read(torrent_of(hybrid_info())).torrent.format, Format::hybrid);
    // A missing last pad is the one thing that may differ.
    EXPECT_EQ(fault(torrent_of(
                  hybrid_folder({file({"a"}, 5), pad(16379), file({"e"}, 0), file({"s", "b"}, 6)}, 2))),
              "none");
    for (const auto& files : std::vector<BencodedList>{
             {file({"a"}, 5), pad(16379), file({"e"}, 0)},
             {file({"A"}, 5), pad(16379), file({"e"}, 0), file({"s", "b"}, 6), pad(16378)},
             {file({"a"}, 6), pad(16378), file({"e"}, 0), file({"s", "b"}, 6), pad(16378)},
             {file({"a"}, 5), pad(16378), file({"e"}, 0), file({"s", "b"}, 6), pad(16379)},
             {file({"a"}, 5), file({"x"}, 16379), file({"e"}, 0), file({"s", "b"}, 6), pad(16378)},
             {file({"s", "b"}, 6), pad(16378), file({"e"}, 0), file({"a"}, 5), pad(16379)}})
        EXPECT_THAT(fault(torrent_of(hybrid_folder(files, 2))), HasSubstr("halves do not agree"));
    EXPECT_THAT(fault(torrent_of(with(hybrid_info(), "length", number(6)))),
                HasSubstr("halves do not agree"));
    EXPECT_THAT(fault(torrent_of(with(hybrid_info(), "name", text("g")))), HasSubstr("halves do not agree"));
}

TEST(ReadTorrent, JoinsAHybridWhoseLastPadIsMissingBeforeEmptyFiles) {
    const auto hybrid = [](BencodedList files) {
        auto info = with(v2_info(), "file tree",
                         {Dictionary{{"a", leaf(5)}, {"b", leaf(6)}, {"e", leaf(0)}, {"f", leaf(0)}}});
        info.merge(folder_info(std::move(files), 2));
        return torrent_of(info);
    };
    const auto pad = file({".pad", "x"}, 16379, "p");
    const auto torrent =
        read(hybrid({file({"a"}, 5), pad, file({"b"}, 6), file({"e"}, 0), file({"f"}, 0)})).torrent;
    ASSERT_EQ(torrent.files.size(), 5U);
    EXPECT_TRUE(torrent.files[1].pad);
    EXPECT_THAT(torrent.files[4].path, ElementsAre("f"));
    // Another pad than the last may not.
    EXPECT_THAT(fault(hybrid({file({"a"}, 5), file({"b"}, 6), file({".pad", "x"}, 16378, "p"), file({"e"}, 0),
                              file({"f"}, 0)})),
                HasSubstr("halves do not agree"));
}

TEST(ReadTorrent, RefusesAV2LengthBeyond64Bits) {
    auto bytes = torrent_of(v2_info());
    const auto at = bytes.find("6:lengthi5e");
    ASSERT_NE(at, std::string::npos);
    bytes.replace(at, 11, "6:lengthi9223372036854775808e");
    EXPECT_THAT(fault(bytes), HasSubstr("a v2 file's length does not fit into 64 bits"));
}

TEST(ReadTorrent, TakesAHybridWithoutV1HashesForAV2) {
    const auto got = read(torrent_of(without(hybrid_info(), "pieces")));
    EXPECT_EQ(got.torrent.format, Format::v2);
    EXPECT_TRUE(got.torrent.info_hash_v1 && got.torrent.info_hash_v2);
    EXPECT_EQ(got.torrent.files.size(), 1U);
}

TEST(ReadTorrent, RefusesWhatLibtorrentRefusesAndNamesTheByte) {
    const auto two = [](Bencoded first) { return folder_info({std::move(first), file({"b"}, 1)}); };
    const auto tree = [](Bencoded node) {
        return with(v2_info(), "file tree", {Dictionary{{"f", std::move(node)}}});
    };
    auto bad_link = file({"a"}, 5, "l");
    std::get<Dictionary>(bad_link.data)["symlink path"] = {BencodedList{number(1)}};
    const std::vector<std::pair<std::string, std::string_view>> faults{
        {"le", "it is no dictionary"},
        {"de", "it has no info"},
        {"d4:infolee", "it has no info"},
        {torrent_of(without(v1_info(), "piece length")), "piece length is missing"},
        {torrent_of(with(v1_info(), "piece length", number(0))), "piece length is missing"},
        {torrent_of(with(v1_info(), "piece length", number(1 << 30))), "out of bounds"},
        {torrent_of(with(v2_info(), "piece length", number(8192))), "no power of two from 16 KiB"},
        {torrent_of(with(v2_info(), "piece length", number(49152))), "no power of two from 16 KiB"},
        {torrent_of(without(v1_info(), "name")), "it has no name"},
        {torrent_of(with(v1_info(), "name", text(".."))), "the file has no name"},
        {torrent_of(with(v1_info(), "name", text("/.\\"))), "the file has no name"},
        {torrent_of(with(v1_info(), "name", text(""))), "the file has no name"},
        {torrent_of(without(v1_info(), "length")), "a file has no length"},
        {torrent_of(with(v1_info(), "length", number(-1))), "length is negative"},
        {torrent_of(with(v1_info(), "length", number(std::int64_t{1} << 47))), "length is too large"},
        {torrent_of(with(v1_info(), "length", number(std::int64_t{1} << 43))), "pieces, more than 2097152"},
        {torrent_of(with(v1_info(), "length", number(0))), "all empty"},
        {torrent_of(with(v1_info(), "pieces", text("short"))), "5 bytes of hashes for 1 pieces"},
        {torrent_of(without(v1_info(), "pieces")), "no hashes of pieces"},
        {torrent_of(folder_info({})), "it holds no files"},
        {torrent_of(two(number(1))), "a file's entry is no dictionary"},
        {torrent_of(two(file({}, 5))), "a file has no name"},
        {torrent_of(two({Dictionary{{"length", number(5)}, {"path", {BencodedList{number(1)}}}}})),
         "a part of a path is no string"},
        {torrent_of(two(bad_link)), "a part of a path is no string"},
        {torrent_of(with(v1_info(), "file tree", {Dictionary{}})), "no meta version 2"},
        {torrent_of(with(v2_info(), "meta version", number(3))), "not known"},
        {torrent_of(without(v2_info(), "file tree")), "no file tree"},
        {torrent_of(with(v2_info(), "file tree", {Dictionary{}})), "it holds no files"},
        {torrent_of(tree(number(1))), "is no dictionary"},
        {torrent_of(tree({Dictionary{{"", number(1)}}})), "a file's entry is no dictionary"},
        {torrent_of(tree(leaf(5, "short"))), "no pieces root"},
        {torrent_of(tree(leaf(5, std::string(32, '\0')))), "no pieces root"},
        {torrent_of(tree({Dictionary{{"", {Dictionary{}}}, {"x", leaf(1)}}})),
         "has no name or is no dictionary"},
        {torrent_of(tree({Dictionary{{"", {Dictionary{{"attr", text("p")}, {"length", number(1)}}}}}})),
         "marked as a pad"},
        {torrent_of(with(v2_info(), "file tree", {Dictionary{{"..", leaf(5)}}})), "the file has no name"},
        {"d4:infod9:file treed1:fd0:d6:lengthi5e11:pieces root32:" + std::string(32, 'r') +
             "eee12:meta versioni2e4:name1:f12:piece lengthi16384e1:a0:ee",
         "not in a v2 info: the keys of a dictionary are out of order"},
    };
    for (const auto& [bytes, words] : faults) {
        EXPECT_THAT(fault(bytes), HasSubstr(words)) << bytes;
        EXPECT_THAT(fault(bytes), testing::StartsWith("bad torrent at byte "));
    }
    EXPECT_THAT(fault(torrent_of(with(v1_info(), "length", number(-1)))), HasSubstr("at byte 16:"));
    EXPECT_THAT(fault("d4:info"), testing::StartsWith("bad bencoding at byte 7: "));
}

TEST(ReadTorrent, BoundsWhatNamesTake) {
    EXPECT_THAT(fault(torrent_of(with(v1_info(), "name", text(std::string(1000, 'n')))), {.name_bytes = 500}),
                HasSubstr("names take more memory"));
    EXPECT_THAT(fault(torrent_of(v1_info()), {.pieces = 0}), HasSubstr("1 pieces, more than 0"));
}

// One row for each oddity: the bytes that show it. A plain torrent shows none of them.
TEST(ReadTorrent, TellsOfEveryOddity) {
    const auto plain = torrent_of(v1_info());
    const auto beside_info = [&](const std::string& members) { return "d" + members + plain.substr(1); };
    const auto outer = [](const std::string& key, Bencoded value) {
        return torrent_of(v1_info(), {{key, std::move(value)}});
    };
    const std::string plain_info = encode_bencoded({v1_info()});
    std::string large;
    large.resize(usual_most_bytes + 1, 'c');
    auto link = file({"l"}, 0, "l");
    auto rooted = leaf(0);
    std::get<Dictionary>(std::get<Dictionary>(rooted.data)[""].data)["pieces root"] =
        text(std::string(32, 'r'));
    const std::vector<std::pair<std::string, std::string>> rows{
        {"leading-zero", beside_info("1:ai01e")},
        {"negative-zero", beside_info("1:ai-0e")},
        {"huge-number", beside_info("1:ai99999999999999999999e")},
        {"unsorted-keys", "d1:z0:4:info" + plain_info + "e"},
        {"repeated-key", beside_info("1:a0:1:a0:")},
        {"trailing-bytes", plain + "\n"},
        {"large-torrent", torrent_of(v1_info(), {{"comment", text(large)}})},
        {"space-around-url", outer("announce", text(" http://a/"))},
        {"bad-tracker-tier", outer("announce-list", {BencodedList{text("http://a/")}})},
        {"announce-ignored",
         torrent_of(v1_info(), {{"announce", text("a")}, {"announce-list", {BencodedList{list({"b"})}}}})},
        {"bad-web-seed", outer("url-list", {BencodedList{number(1)}})},
        {"repeated-web-seed", outer("url-list", list({"http://a/f", "http://a/f"}))},
        {"bad-http-seed", outer("httpseeds", list({""}))},
        {"repeated-http-seed", outer("httpseeds", list({"http://a/", "http://a/"}))},
        {"bad-node", outer("nodes", {BencodedList{text("host:1")}})},
        {"bad-date", outer("creation date", number(-1))},
        {"private-outside-info", outer("private", number(1))},
        {"link-without-target", torrent_of(folder_info({file({"a"}, 5), link}))},
        {"root-of-nothing",
         torrent_of(with(v2_info(), "file tree", {Dictionary{{"e", rooted}, {"f", leaf(5)}}}))},
        {"name-mismatch", torrent_of(with(v2_info(), "name", text("g")))},
        {"no-v1-hashes", torrent_of(without(hybrid_info(), "pieces"))},
        {"hashes-without-files", torrent_of(with(v2_info(), "pieces", text(std::string(20, 'h'))))},
    };
    EXPECT_THAT(oddities(plain), IsEmpty());
    EXPECT_THAT(oddities(torrent_of(v2_info())), IsEmpty());
    EXPECT_THAT(oddities(torrent_of(hybrid_info())), IsEmpty());
    for (const auto& [code, bytes] : rows)
        EXPECT_THAT(oddities(bytes), Contains(code)) << bytes.substr(0, 300);
}

}  // namespace
}  // namespace mirrorseed::torrentgen
