#include "torrentgen/magnet.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::torrentgen {
namespace {

TEST(Magnet, TellsAllThatATorrentKnows) {
    Torrent torrent;
    torrent.name = "a b&c/\xc3\xa9";
    torrent.info_hash_v1 = Sha1Hash{};
    torrent.info_hash_v2 = Digest{};
    torrent.trackers = {{"http://t/a?x=1&y", "udp://u:1/"}, {"z"}};
    torrent.web_seeds = {"http://w/%20+/"};
    EXPECT_EQ(magnet_link(torrent, {.torrent_urls = {"https://x/a.torrent"}, .peers = {"[::1]:6881", "h:1"}}),
              "magnet:?xt=urn:btih:" + std::string(40, '0') + "&xt=urn:btmh:1220" + std::string(64, '0') +
                  "&dn=a%20b%26c%2F%C3%A9"
                  "&tr=http%3A%2F%2Ft%2Fa%3Fx%3D1%26y&tr=udp%3A%2F%2Fu%3A1%2F&tr=z"
                  "&ws=http%3A%2F%2Fw%2F%2520%2B%2F&xs=https%3A%2F%2Fx%2Fa.torrent&x.pe=[::1]:6881&x.pe=h:1");
}

TEST(Magnet, EscapesPeersButTheirColonAndBrackets) {
    Torrent torrent;
    torrent.info_hash_v1 = Sha1Hash{};
    EXPECT_EQ(magnet_link(torrent, {.peers = {"a&b=c:1", "[::1]:2"}, .selected_files = "0,2-4"}),
              "magnet:?xt=urn:btih:" + std::string(40, '0') + "&x.pe=a%26b%3Dc:1&x.pe=[::1]:2&so=0,2-4");
}

TEST(Magnet, LeavesOutWhatThereIsNot) {
    Torrent torrent;
    torrent.info_hash_v2 = Digest{};
    EXPECT_EQ(magnet_link(torrent), "magnet:?xt=urn:btmh:1220" + std::string(64, '0'));
}

}  // namespace
}  // namespace mirrorseed::torrentgen
