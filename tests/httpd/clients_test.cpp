#include "httpd/clients.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace mirrorseed::httpd {
namespace {

PeerAddress peer(const std::string& text) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), &address.sin6_addr), 1) << text;
    sockaddr_storage storage{};
    std::memcpy(&storage, &address, sizeof address);
    return PeerAddress::of(storage);
}

TEST(Clients, AreTheSameFromOneAddressOrOneNetwork) {
    Clients clients;
    const auto first = clients.find(peer("2001:db8:0:1::1"));
    EXPECT_EQ(clients.find(peer("2001:db8:0:1:ffff::2")), first);
    EXPECT_NE(clients.find(peer("2001:db8:0:2::1")), first);
    const auto v4 = clients.find(peer("::ffff:192.0.2.1"));
    EXPECT_EQ(clients.find(peer("::ffff:192.0.2.1")), v4);
    EXPECT_NE(clients.find(peer("::ffff:192.0.2.2")), v4);
    EXPECT_EQ(clients.count(), 2u);
}

TEST(Clients, AreForgottenWhenNobodyHoldsThem) {
    Clients clients;
    for (int i = 0; i < 10'000; ++i)
        clients.find(peer("2001:db8:" + std::to_string(i % 9999) + "::1"));
    EXPECT_EQ(clients.count(), 0u);
}

TEST(Clients, MayHaveSoManyConnectionsAndNoMore) {
    Client client;
    EXPECT_TRUE(client.enter(2));
    EXPECT_TRUE(client.enter(2));
    EXPECT_FALSE(client.enter(2));
    client.leave();
    EXPECT_TRUE(client.enter(2));
    EXPECT_TRUE(client.enter(0)) << "0 sets no limit";
}

}  // namespace
}  // namespace mirrorseed::httpd
