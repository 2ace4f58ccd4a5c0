#include "httpd/access_log.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

namespace mirrorseed::httpd {
namespace {

std::string format_access(const AccessEntry& entry, AccessLogFormat format) {
    std::string line;
    append_access(line, entry, format);
    return line;
}

AccessEntry entry() {
    return {.time = 784111777,
            .remote = "192.0.2.1",
            .method = "GET",
            .target = "/a",
            .version = "HTTP/1.1",
            .referer = {},
            .user_agent = "apt \"x\"\n",
            .range = {},
            .status = 206,
            .body_bytes = 12,
            .took = std::chrono::microseconds(1500)};
}

TEST(AccessLog, WritesTheCombinedFormOnOneLine) {
    EXPECT_EQ(format_access(entry(), AccessLogFormat::combined),
              "192.0.2.1 - - [06/Nov/1994:08:49:37 +0000] \"GET /a HTTP/1.1\" 206 12 \"-\" "
              "\"apt \\\"x\\\"\\x0a\"\n");
}

TEST(AccessLog, WritesJson) {
    const auto json = boost::json::parse(format_access(entry(), AccessLogFormat::json));
    EXPECT_EQ(json.at("status").as_int64(), 206);
    EXPECT_EQ(json.at("user_agent").as_string(), "apt \"x\"\n");
    EXPECT_EQ(json.at("seconds").as_double(), 0.0015);
}

TEST(AccessLog, ShowsARequestThatCouldNotBeRead) {
    AccessEntry unread{.time = 0,
                       .remote = "unix:",
                       .method = {},
                       .target = {},
                       .version = {},
                       .referer = {},
                       .user_agent = {},
                       .range = {},
                       .status = 400};
    EXPECT_EQ(format_access(unread, AccessLogFormat::combined),
              "unix: - - [01/Jan/1970:00:00:00 +0000] \"-\" 400 0 \"-\" \"-\"\n");
}

}  // namespace
}  // namespace mirrorseed::httpd
