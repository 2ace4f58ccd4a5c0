#include "torrentgen/seed_url.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

#include <map>

namespace mirrorseed::torrentgen {
namespace {

using enum SeedClient;

Torrent single(std::string name) {
    Torrent torrent{.name = name, .piece_length = 16384};
    torrent.files = {{.path = {std::move(name)}, .length = 5}};
    return torrent;
}

Torrent folder(std::string name, std::vector<std::vector<std::string>> paths) {
    Torrent torrent{.name = std::move(name), .is_folder = true, .piece_length = 16384};
    for (auto& path : paths)
        torrent.files.push_back({.path = std::move(path), .length = 5});
    return torrent;
}

// What each client asks for, by name; libtorrent's answer stands for those that are not listed.
struct Row {
    const char* what;
    Torrent torrent;
    const char* seed;
    const char* libtorrent;
    std::map<SeedClient, const char*> others{};
};

TEST(SeedUrl, IsWhatEachClientAsksFor) {
    const auto file = single("a b.iso");
    const auto tree = folder("d e", {{"f g", "h"}, {"i"}});
    const auto one = folder("d", {{"f", "h"}});
    const Row rows[] = {
        {"single file, no slash", file, "http://m/x.iso", "http://m/x.iso"},
        {"single file, slash", file, "http://m/x/", "http://m/x/a%20b.iso", {{webtorrent, "http://m/x/"}}},
        {"folder, slash",
         tree,
         "http://m/x/",
         "http://m/x/d%20e/f%20g/h",
         {{webtorrent, "http://m/x/d e/f g/h"}}},
        {"folder, no slash",
         tree,
         "http://m/x",
         "http://m/x/d%20e/f%20g/h",
         {{webtorrent, "http://m/x/d e/f g/h"}}},
        {"folder of one file, slash",
         one,
         "http://m/x/",
         "http://m/x/d/f/h",
         {{old_libtorrent, "http://m/x/d"}, {webtorrent, "http://m/x/"}}},
        {"folder of one file, no slash", one, "http://m/x", "http://m/x", {{aria2, "http://m/x/d/f/h"}}},
    };
    for (const auto& row : rows)
        for (const auto client : clients_of(Format::v1)) {
            const auto other = row.others.find(client);
            EXPECT_EQ(seed_url(client, row.seed, row.torrent, 0),
                      other == row.others.end() ? row.libtorrent : other->second)
                << row.what << ", " << name_of(client);
        }
    EXPECT_EQ(seed_url(libtorrent, "http://m/x/", tree, 1), "http://m/x/d%20e/i");
}

TEST(SeedUrl, EscapesAsEachClientDoes) {
    const std::string every = "aZ9-_.~!*'();:@&=+$,?#[]%\"<>\\^`{|} \xc3\xa4";
    const std::string tail = "%22%3C%3E%5C%5E%60%7B%7C%7D%20%C3%A4";
    const std::map<SeedClient, std::string> escaped{
        {libtorrent, "aZ9-_.~!*%27()%3B%3A%40%26%3D%2B%24%2C%3F%23%5B%5D%25" + tail},
        {old_libtorrent, "aZ9-_.~!*%27()%3B%3A%40%26%3D%2B%24%2C%3F%23%5B%5D%25" + tail},
        {aria2, "aZ9-_.~%21%2A%27%28%29%3B%3A%40%26%3D%2B%24%2C%3F%23%5B%5D%25" + tail},
        {transmission_4, "aZ9-_.~!*'();:@&=+$,?#[]%" + tail},
        {transmission_3, "aZ9-%5F.%7E%21%2A%27%28%29%3B%3A%40%26%3D%2B%24,%3F%23%5B%5D%25" + tail},
        {webtorrent, every},
    };
    const auto torrent = folder("d", {{every}, {"other"}});
    for (const auto& [client, name] : escaped)
        EXPECT_EQ(seed_url(client, "http://m/", torrent, 0), "http://m/d/" + name) << name_of(client);
}

TEST(SeedUrl, AsksOnTheWireForEachUrlOnce) {
    const auto plain = seed_wishes("http://m/", folder("d", {{"a b", "c"}, {"e"}}), 0).value();
    ASSERT_EQ(plain.wishes.size(), 1u);
    EXPECT_EQ(plain.wishes[0].url.str(), "http://m/d/a%20b/c");
    EXPECT_EQ(plain.wishes[0].clients.size(), 6u);
    EXPECT_FALSE(plain.pad);

    const auto odd = seed_wishes("http://m/", folder("d", {{"a#b_"}, {"e"}}), 0).value();
    const std::vector<SeedWish> wanted{
        {HttpUrl::parse("http://m/d/a%23b_").value(), {libtorrent, old_libtorrent, aria2}},
        {HttpUrl::parse("http://m/d/a").value(), {transmission_4, webtorrent}},
        {HttpUrl::parse("http://m/d/a%23b%5F").value(), {transmission_3}}};
    EXPECT_EQ(odd.wishes, wanted);
}

TEST(SeedUrl, OnlyLibtorrentReadsV2) {
    auto torrent = single("a");
    torrent.format = Format::v2;
    const auto wishes = seed_wishes("http://m/", torrent, 0).value().wishes;
    ASSERT_EQ(wishes.size(), 1u);
    EXPECT_EQ(wishes[0].clients, (std::vector{libtorrent, old_libtorrent}));
    EXPECT_EQ(clients_of(Format::hybrid).size(), 6u);
}

TEST(SeedUrl, FlagsPads) {
    auto torrent = folder("d", {{"a"}, {".pad", "11"}, {"b"}});
    torrent.files[1].pad = true;
    EXPECT_TRUE(seed_wishes("http://m/", torrent, 1)->pad);
    EXPECT_FALSE(seed_wishes("http://m/", torrent, 2)->pad);
}

TEST(SeedUrl, RefusesSeedsThatAreNotOfTheWeb) {
    for (const auto* seed : {"", "ftp://m/", "m", "file:///etc/", "http://", "http:///x"})
        EXPECT_TRUE(test::fails_with(Fault::bad_input, seed_wishes(seed, single("a"), 0))) << seed;
}

TEST(SeedUrl, OfAV2FileHasItsNameAddedByLibtorrentUnlessItsLastPieceIsFull) {
    auto torrent = single("a b.iso");
    torrent.format = Format::v2;
    EXPECT_EQ(seed_url(libtorrent, "http://m/a%20b.iso", torrent, 0), "http://m/a%20b.iso/a%20b.iso");
    EXPECT_EQ(seed_url(libtorrent, "http://m/", torrent, 0), "http://m/a%20b.iso");
    torrent.files[0].length = 16384;
    EXPECT_EQ(seed_url(libtorrent, "http://m/a%20b.iso", torrent, 0), "http://m/a%20b.iso");
}

}  // namespace
}  // namespace mirrorseed::torrentgen
