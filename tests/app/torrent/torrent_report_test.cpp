#include "app/torrent/torrent_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace mirrorseed::app {
namespace {

using namespace torrentgen;
using testing::HasSubstr;
using testing::Not;

Torrent full() {
    Torrent torrent;
    torrent.format = Format::hybrid;
    torrent.name = "re\xfflease";
    torrent.is_folder = true;
    torrent.piece_length = 16384;
    torrent.v1_pieces = std::string(40, 'h');
    torrent.info_hash_v1 = Sha1Hash{};
    torrent.info_hash_v2 = Digest{};
    torrent.files.resize(4);
    torrent.files[0].path = {"sub", "a"};
    torrent.files[0].length = 5;
    torrent.files[0].root = Digest{};
    torrent.files[1].path = {".pad", "16379"};
    torrent.files[1].length = 16379;
    torrent.files[1].pad = true;
    torrent.files[2].path = {"l"};
    torrent.files[2].symlink = {"sub", "a"};
    torrent.files[3].path = {"x\x1b"};
    torrent.files[3].length = 1;
    torrent.files[3].executable = true;
    torrent.trackers = {{"http://a/", "http://b/"}, {"http://c/"}};
    torrent.web_seeds = {"http://w/"};
    torrent.nodes = {{"h", 1}, {"::1", 2}};
    torrent.is_private = true;
    torrent.source = "S";
    torrent.comment = "line\nline";
    torrent.created_by = "me";
    torrent.creation_date = 86400;
    torrent.similar = {std::string(20, '\x01')};
    torrent.collections = {"c"};
    return torrent;
}

TEST(TorrentReport, HasTheFormOfTheInterface) {
    const auto json = torrent_json(full(), {{"code", "text"}});
    const std::string zeros(40, '0'), more_zeros(64, '0');
    const auto expected = boost::json::parse(
        R"({"name":"re\\xfflease","format":"hybrid","info_hash_v1":")" + zeros + R"(","info_hash_v2":")" +
        more_zeros +
        R"(","piece_length":16384,"pieces":2,"total_size":6,"files":[{"path":"sub/a","length":5,"pieces_root":")" +
        more_zeros +
        R"("},{"path":".pad/16379","length":16379,"pad":true},{"path":"l","length":0,"symlink":"sub/a"},
        {"path":"x\u001b","length":1,"executable":true}],"trackers":[["http://a/","http://b/"],["http://c/"]],
        "web_seeds":["http://w/"],"http_seeds":[],"nodes":["h:1","[::1]:2"],"private":true,"source":"S","similar":[")" +
        "0101010101010101010101010101010101010101" +
        R"("],"collections":["c"],"comment":"line\nline","created_by":"me",
        "creation_date":86400,"magnet":"magnet:?xt=urn:btih:)" +
        zeros + "&xt=urn:btmh:1220" + more_zeros +
        R"(&dn=re%FFlease&tr=http%3A%2F%2Fa%2F&tr=http%3A%2F%2Fb%2F&tr=http%3A%2F%2Fc%2F&ws=http%3A%2F%2Fw%2F",
        "warnings":[{"code":"code","text":"text"}]})");
    EXPECT_EQ(boost::json::serialize(boost::json::parse(boost::json::serialize(json))),
              boost::json::serialize(expected));
}

TEST(TorrentReport, LeavesNothingOutOfTheJsonOfAPoorTorrent) {
    Torrent torrent;
    torrent.piece_length = 1;
    const auto json = torrent_json(torrent, {});
    for (const auto* key : {"info_hash_v1", "info_hash_v2", "creation_date"})
        EXPECT_TRUE(json.at(key).is_null()) << key;
    EXPECT_TRUE(json.at("trackers").is_array() && json.at("warnings").is_array());
}

TEST(TorrentReport, TellsPeopleAllOfItEscaped) {
    const auto text = torrent_text(full(), FileList::shown);
    for (const auto* words :
         {"re\\xfflease/\n", "hybrid, 2 pieces of 16 KiB", "(6 bytes) in 3 files, and 16 KiB of pads",
          "private", "tracker 1", "tracker 2", "line\\x0aline", "1970-01-02T00:00:00Z", "[::1]:2",
          "l -> sub/a", "x\\x1b (executable)"})
        EXPECT_THAT(text, HasSubstr(words));
    EXPECT_THAT(text, Not(HasSubstr(".pad")));
    auto far = full();
    far.creation_date = std::numeric_limits<std::int64_t>::max();
    EXPECT_THAT(torrent_text(far, FileList::shown), HasSubstr("9223372036854775807 s after 1970"));
}

}  // namespace
}  // namespace mirrorseed::app
