#include "core/http/http_url.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

using test::fails_with;
using test::ok;
using namespace std::string_view_literals;

TEST(HttpUrl, KnowsItsParts) {
    const struct {
        std::string_view text, host;
        unsigned port;
        std::string_view target, host_field;
    } cases[] = {
        {"http://a.example", "a.example", 80, "/", "a.example"},
        {"https://a.example", "a.example", 443, "/", "a.example"},
        {"HTTP://A.Example:8080/x", "a.example", 8080, "/x", "a.example:8080"},
        {"http://a:80/", "a", 80, "/", "a"},
        {"https://a:80/", "a", 80, "/", "a:80"},
        {"http://a:/", "a", 80, "/", "a"},
        {"http://[::1]:81/x?y=z#f", "::1", 81, "/x?y=z", "[::1]:81"},
        {"http://[FE80::1]", "fe80::1", 80, "/", "[fe80::1]"},
        {"http://127.0.0.1?q", "127.0.0.1", 80, "/?q", "127.0.0.1"},
        {"http://a/?", "a", 80, "/?", "a"},
        {"http://a/%20%zz%", "a", 80, "/%20%25zz%25", "a"},
        {"http://a/b c\xc3\xa4\"<>\\^`{|}[]", "a", 80, "/b%20c%C3%A4%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D", "a"},
        {"http://a/../x/./y//z", "a", 80, "/../x/./y//z", "a"},
        {"http://a/x\r\nHost: b", "a", 80, "/x%0D%0AHost:%20b", "a"},
        {"http://a/~tilde+plus", "a", 80, "/~tilde+plus", "a"},
    };
    for (const auto& c : cases) {
        const auto url = HttpUrl::parse(c.text);
        ASSERT_TRUE(ok(url)) << c.text;
        EXPECT_EQ(url->host(), c.host) << c.text;
        EXPECT_EQ(url->port(), c.port) << c.text;
        EXPECT_EQ(url->target(), c.target) << c.text;
        EXPECT_EQ(url->host_field(), c.host_field) << c.text;
        EXPECT_EQ(HttpUrl::parse(url->str()).value(), *url) << c.text;
    }
}

TEST(HttpUrl, RefusesWhatIsNoneOfTheWeb) {
    for (const auto text : {""sv,
                            "a"sv,
                            "/a"sv,
                            "ftp://a/"sv,
                            "file:///a"sv,
                            "http:"sv,
                            "http:/a"sv,
                            "http://"sv,
                            "http:///a"sv,
                            "http://a:0/"sv,
                            "http://a:65536/"sv,
                            "http://a:b/"sv,
                            "http://a:8x/"sv,
                            "http://a:8:9/"sv,
                            "http://[::1]x/"sv,
                            "http://[::1"sv,
                            "http://a]/"sv,
                            "http://[a]/"sv,
                            "po:?"sv,
                            "http://@/"sv,
                            "http://a b/"sv,
                            "http://\xc3\xa4/"sv,
                            "http://a\0b/"sv,
                            "http://[::g]/"sv,
                            "http://[v1.x]/"sv,
                            "http://a%2eb/"sv,
                            " http://a/"sv,
                            "http://[fe80::1%25eth0]/"sv})
        EXPECT_TRUE(fails_with(Fault::bad_input, HttpUrl::parse(text))) << escape_text(text);
    EXPECT_FALSE(HttpUrl::parse("http://a/" + std::string(20'000, 'x')));
}

TEST(HttpUrl, HidesCredentialsFromPeople) {
    const auto url = HttpUrl::parse("http://me:p%40ss@a/x?token=1").value();
    EXPECT_EQ(url.credentials(), "me:p@ss");
    EXPECT_EQ(url.shown(), "http://a/x?...");
    EXPECT_EQ(url.str(), "http://a/x?token=1");
    EXPECT_EQ(HttpUrl::parse("http://me@evil:x@a/").value().host(), "a");
    const auto refused = HttpUrl::parse("ftp://me:secret@a/x?token");
    EXPECT_EQ(refused.error().text().find("secret"), std::string::npos) << refused.error().text();
    EXPECT_EQ(refused.error().text().find("token"), std::string::npos) << refused.error().text();
}

TEST(HttpUrl, ResolvesReferences) {
    const auto base = HttpUrl::parse("http://me:secret@a:81/b/c?d").value();
    const struct {
        std::string_view reference, target;
    } cases[] = {
        {"e", "http://a:81/b/e"},
        {"/e?f", "http://a:81/e?f"},
        {"?g", "http://a:81/b/c?g"},
        {"../h/./i", "http://a:81/h/i"},
        {"//j/k", "http://j/k"},
        {"https://l", "https://l/"},
        {"m n", "http://a:81/b/m%20n"},
        {"//j/k#l", "http://j/k"},
        {"../../../o", "http://a:81/o"},
        {"p%", "http://a:81/b/p%25"},
        {".", "http://a:81/b/"},
        {"..", "http://a:81/"},
        {"", "http://a:81/b/c?d"},
        {"./r/../s?t/../u", "http://a:81/b/s?t/../u"},
        {"x//y[", "http://a:81/b/x//y%5B"},
        {"http://v/w/../x", "http://v/x"},
        {"http://q:8/r", "http://q:8/r"},
    };
    for (const auto& c : cases) {
        const auto url = base.resolve(c.reference);
        ASSERT_TRUE(ok(url)) << c.reference;
        EXPECT_EQ(url->str(), c.target) << c.reference;
    }
    for (const auto reference :
         {"ftp://a/"sv, "file:///etc/passwd"sv, "mailto:a"sv, "http://"sv, "http://a b"sv})
        EXPECT_FALSE(base.resolve(reference)) << reference;
}

TEST(HttpUrl, CredentialsStayAtTheirOrigin) {
    const auto base = HttpUrl::parse("http://me:secret@a/b").value();
    EXPECT_EQ(base.resolve("/c")->credentials(), "me:secret");
    EXPECT_EQ(base.resolve("http://b/c")->credentials(), "");
    EXPECT_EQ(base.resolve("https://a/c")->credentials(), "");
    EXPECT_EQ(base.resolve("http://a:81/c")->credentials(), "");
}

}  // namespace
}  // namespace mirrorseed
