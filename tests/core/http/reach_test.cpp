#include "core/http/reach.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

std::optional<Reach> reach(const char* address) {
    return reach_of(boost::asio::ip::make_address(address));
}

TEST(Reach, TellsInsideFromOutside) {
    const struct {
        Reach reach;
        std::vector<const char*> addresses;
    } cases[] = {
        {Reach::internet,
         {"1.1.1.1", "8.8.8.8", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0",
          "192.167.255.255", "192.169.0.0", "169.253.255.255", "198.17.255.255", "198.20.0.0",
          "223.255.255.255", "2a00::1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
          "2002:0808:0808::1"}},
        {Reach::site,
         {"10.0.0.0",     "10.255.255.255",  "172.16.0.0",        "172.31.255.255",    "192.168.0.1",
          "100.64.0.0",   "100.127.255.255", "192.0.2.1",         "198.51.100.1",      "203.0.113.1",
          "198.18.0.1",   "198.19.255.255",  "192.0.0.1",         "fc00::1",           "fdff::1",
          "fec0::1",      "2001:db8::1",     "2001::1",           "3fff::1",           "100::1",
          "64:ff9b:1::1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:0a00:0001::1", "::10.0.0.1",
          "4000::1"}},
        {Reach::link, {"169.254.169.254", "169.254.0.0", "fe80::1", "febf::1", "::ffff:169.254.169.254"}},
        {Reach::machine,
         {"127.0.0.1", "127.255.255.255", "0.0.0.0", "0.1.2.3", "::1", "::", "::ffff:127.0.0.1",
          "::127.0.0.1", "64:ff9b::127.0.0.1", "2002:7f00:0001::1"}},
    };
    for (const auto& c : cases)
        for (const auto* address : c.addresses)
            EXPECT_TRUE(reach(address) == c.reach) << address;
    for (const auto* address : {"224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255", "ff02::1",
                                "::ffff:224.0.0.1", "2002:e000:0001::1"})
        EXPECT_FALSE(reach(address)) << address;
}

}  // namespace
}  // namespace mirrorseed
