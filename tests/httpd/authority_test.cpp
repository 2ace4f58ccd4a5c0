#include "httpd/authority.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::httpd {
namespace {

TEST(Authority, HasTheFormsOfRfc3986) {
    for (const auto* good :
         {"", "a", "a:", "a:80", "a-b_c.example", "a,b", "!$&'()*+,;=~", "a%41", "%c3%a4.example:1",
          "192.0.2.1", "[::1]", "[::1]:80", "[::ffff:192.0.2.1]", "[fe80::1%25eth0]", "[v1.a:b]", ":80"})
        EXPECT_TRUE(is_authority(good)) << good;
    for (const auto* bad :
         {"%",   "a%",          "a%4",     "a%zz",       "%%41",     "a b",   "a/b",    "a:b",
          "a@b", "\"a\"",       "a:80:80", "[",          "[]",       "[::1",  "[::1]x", "[::1]80",
          "[1]", "[192.0.2.1]", "[a]",     "[::1%eth0]", "[::1%25]", "[::g]", "[v.a]",  "[v1.]",
          "a[",  "\xc3\xa4",    "a\\b",    "a^b",        "<a>"})
        EXPECT_FALSE(is_authority(bad)) << bad;
}

TEST(Authority, NamesADomainUnlessItIsAnAddressOrLocalhost) {
    for (const auto* local :
         {"localhost", "LocalHost:80", "127.0.0.1", "192.0.2.1:80", "[::1]", "[2001:db8::1]:8080"})
        EXPECT_TRUE(names_no_domain(local)) << local;
    for (const auto* other : {"", ":80", "a", "localhost.", "localhost.example", "127.0.0.1.example", "127.1",
                              "2130706433", "0x7f.0.0.1", "::1", "[v1.a]", "[localhost]", "127.0.0.1:x"})
        EXPECT_FALSE(names_no_domain(other)) << other;
}

}  // namespace
}  // namespace mirrorseed::httpd
