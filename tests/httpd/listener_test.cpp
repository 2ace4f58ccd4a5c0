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

TEST(Listener, TakesPacketsAtAPortOfItsOwn) {
    constexpr ListenManner packets{.carries = Carries::packets};
    const auto first = listen_on("127.0.0.1:0", 3, packets);
    ASSERT_TRUE(first) << first.error().text();
    EXPECT_EQ(first->sockets.size(), 3U);
    const auto text = address_text(first->address);
    EXPECT_FALSE(listen_on(text, 1, packets)) << "which is shared with nobody";
    EXPECT_TRUE(listen_on(text, 1)) << "TCP is another matter";
    EXPECT_FALSE(listen_on("unix:/tmp/x", 1, packets));
    EXPECT_FALSE(listen_on("fd:0", 1, packets));
}

}  // namespace
}  // namespace mirrorseed::httpd
