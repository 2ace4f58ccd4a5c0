#include "core/http/http_head.hpp"

#include "core/http/http_fault.hpp"
#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

using test::ok;
using namespace std::string_literals;

TEST(HttpHead, TakesWhatServersSay) {
    for (const auto& head : {
             "HTTP/1.1 200 OK\r\n\r\n"s,
             "HTTP/1.0 200 \r\n\r\n"s,
             "HTTP/1.1 404 \r\n\r\n"s,
             "HTTP/1.1 200 \xc3\xa4\r\n\r\n"s,
             "HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\nX:\r\nY:  z\t\r\n\r\n"s,
             "HTTP/1.1 200 OK\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\n"s,
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"s,
             "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"s,
         })
        EXPECT_TRUE(ok(check_response_head(head))) << escape_text(head);
}

TEST(HttpHead, RefusesWhatCouldMeanTwoThings) {
    const auto with = [](const std::string& fields) { return "HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\n"; };
    for (const auto& head : {
             ""s,
             "\r\n\r\n"s,
             "HTTP/1.1 200 OK\r\n"s,
             "HTTP/1.1 200 OK\n\n"s,
             "HTTP/2.0 200 OK\r\n\r\n"s,
             "HTTP/1.2 200 OK\r\n\r\n"s,
             "ICY 200 OK\r\n\r\n"s,
             "http/1.1 200 OK\r\n\r\n"s,
             "HTTP/1.1  200 OK\r\n\r\n"s,
             "HTTP/1.1 200\r\n\r\n"s,
             "HTTP/1.1 20 OK\r\n\r\n"s,
             "HTTP/1.1 2000 OK\r\n\r\n"s,
             "HTTP/1.1 +20 OK\r\n\r\n"s,
             "HTTP/1.1 000 OK\r\n\r\n"s,
             "HTTP/1.1 200 O\x1bK\r\n\r\n"s,
             with("Content-Length: 5\r\nContent-Length: 6"),
             with("Content-Length: 5, 5"),
             with("Content-Length: +5"),
             with("Content-Length: -5"),
             with("Content-Length: 0x5"),
             with("Content-Length: 5 5"),
             with("Content-Length:"),
             with("Content-Length: 99999999999999999999"),
             with("Content-Length: 18446744073709551615"),
             with("Content-Length: 5\r\nTransfer-Encoding: chunked"),
             with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
             with("Transfer-Encoding: gzip, chunked"),
             with("Transfer-Encoding: identity"),
             with("Transfer-Encoding: chunkedx"),
             with("Transfer-Encoding:"),
             "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"s,
             with("A: b\r\n c"),
             with("A b"),
             with("A : b"),
             with(": b"),
             with("A\tB: b"),
             with("A: b\x01"),
             with("A: b\rc"),
             with("A: b\nC: d"),
             with("A: \0"s + "b"),
         }) {
        const auto verdict = check_response_head(head);
        ASSERT_FALSE(verdict) << escape_text(head);
        EXPECT_TRUE(http_fault_of(verdict.error()) == HttpFault::malformed);
    }
}

TEST(HttpHead, RefusesMoreLinesThanAnybodyNeeds) {
    std::string head = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 201; ++i)
        head += "A: b\r\n";
    EXPECT_FALSE(check_response_head(head + "\r\n"));
}

}  // namespace
}  // namespace mirrorseed
