// Where the client goes: to which address of a name, after redirects, by way of a proxy, and never inside
// from outside.

#include "tests/core/http/asking.hpp"
#include "tests/support/printers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <utility>
#include <vector>

namespace mirrorseed {
namespace {

using test::answer;
using test::client;
using test::fails_with;
using test::fetch;
using test::get;
using test::ok;
using test::RawServer;
using test::redirect;
using test::sized;
using testing::HasSubstr;

TEST(HttpClientRoute, TellsThatNobodyIsThere) {
    std::string url;
    {
        const RawServer gone([](RawServer::Peer&) {});
        url = gone.url();
    }
    EXPECT_TRUE(fails_with(HttpFault::no_connection, fetch(url)));
    EXPECT_TRUE(fails_with(HttpFault::no_address, fetch("http://" + std::string(70, 'a') + "..b/")));
    auto only_six = client({.route = {.family = AddressFamily::ipv6_only}});
    EXPECT_TRUE(fails_with(HttpFault::no_address, only_six.fetch(get("http://127.0.0.1/"))));
}

TEST(HttpClientRoute, TriesTheNextAddressOfAName) {
    // localhost is ::1 and 127.0.0.1, or 127.0.0.1 alone; either way it ends where somebody listens.
    const RawServer server(RawServer::once(sized("hello")));
    auto asking = client({.route = {.family = AddressFamily::ipv6_first}});
    EXPECT_TRUE(ok(asking.fetch(get("http://localhost:" + std::to_string(server.port()) + "/"))));
}

TEST(HttpClientRoute, FollowsRedirects) {
    const RawServer target(RawServer::once(sized("hello")));
    const RawServer first([&](RawServer::Peer& peer) {
        const auto head = peer.read_head();
        peer.send(redirect(head.starts_with("GET /a ") ? "b" : target.url("/c?d")));
        peer.send(head.starts_with("GET /a ") && !peer.read_head().empty() ? redirect(target.url("/c?d"))
                                                                           : "");
    });
    const auto response = fetch(first.url("/a"));
    ASSERT_TRUE(ok(response));
    EXPECT_EQ(response->body, "hello");
    EXPECT_EQ(response->redirects, 2u);
    EXPECT_EQ(response->url.str(), target.url("/c?d"));
}

TEST(HttpClientRoute, TellsARedirectsTargetNoSecrets) {
    std::promise<std::string> heard;
    const RawServer target([&](RawServer::Peer& peer) {
        heard.set_value(peer.read_head());
        peer.send(sized(""));
    });
    const RawServer first(RawServer::once(redirect(target.url())));
    auto request = get(first.url());
    request.url = HttpUrl::parse("http://me:secret@127.0.0.1:" + std::to_string(first.port())).value();
    request.fields = {{"Cookie", "c"}, {"X-Other", "o"}};
    EXPECT_TRUE(ok(client().fetch(request)));
    const auto head = heard.get_future().get();
    EXPECT_THAT(head, HasSubstr("\r\nX-Other: o\r\n"));
    EXPECT_THAT(head, testing::Not(testing::AnyOf(HasSubstr("Authorization"), HasSubstr("Cookie"))));
}

TEST(HttpClientRoute, EndsRedirectsThatGoNowhere) {
    std::atomic<unsigned> asked = 0;
    const RawServer loop([&](RawServer::Peer& peer) {
        while (!peer.read_head().empty())
            peer.send(redirect("/" + std::to_string(++asked % 2)));
    });
    EXPECT_TRUE(fails_with(HttpFault::bad_redirect, fetch(loop.url(), {.redirects = 5})));
    EXPECT_EQ(asked, 6u);
    for (const auto* location : {"ftp://127.0.0.1/", "file:///etc/passwd", "", "http://"})
        EXPECT_TRUE(fails_with(HttpFault::bad_redirect, answer(redirect(location)))) << location;
}

class HttpClientInside : public testing::Test {
protected:
    RawServer inside_{RawServer::always(sized("secret")), "127.0.0.2"};
    RawServer outside_{RawServer::always(redirect(inside_.url()))};
};

TEST_F(HttpClientInside, IsNotReachedFromOutside) {
    EXPECT_TRUE(fails_with(HttpFault::too_private, fetch(outside_.url())));
    EXPECT_EQ(inside_.connections(), 0u);
}

TEST_F(HttpClientInside, IsNotReachedByAKeptConnectionEither) {
    auto asking = client();
    EXPECT_EQ(asking.fetch(get(inside_.url()))->body, "secret");
    EXPECT_TRUE(fails_with(HttpFault::too_private, asking.fetch(get(outside_.url()))));
    EXPECT_EQ(asking.fetch(get(inside_.url()))->body, "secret");
}

TEST_F(HttpClientInside, IsReachedWhenThatIsAllowedOrWhenOneIsInsideAlready) {
    auto allowing = client({.private_addresses = PrivateAddresses::allowed});
    EXPECT_EQ(allowing.fetch(get(outside_.url()))->body, "secret");
    const RawServer from_inside(RawServer::once(redirect(inside_.url())), "127.0.0.2");
    EXPECT_EQ(fetch(from_inside.url())->body, "secret");
}

TEST_F(HttpClientInside, IsNotReachedByAStrangersUrlEither) {
    auto wary = client({.private_addresses = PrivateAddresses::never});
    EXPECT_TRUE(fails_with(HttpFault::too_private, wary.fetch(get(inside_.url()))));
    EXPECT_EQ(inside_.connections(), 0u);
}

TEST_F(HttpClientInside, IsNotReachedByGoingOutFirst) {
    const RawServer from_inside(RawServer::once(redirect(outside_.url())), "127.0.0.2");
    EXPECT_TRUE(fails_with(HttpFault::too_private, fetch(from_inside.url())));
}

TEST(HttpClientRoute, AsksAProxyForPlainUrls) {
    std::promise<std::string> heard;
    const RawServer proxy([&](RawServer::Peer& peer) {
        heard.set_value(peer.read_head());
        peer.send(sized("by proxy"));
    });
    auto asking = client({.route = {.manners = {.proxy = HttpUrl::parse(proxy.url()).value()}}});
    EXPECT_EQ(asking.fetch(get("http://nowhere.invalid/x"))->body, "by proxy");
    EXPECT_THAT(heard.get_future().get(), testing::StartsWith("GET http://nowhere.invalid/x HTTP/1.1\r\n"));
}

TEST(HttpClientRoute, TellsWhenAProxyWillNotConnect) {
    for (const auto& [bytes, fault] : std::vector<std::pair<std::string, HttpFault>>{
             {"HTTP/1.1 403 Forbidden\r\n\r\n", HttpFault::no_connection},
             {"nonsense\r\n\r\n", HttpFault::malformed},
             {"HTTP/1.1 200 OK\r\n\r\nearly words", HttpFault::malformed},
             {"HTTP/1.1 20", HttpFault::closed_early},
             {std::string(100'000, 'x'), HttpFault::head_too_large}}) {
        const RawServer proxy(RawServer::once(bytes));
        auto asking = client({.route = {.manners = {.proxy = HttpUrl::parse(proxy.url()).value()}}});
        EXPECT_TRUE(fails_with(fault, asking.fetch(get("https://nowhere.invalid/")))) << bytes.substr(0, 50);
    }
}

TEST(HttpClientRoute, LetsNoProxyLeadInside) {
    const RawServer proxy(RawServer::always(redirect("http://10.0.0.1/")));
    auto asking = client({.route = {.manners = {.proxy = HttpUrl::parse(proxy.url()).value()}}});
    EXPECT_TRUE(fails_with(HttpFault::too_private, asking.fetch(get("http://nowhere.invalid/"))));
}

}  // namespace
}  // namespace mirrorseed
