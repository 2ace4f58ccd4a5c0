// What goes on the wire, where redirects lead, which addresses are chosen, how fast is fast enough: all
// without a socket.

#include "core/http/http_exchange.hpp"
#include "core/http/http_connect.hpp"
#include "core/http/http_fault.hpp"
#include "core/http/http_pace.hpp"
#include "core/http/http_redirect.hpp"
#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

using namespace std::chrono_literals;
using test::fails_with;
using test::ok;

HttpUrl url(std::string_view text) {
    return HttpUrl::parse(text).value();
}

TEST(HttpRequest, SaysWhatIsWantedAndWhoWeAre) {
    HttpRequest request{.url = url("http://a:81/x?y"), .fields = {{"Range", "bytes=0-9"}}};
    const HttpManners manners{.user_agent = "mirrorseed/1"};
    EXPECT_EQ(request_head(request, request.url, manners).value(),
              "GET /x?y HTTP/1.1\r\nHost: a:81\r\nUser-Agent: mirrorseed/1\r\nAccept-Encoding: identity\r\n"
              "Range: bytes=0-9\r\n\r\n");
    request.method = HttpMethod::head;
    EXPECT_TRUE(request_head(request, request.url, manners)->starts_with("HEAD /x?y HTTP/1.1\r\n"));
}

TEST(HttpRequest, SendsCredentialsOfItsUrl) {
    const HttpRequest request{.url = url("http://Aladdin:open%20sesame@a/")};
    EXPECT_NE(request_head(request, request.url, {})
                  ->find("\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"),
              std::string::npos);
    EXPECT_EQ(request_head(request, url("http://b/"), {})->find("Authorization"), std::string::npos);
}

TEST(HttpRequest, TellsAProxyTheWholeUrlButNoneOfItsTunnel) {
    const HttpManners manners{.user_agent = "m", .proxy = url("http://me:pw@proxy:3128")};
    const HttpRequest plain{.url = url("http://a/x")}, secure{.url = url("https://a/x")};
    const auto head = request_head(plain, plain.url, manners).value();
    EXPECT_TRUE(head.starts_with("GET http://a/x HTTP/1.1\r\nHost: a\r\n")) << head;
    EXPECT_NE(head.find("\r\nProxy-Authorization: Basic bWU6cHc=\r\n"), std::string::npos);
    const auto inside = request_head(secure, secure.url, manners).value();
    EXPECT_TRUE(inside.starts_with("GET /x HTTP/1.1\r\n")) << inside;
    EXPECT_EQ(inside.find("Proxy-"), std::string::npos);
    EXPECT_EQ(connect_head(secure.url, manners),
              "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nUser-Agent: m\r\nProxy-Authorization: Basic "
              "bWU6cHc=\r\n\r\n");
}

TEST(HttpRequest, RefusesFieldsThatWouldBreakIt) {
    for (const auto& field : std::vector<HttpField>{{"A", "b\r\nC: d"},
                                                    {"A\r\nB", "c"},
                                                    {"A:", "b"},
                                                    {"", "b"},
                                                    {"A B", "c"},
                                                    {"A", std::string(1, '\0')}}) {
        const HttpRequest request{.url = url("http://a/"), .fields = {field}};
        EXPECT_TRUE(fails_with(Fault::bad_input, request_head(request, request.url, {})));
    }
}

TEST(HttpRequest, TellsStrangersNothingOfUs) {
    const std::vector<HttpField> fields{{"Authorization", "a"}, {"Range", "b"}, {"COOKIE", "c"}};
    EXPECT_EQ(fields_for_strangers(fields), (std::vector<HttpField>{{"Range", "b"}}));
}

TEST(HttpResponse, FindsFieldsInAnyCase) {
    const HttpResponse response{.fields = {{"ETag", "x"}, {"etag", "y"}}};
    EXPECT_EQ(response.field("eTag"), "x");
    EXPECT_FALSE(response.field("etags"));
}

