#include "httpd/request.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::httpd {
namespace {

std::string head(const std::string& fields, const std::string& version = "HTTP/1.1") {
    return "GET /a " + version + "\r\nHost: a\r\n" + fields + "\r\n";
}

TEST(Request, JoinsLinesOfOneName) {
    const auto text = head("If-None-Match: \"a\"\r\nRange: bytes=0-1\r\nif-none-match: \"b\"\r\n");
    const auto request = parse_request(text).value();
    EXPECT_EQ(request.if_none_match, "\"a\", \"b\"");
    EXPECT_EQ(request.range, "bytes=0-1");
    EXPECT_EQ(request.accept, std::nullopt);
}

TEST(Request, KnowsWhetherTheConnectionGoesOn) {
    const auto goes_on = [](const std::string& text) { return parse_request(text).value().keep_alive; };
    EXPECT_TRUE(goes_on(head("")));
    EXPECT_FALSE(goes_on(head("Connection: Close\r\n")));
    EXPECT_FALSE(goes_on(head("Connection: x\r\nConnection: close\r\n")));
    EXPECT_FALSE(goes_on(head("Connection: close\r\nConnection: keep-alive\r\n")));
    EXPECT_FALSE(goes_on(head("", "HTTP/1.0")));
    EXPECT_TRUE(goes_on(head("Connection: keep-alive\r\n", "HTTP/1.0")));
    EXPECT_TRUE(goes_on(head("", "HTTP/1.7")));
}

TEST(Request, TakesALaterVersionForTheOneThatItKnowsAndTellsItAsItCame) {
    auto request = parse_request(head("Range: bytes=0-\r\n", "HTTP/1.9")).value();
    const auto moved = std::move(request);
    EXPECT_EQ(moved.version.size(), 8u);
    EXPECT_EQ(moved.target, "/a");
    EXPECT_EQ(moved.range, "bytes=0-");
}

TEST(Request, KnowsWhetherAProxyPassedItOn) {
    const auto forwarded = [](const std::string& fields) {
        return parse_request(head(fields)).value().was_forwarded;
    };
    for (const auto* field : {"X-Forwarded-For: a\r\n", "x-forwarded-for:\r\n", "Forwarded: for=a\r\n",
                              "VIA: 1.1 a\r\n", "X-Forwarded-Proto: https\r\n", "X-Real-IP: a\r\n"})
        EXPECT_TRUE(forwarded(field)) << field;
    for (const auto* field : {"", "Forward: a\r\n", "Accept: via\r\n", "X-Forward: a\r\n"})
        EXPECT_FALSE(forwarded(field)) << field;
}

TEST(Request, FindsTheBearersToken) {
    const auto bearer = [](const std::string& value) {
        const auto text = head("Authorization: " + value + "\r\n");
        return std::string(parse_request(text).value().bearer());
    };
    EXPECT_EQ(bearer("Bearer abc"), "abc");
    EXPECT_EQ(bearer("bearer  abc "), "abc");
    EXPECT_EQ(bearer("Basic abc"), "");
    EXPECT_EQ(bearer("Bearer"), "");
    EXPECT_EQ(parse_request(head("")).value().bearer(), "");
}

}  // namespace
}  // namespace mirrorseed::httpd
