#include "app/config/announce_urls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ServerConfig server(const std::string& public_url) {
    ServerConfig config;
    config.public_url = public_url;
    return config;
}

TEST(AnnounceUrls, AreNoneWhereNoTrackerIsOn) {
    EXPECT_THAT(announce_urls(server("https://mirror.example.org")), IsEmpty());
    auto nameless = server("");
    nameless.tracker = true;
    EXPECT_THAT(announce_urls(nameless), IsEmpty());
}

TEST(AnnounceUrls, NameHttpFirstAndEachPortOfUdpOnce) {
    auto config = server("https://mirror.example.org:8443/pub/");
    config.tracker = true;
    for (const auto* address : {"[::]:6969", "192.0.2.1:6969", "192.0.2.1:80", "[::]:0"})
        config.tracker_udp.push_back(parse_listen_address(address).value());
    EXPECT_THAT(announce_urls(config), ElementsAre("https://mirror.example.org:8443/pub/-/announce",
                                                   "udp://mirror.example.org:6969/announce",
                                                   "udp://mirror.example.org:80/announce"));
    config.tracker = false;
    EXPECT_EQ(announce_urls(config).size(), 2U);
}

TEST(AnnounceUrls, KeepBracketsOfIpv6) {
    auto config = server("http://[2001:db8::1]:8080");
    config.tracker = true;
    config.tracker_udp.push_back(parse_listen_address("[::]:6969").value());
    EXPECT_THAT(announce_urls(config),
                ElementsAre("http://[2001:db8::1]:8080/-/announce", "udp://[2001:db8::1]:6969/announce"));
}

}  // namespace
}  // namespace mirrorseed::app
