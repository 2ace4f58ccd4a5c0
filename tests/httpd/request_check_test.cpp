#include "httpd/request_check.hpp"

#include "httpd/request.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mirrorseed::httpd {
namespace {

using namespace std::string_literals;

std::string with_fields(const std::string& fields, const std::string& version = "HTTP/1.1") {
    return "GET / " + version + "\r\n" + fields + "\r\n";
}

unsigned status_of(const std::string& head) {
    return check_request_head(head).status;
}

TEST(RequestCheck, LetsOrdinaryRequestsPass) {
    for (const auto& head :
         {"GET / HTTP/1.1\r\nHost: a\r\n\r\n"s, "GET / HTTP/1.0\r\n\r\n"s,
          "GET / HTTP/1.2\r\nHost: a\r\n\r\n"s, "GET http://a/b HTTP/1.1\r\nHost: a:80\r\n\r\n"s,
          "OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n"s,
          "GET /a%20b?c HTTP/1.1\r\nHost: [::1]:8080\r\nX: \t v\xC3\xA4lue\t \r\n\r\n"s,
          "GET /\xC3\xA4?\xff HTTP/1.1\r\nHost: a,b\r\n\r\n"s,
          "BREW /pot HTTP/1.1\r\nhost: a-b_c.example\r\n\r\n"s})
        EXPECT_EQ(status_of(head), 0u) << head << check_request_head(head).reason;
}

TEST(RequestCheck, RefusesBrokenRequestLines) {
    for (const auto& line :
         {""s, "GET"s, "GET /"s, "GET  / HTTP/1.1"s, "GET / HTTP/1.1 "s, " GET / HTTP/1.1"s,
          "GET /a b HTTP/1.1"s, "GET\t/ HTTP/1.1"s, "G(T / HTTP/1.1"s, "GET /\x7f HTTP/1.1"s,
          "GET / http/1.1"s, "GET / HTTP/11"s, "GET / HTTP/1.1x"s, "GET / HTTP/a.b"s, "GET / HTTP/1.10"s})
        EXPECT_EQ(status_of(line + "\r\nHost: a\r\n\r\n"), 400u) << line;
    EXPECT_EQ(status_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505u);
    EXPECT_EQ(status_of("GET / HTTP/0.9\r\nHost: a\r\n\r\n"), 505u);
}

TEST(RequestCheck, RefusesBrokenHeaderLines) {
    for (const auto& field :
         {"X : 1\r\n"s, "X\t: 1\r\n"s, " X: 1\r\n"s, ": 1\r\n"s, "X\r\n"s, "X: 1\r\n folded\r\n"s,
          "X: 1\r\n\tfolded\r\n"s, "X: a\0b\r\n"s, "X: a\rb\r\n"s, "X: a\nY: b\r\n"s, "X(: 1\r\n"s,
          "X: \x01\r\n"s, "X: \x7f\r\n"s, "X\xC3\xA4: 1\r\n"s})
        EXPECT_EQ(status_of(with_fields("Host: a\r\n" + field)), 400u) << field;
}

TEST(RequestCheck, WantsOneHost) {
    EXPECT_EQ(status_of(with_fields("")), 400u);
    EXPECT_EQ(status_of(with_fields("", "HTTP/1.0")), 0u);
    EXPECT_EQ(status_of(with_fields("Host: a\r\nHost: a\r\n")), 400u);
    EXPECT_EQ(status_of(with_fields("Host: a\r\nhost: b\r\n", "HTTP/1.0")), 400u);
    for (const auto* host : {"a b", "a%", "a/b", "a:b", "a@b", "[::1", "[]", "[::1]x", "a:80:80", "\"a\""})
        EXPECT_EQ(status_of(with_fields("Host: "s + host + "\r\n")), 400u) << host;
}

TEST(RequestCheck, LeavesNoDoubtWhereABodyEnds) {
    const auto with = [](const std::string& fields) { return with_fields("Host: a\r\n" + fields); };
    EXPECT_EQ(check_request_head(with("Content-Length: 0\r\n")).body, HeadVerdict::Body::none);
    const auto sized = check_request_head(with("Content-Length: 12\r\n"));
    EXPECT_EQ(sized.body, HeadVerdict::Body::sized);
    EXPECT_EQ(sized.body_size, 12u);
    EXPECT_EQ(check_request_head(with("Transfer-Encoding: Chunked\r\n")).body, HeadVerdict::Body::chunked);

    for (const auto* fields :
         {"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 1\r\nContent-Length: 1\r\n",
          "Content-Length: 1, 1\r\n", "Content-Length: +1\r\n", "Content-Length: -1\r\n",
          "Content-Length: 1 2\r\n", "Content-Length:\r\n", "Content-Length: 0x1\r\n",
          "Content-Length: 99999999999999999999\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked, gzip\r\n", "Transfer-Encoding: gzip\r\n",
          "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding:\r\n"})
        EXPECT_EQ(status_of(with(fields)), 400u) << fields;
    EXPECT_EQ(status_of(with("Transfer-Encoding: gzip, chunked\r\n")), 501u);
    EXPECT_EQ(status_of(with_fields("Transfer-Encoding: chunked\r\n", "HTTP/1.0")), 400u);
}

TEST(RequestCheck, CountsHeaderLines) {
    std::string fields = "Host: a\r\n";
    for (int i = 0; i < 99; ++i)
        fields += "X: 1\r\n";
    EXPECT_EQ(status_of(with_fields(fields)), 0u);
    EXPECT_EQ(status_of(with_fields(fields + "X: 1\r\n")), 431u);
}

TEST(HeadProgress, FindsTheEndAndSkipsEmptyLines) {
    const auto whole = look_for_head("\r\n\r\nGET / HTTP/1.1\r\n\r\nGET ");
    EXPECT_EQ(whole.status, 0u);
    EXPECT_EQ(whole.skip, 4u);
    EXPECT_EQ(whole.length, 18u);
    for (const auto* part :
         {"", "\r", "\r\n", "GET / HTTP/1.1\r\nHost: a\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r"}) {
        EXPECT_EQ(look_for_head(part).status, 0u) << part;
        EXPECT_EQ(look_for_head(part).length, 0u) << part;
    }
}

TEST(HeadProgress, RefusesAsSoonAsItCan) {
    EXPECT_EQ(look_for_head("GET / HTTP/1.1\nHost").status, 400u);
    EXPECT_EQ(look_for_head("GET / HTTP/1.1\rHost").status, 400u);
    EXPECT_EQ(look_for_head("\n").status, 400u);
    EXPECT_EQ(look_for_head("\r\n\r\n\r\n\r\n\r\n").status, 400u);
    EXPECT_EQ(look_for_head("GET /" + std::string(17 << 10, 'a')).status, 414u);
    EXPECT_EQ(look_for_head("GET / HTTP/1.1\r\nX: " + std::string(33 << 10, 'a')).status, 431u);
    EXPECT_EQ(look_for_head("GET / HTTP/1.1\r\nX: " + std::string(33 << 10, 'a') + "\r\n\r\n").status, 431u);
}

TEST(HeadProgress, DoesNotJudgeWhatComesAfterTheHead) {
    const auto progress = look_for_head("GET / HTTP/1.1\r\n\r\nbody\nwith\rends");
    EXPECT_EQ(progress.status, 0u);
    EXPECT_EQ(progress.length, 18u);
}

TEST(Request, IsReadFromACheckedHead) {
    const auto request =
        parse_request(
            "HEAD /a%20b?x HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nIf-None-Match: \"a\"\r\n"
            "if-none-match: \"b\"\r\nConnection: x, close\r\n\r\n")
            .value();
    EXPECT_EQ(request.method, Method::head);
    EXPECT_EQ(request.target, "/a%20b?x");
    EXPECT_EQ(request.version, "HTTP/1.1");
    EXPECT_EQ(request.range, "bytes=0-1");
    EXPECT_EQ(request.if_none_match, "\"a\", \"b\"");
    EXPECT_FALSE(request.keep_alive);
}

TEST(Request, KeepsAliveByVersionAndWish) {
    const auto keeps = [](const std::string& head) { return parse_request(head).value().keep_alive; };
    EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT_TRUE(keeps("GET / HTTP/1.2\r\nHost: a\r\n\r\n"));
    EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
    EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
}

TEST(Request, ParsesWhateverTheCheckLetsPass) {
    for (const auto& head :
         {"OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n"s, "GET /\xC3\xA4/\xff?\x80 HTTP/1.1\r\nHost: a\r\n\r\n"s,
          "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"s,
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"s,
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"s,
          "GET /[x]{y}|\"<>\\^` HTTP/1.1\r\nHost: a\r\nX:\r\n\r\n"s}) {
        ASSERT_EQ(status_of(head), 0u) << head;
        EXPECT_TRUE(parse_request(head)) << head;
    }
}

}  // namespace
}  // namespace mirrorseed::httpd
