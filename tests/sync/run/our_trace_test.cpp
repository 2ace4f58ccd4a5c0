#include "sync/run/our_trace.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

TEST(OurTrace, TellsTheHostOfAnUpstream) {
    EXPECT_EQ(host_of("rsync://deb.example.org/debian/"), "deb.example.org");
    EXPECT_EQ(host_of("https://deb.example.org:8443/"), "deb.example.org");
    EXPECT_EQ(host_of("http://[2001:db8::1]:8080/debian/"), "2001:db8::1");
    EXPECT_EQ(host_of("file:///srv/debian/"), "");
    EXPECT_EQ(host_of("/srv/debian"), "");
}

}  // namespace
}  // namespace mirrorseed::sync