TEST(HttpRedirect, LeadsOnlyWhereItMay) {
    const auto here = url("https://a/b");
    EXPECT_EQ(next_hop(here, "/c", 0, 5)->str(), "https://a/c");
    EXPECT_EQ(next_hop(here, "https://d/", 4, 5)->str(), "https://d/");
    EXPECT_EQ(next_hop(url("http://a/"), "https://a/", 0, 5)->str(), "https://a/");
    const struct {
        const char* location;
        unsigned followed;
    } refused[] = {{"/c", 5}, {"http://a/b", 0}, {"ftp://a/", 0}, {"file:///etc/passwd", 0},
                   {"", 0},   {"https://", 0},   {"/b", 0},       {"https://a b/", 0}};
    for (const auto& c : refused) {
        const auto hop = next_hop(here, c.location, c.followed, 5);
        ASSERT_FALSE(hop) << c.location;
        EXPECT_TRUE(http_fault_of(hop.error()) == HttpFault::bad_redirect) << c.location;
    }
    EXPECT_FALSE(next_hop(here, "/c", 0, 0));
    for (const unsigned status : {301U, 302U, 303U, 307U, 308U})
        EXPECT_TRUE(is_redirect(status));
    for (const unsigned status : {200U, 206U, 300U, 304U, 305U, 306U, 309U, 400U})
        EXPECT_FALSE(is_redirect(status));
}

using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

Endpoints endpoints(std::initializer_list<const char*> addresses) {
    Endpoints made;
    for (const auto* address : addresses)
        made.emplace_back(boost::asio::ip::make_address(address), 80);
    return made;
}

TEST(HttpConnect, TriesAddressesInTheOrderThatWasAskedFor) {
    const auto found = endpoints({"2a00::1", "1.1.1.1", "2a00::2", "8.8.8.8"});
    const auto chosen = [&](AddressFamily family) {
        return choose_endpoints(found, {.family = family}, Reach::internet, "a").value();
    };
    EXPECT_EQ(chosen(AddressFamily::any), found);
    EXPECT_EQ(chosen(AddressFamily::ipv4_first), endpoints({"1.1.1.1", "8.8.8.8", "2a00::1", "2a00::2"}));
    EXPECT_EQ(chosen(AddressFamily::ipv6_first), endpoints({"2a00::1", "2a00::2", "1.1.1.1", "8.8.8.8"}));
    EXPECT_EQ(chosen(AddressFamily::ipv4_only), endpoints({"1.1.1.1", "8.8.8.8"}));
    EXPECT_EQ(chosen(AddressFamily::ipv6_only), endpoints({"2a00::1", "2a00::2"}));
    const auto none =
        choose_endpoints(endpoints({"::1"}), {.family = AddressFamily::ipv4_only}, Reach::machine, "a");
    EXPECT_TRUE(http_fault_of(none.error()) == HttpFault::no_address);
}

TEST(HttpConnect, NeverTriesAnAddressThatIsTooFarInside) {
    const auto mixed = endpoints({"10.0.0.1", "1.1.1.1", "127.0.0.1", "224.0.0.1", "169.254.169.254", "::1"});
    const auto within = [&](Reach innermost) { return choose_endpoints(mixed, {}, innermost, "a").value(); };
    EXPECT_EQ(within(Reach::internet), endpoints({"1.1.1.1"}));
    EXPECT_EQ(within(Reach::site), endpoints({"10.0.0.1", "1.1.1.1"}));
    EXPECT_EQ(within(Reach::link), endpoints({"10.0.0.1", "1.1.1.1", "169.254.169.254"}));
    EXPECT_EQ(within(Reach::machine),
              endpoints({"10.0.0.1", "1.1.1.1", "127.0.0.1", "169.254.169.254", "::1"}));
    const auto refused = choose_endpoints(endpoints({"192.168.1.1"}), {}, Reach::internet, "mirror.example");
    EXPECT_TRUE(http_fault_of(refused.error()) == HttpFault::too_private);
    EXPECT_EQ(refused.error().text(),
              "mirror.example is at 192.168.1.1, a private address, where nothing from outside may lead");
}

TEST(HttpPace, LooksAtEachWindowByItself) {
    const HttpPace::Time start{};
    HttpPace pace({1000}, start);
    EXPECT_TRUE(pace.goes_on(0, start + 59s));
    EXPECT_TRUE(pace.goes_on(1'000'000, start + 60s));
    EXPECT_TRUE(pace.goes_on(59'000, start + 119s));
    EXPECT_FALSE(pace.goes_on(999, start + 120s));
    HttpPace unlimited({0}, start);
    EXPECT_TRUE(unlimited.goes_on(0, start + 1h));
}

}  // namespace
}  // namespace mirrorseed
