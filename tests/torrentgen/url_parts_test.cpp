#include "torrentgen/url_parts.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::torrentgen {
namespace {

TEST(UrlParts, CutsWhatIsWellFormed) {
    const auto url = split_url("HTTPS://me:pw@Host.Example:8443/a/b?q=/x#f?");
    EXPECT_EQ(url.scheme, "https");
    EXPECT_EQ(url.user, "me:pw");
    EXPECT_EQ(url.host, "host.example");
    EXPECT_EQ(url.path, "/a/b");
    EXPECT_EQ(url.query, "?q=/x");
    EXPECT_EQ(url.fragment, "#f?");
    EXPECT_EQ(split_url("udp://[2001:DB8::1]:80").host, "2001:db8::1");
}

TEST(UrlParts, SurvivesWhatIsNot) {
    EXPECT_EQ(split_url("").path, "");
    EXPECT_EQ(split_url("a/b").path, "a/b");
    EXPECT_EQ(split_url("http://").host, "");
    EXPECT_EQ(split_url("http://[").host, "");
    EXPECT_EQ(split_url("http://[::1").host, "::1");
    EXPECT_EQ(split_url("http://@").host, "");
}

}  // namespace
}  // namespace mirrorseed::torrentgen
