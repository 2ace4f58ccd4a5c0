#include "httpd/peer_address.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>

#include <cstring>

namespace mirrorseed::httpd {
namespace {

PeerAddress peer(const char* text) {
    sockaddr_storage storage{};
    in_addr v4{};
    if (::inet_pton(AF_INET, text, &v4) == 1) {
        sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = v4, .sin_zero = {}};
        std::memcpy(&storage, &address, sizeof address);
    } else {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        EXPECT_EQ(::inet_pton(AF_INET6, text, &address.sin6_addr), 1) << text;
        std::memcpy(&storage, &address, sizeof address);
    }
    return PeerAddress::of(storage);
}

TEST(PeerAddress, SpellsAddresses) {
    for (const auto* text : {"192.0.2.1", "0.0.0.0", "255.255.255.255", "2001:db8::1", "::1"})
        EXPECT_EQ(peer(text).text(), text);
    EXPECT_EQ(peer("::ffff:192.0.2.1").text(), "192.0.2.1");
    EXPECT_EQ(PeerAddress().text(), "unix:");
}

TEST(PeerAddress, KnowsWhoIsOnThisMachine) {
    for (const auto* text : {"127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1"})
        EXPECT_TRUE(peer(text).is_local()) << text;
    for (const auto* text : {"192.0.2.1", "::", "2001:db8::1", "::ffff:10.0.0.1", "fe80::1"})
        EXPECT_FALSE(peer(text).is_local()) << text;
    EXPECT_TRUE(PeerAddress().is_local());
}

TEST(PeerAddress, TakesAnIPv4AddressAsTheSameHoweverItCame) {
    EXPECT_EQ(peer("::ffff:192.0.2.1"), peer("192.0.2.1"));
    EXPECT_NE(peer("192.0.2.2"), peer("192.0.2.1"));
}

}  // namespace
}  // namespace mirrorseed::httpd
