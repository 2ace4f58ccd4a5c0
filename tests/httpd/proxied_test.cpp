#include "httpd/proxied.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::httpd {
namespace {

using State = ProxyHeader::State;
using namespace std::string_literals;

Networks networks(const std::vector<std::string>& texts) {
    return Networks::parse(texts).value();
}
PeerAddress peer(const char* text) {
    return PeerAddress::parse(text).value();
}
std::string client_of(const ProxyHeader& header) {
    if (header.state == State::incomplete) return "incomplete";
    if (header.state == State::bad) return "bad";
    return header.client ? header.client->text() : "itself";
}

TEST(Networks, HoldAddressesByTheirFirstBits) {
    const auto some = networks({"10.0.0.0/8", "192.0.2.1", "2001:db8::/33", "fd00::1"});
    for (const auto* inside : {"10.255.0.1", "192.0.2.1", "2001:db8:7fff::1", "fd00::1", "::ffff:10.0.0.1"})
        EXPECT_TRUE(some.contain(peer(inside))) << inside;
    for (const auto* outside : {"11.0.0.1", "192.0.2.2", "2001:db8:8000::1", "fd00::2", "::1"})
        EXPECT_FALSE(some.contain(peer(outside))) << outside;
    EXPECT_FALSE(some.contain(PeerAddress()));
    EXPECT_TRUE(networks({"0.0.0.0/0"}).contain(peer("8.8.8.8")));
    EXPECT_FALSE(networks({"0.0.0.0/0"}).contain(peer("2001:db8::1")));
}

TEST(Networks, MayHoldUnixSockets) {
    const auto some = networks({"unix:", "10.0.0.0/8"});
    EXPECT_TRUE(some.contain(PeerAddress()) && some.contain(peer("10.0.0.1")));
    EXPECT_FALSE(some.contain(peer("::1")));
    EXPECT_FALSE(Networks::parse({"unix:/a"}));
}

TEST(Networks, RefuseWhatIsNone) {
    for (const auto* text : {"", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/", "10.0.0.0/8x", "host"})
        EXPECT_FALSE(Networks::parse({text})) << text;
}

TEST(Announcer, IsWhoeverAProxySpeaksForAndNeverTheProxy) {
    const auto ours = networks({"10.0.0.0/8", "unix:"});
    const auto found = [&](const PeerAddress& from, bool is_proxy, std::optional<std::string_view> field) {
        const auto client = announcer(from, is_proxy, field, ours);
        return client ? client->text() : "(none)";
    };
    EXPECT_EQ(found(peer("8.8.8.8"), false, std::nullopt), "8.8.8.8");
    EXPECT_EQ(found(peer("8.8.8.8"), false, "192.0.2.1"), "8.8.8.8") << "a stranger's word is none";
    EXPECT_EQ(found(peer("10.0.0.1"), true, "192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(found(peer("10.0.0.1"), false, std::nullopt), "(none)") << "one that is trusted since";
    for (const auto* field : {"", "x", "10.0.0.2"})
        EXPECT_EQ(found(peer("10.0.0.1"), true, field), "(none)") << field;
    EXPECT_EQ(found(PeerAddress(), true, "192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(found(PeerAddress(), true, std::nullopt), "(none)");
    EXPECT_EQ(announcer(PeerAddress(), false, "192.0.2.1", {}), std::nullopt);
}

TEST(ForwardedFor, IsTheLastThatIsNoProxyOfOurs) {
    const auto ours = networks({"10.0.0.0/8"});
    const auto client = [&](std::string_view field) {
        const auto found = forwarded_for(field, ours);
        return found ? found->text() : "(none)";
    };
    EXPECT_EQ(client("192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(client("6.6.6.6, 192.0.2.1, 10.0.0.7"), "192.0.2.1") << "what stands before may be a lie";
    EXPECT_EQ(client("192.0.2.1:4711,10.1.2.3"), "192.0.2.1");
    EXPECT_EQ(client("[2001:db8::1]:80"), "2001:db8::1");
    EXPECT_EQ(client("2001:db8::1"), "2001:db8::1");
    EXPECT_EQ(client("10.0.0.1, 10.0.0.2"), "(none)");
    for (const auto* broken : {"", "unknown", "192.0.2.1, ", "192.0.2.1, x, 10.0.0.1", "[", "a:b"})
        EXPECT_EQ(client(broken), "(none)") << broken;
}

TEST(ProxyHeader, IsALineInVersionOne) {
    const auto good = parse_proxy_header("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\nGET /");
    EXPECT_EQ(client_of(good), "192.0.2.1");
    EXPECT_EQ(good.size, 45u);
    EXPECT_EQ(client_of(parse_proxy_header("PROXY TCP6 2001:db8::1 ::1 1 2\r\n")), "2001:db8::1");
    EXPECT_EQ(client_of(parse_proxy_header("PROXY UNKNOWN\r\n")), "itself");
    EXPECT_EQ(client_of(parse_proxy_header("PROXY UNKNOWN a b c\r\n")), "itself");
    for (const auto* begun : {"", "P", "PROXY", "PROXY TCP4 192.0.2.1", "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r"})
        EXPECT_EQ(client_of(parse_proxy_header(begun)), "incomplete") << begun;
    for (const auto* bad :
         {"GET / HTTP/1.1\r\n", "PROXY TCP4 2001:db8::1 ::1 1 2\r\n", "PROXY TCP4 x y 1 2\r\n",
          "PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n", "PROXY\r\n", "PROXX"})
        EXPECT_EQ(client_of(parse_proxy_header(bad)), "bad") << bad;
    EXPECT_EQ(client_of(parse_proxy_header("PROXY " + std::string(107, 'a'))), "bad");
}

TEST(ProxyHeader, IsBytesInVersionTwo) {
    const auto header = [](std::uint8_t command, std::uint8_t family, const std::string& rest) {
        return "\r\n\r\n\0\r\nQUIT\n"s + static_cast<char>(command) + static_cast<char>(family) +
               static_cast<char>(rest.size() >> 8) + static_cast<char>(rest.size()) + rest;
    };
    const auto v4 = "\xc0\0\x02\x01\x7f\0\0\x01\0\1\0\2"s;
    const auto good = parse_proxy_header(header(0x21, 0x11, v4 + "further fields") + "GET /");
    EXPECT_EQ(client_of(good), "192.0.2.1");
    EXPECT_EQ(good.size, 16 + v4.size() + 14);
    const auto v6 = "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\1"s + std::string(20, '\0');
    EXPECT_EQ(client_of(parse_proxy_header(header(0x21, 0x21, v6))), "2001:db8::1");
    EXPECT_EQ(client_of(parse_proxy_header(header(0x20, 0, ""))), "itself");
    EXPECT_EQ(client_of(parse_proxy_header(header(0x21, 0x31, std::string(216, 'x')))), "itself");
    const auto whole = header(0x21, 0x11, v4);
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_EQ(client_of(parse_proxy_header(whole.substr(0, size))), "incomplete") << size;
    EXPECT_EQ(client_of(parse_proxy_header(header(0x11, 0x11, v4))), "bad");
    EXPECT_EQ(client_of(parse_proxy_header(header(0x22, 0x11, v4))), "bad");
    EXPECT_EQ(client_of(parse_proxy_header(header(0x21, 0x11, "short"))), "bad");
    EXPECT_EQ(client_of(parse_proxy_header(header(0x21, 0x11, std::string(600, 'x')))), "bad");
}

}  // namespace
}  // namespace mirrorseed::httpd
