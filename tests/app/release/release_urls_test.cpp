#include "app/release/release_urls.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

ReleasePlace place(const char* path, bool is_as_folder = false) {
    return {.tree = "t",
            .path = RelPath::parse(path).value(),
            .name = std::string(RelPath::parse(path).value().name()),
            .is_as_folder = is_as_folder};
}

ReleaseUrls urls() {
    ServerConfig server;
    server.public_url = "https://m.example/";
    return ReleaseUrls::of(server);
}

TEST(ReleaseUrls, SeedAFileByItsUrlAndAFolderByWhatHoldsIt) {
    using Urls = std::vector<std::string>;
    EXPECT_EQ(urls().own_seeds(place("iso/a b.iso"), "ff"),
              (Urls{"https://m.example/t/iso/a%20b.iso", "https://m.example/-/seed/ff/a%20b.iso"}));
    EXPECT_EQ(urls().own_seeds(place("sets/one", true), "ff"),
              (Urls{"https://m.example/t/sets/", "https://m.example/-/seed/ff/"}));
    EXPECT_EQ(urls().own_seeds(place("one", true), "ff"),
              (Urls{"https://m.example/t/", "https://m.example/-/seed/ff/"}));
}

TEST(ReleaseUrls, OfAFormerReleaseNameNoPlaceInTheTree) {
    auto former = place("iso/a.iso");
    former.is_former = true;
    EXPECT_EQ(urls().own_seeds(former, "ff"), std::vector<std::string>{"https://m.example/-/seed/ff/a.iso"});
    EXPECT_EQ(urls().torrent(former, "ff"), "https://m.example/-/torrent/ff.torrent");
    EXPECT_EQ(urls().torrent(place("iso/a.iso"), "ff"), "https://m.example/-/releases/t/iso/a.iso.torrent");
}

TEST(ReleaseUrls, OfOtherMirrorsAreBelowTheirRoots) {
    EXPECT_EQ(ReleaseUrls::seed_below("https://o.example/pub/t//", place("iso/a.iso")),
              "https://o.example/pub/t/iso/a.iso");
    EXPECT_EQ(ReleaseUrls::seed_below("https://o.example", place("one", true)), "https://o.example/");
}

TEST(ReleaseUrls, NameTheRulesTrackersBeforeOurs) {
    ServerConfig server;
    server.public_url = "https://m.example";
    server.tracker = true;
    EXPECT_EQ(ReleaseUrls::of(server).trackers({"http://a/,http://b/", "udp://c:1"}),
              (TrackerTiers{{"http://a/", "http://b/"}, {"udp://c:1"}, {"https://m.example/-/announce"}}));
}

TEST(ReleaseUrls, SeedsAreEightAtMostAndOfManyHosts) {
    std::vector<std::string> urls;
    for (const char* host : {"a", "b", "c"})
        for (int i = 0; i < 4; ++i)
            urls.push_back(std::string("https://") + host + ".example/" + std::to_string(i));
    EXPECT_EQ(spread_over_hosts(urls),
              (std::vector<std::string>{"https://a.example/0", "https://a.example/1", "https://a.example/2",
                                        "https://b.example/0", "https://b.example/1", "https://b.example/2",
                                        "https://c.example/0", "https://c.example/1"}));
    urls.resize(2);
    EXPECT_EQ(spread_over_hosts(urls), urls);
}

}  // namespace
}  // namespace mirrorseed::app
