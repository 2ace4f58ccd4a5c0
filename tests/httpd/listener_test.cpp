#include "httpd/listener.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::httpd {
namespace {

TEST(Listener, IsForIPv6AloneWhereIPv4IsNamedAtItsPort) {
    const std::vector<std::string> all{"0.0.0.0:80", "[::]:80", "127.0.0.1:81", "[::]:81",   "[::]:82",
                                       "[::1]:82",   "unix:/a", "fd:3",         "0.0.0.0:0", "[::]:0"};
    EXPECT_TRUE(is_for_ipv6_alone("[::]:80", all));
    EXPECT_TRUE(is_for_ipv6_alone("[::]:81", all));
    EXPECT_FALSE(is_for_ipv6_alone("[::]:82", all));
    EXPECT_FALSE(is_for_ipv6_alone("[::]:0", all)) << "each gets a port of its own";
    EXPECT_FALSE(is_for_ipv6_alone("0.0.0.0:80", all));
    EXPECT_FALSE(is_for_ipv6_alone("unix:/a", all));
    EXPECT_FALSE(is_for_ipv6_alone("[::]:80", {"[::]:80"}));
}

}  // namespace
}  // namespace mirrorseed::httpd
