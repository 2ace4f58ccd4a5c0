#include "httpd/helpers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::httpd {
namespace {

WaitsFor of(const std::string& target, Method method = Method::get) {
    return what_it_waits_for({.method = method, .target = target});
}

TEST(WhatItWaitsFor, IsTheSourceForWhatIsServed) {
    for (const auto* target : {"/", "/tree/file", "/tree/?sort=size", "/-/blob/sha256/00", "/-/seed/00/a",
                               "/-/trees/tree/head", "/-/trees/tree/manifest", "/-x/y"})
        EXPECT_EQ(of(target), WaitsFor::source) << target;
}

TEST(WhatItWaitsFor, IsTheStatusHoweverItIsSpelled) {
    for (const auto* target : {"/-/status.json", "/-/metrics", "/-/metrics?x", "/%2D/metrics",
                               "/a/../-/metrics", "//-/metrics", "/./-/metrics", "http://a/-/metrics"})
        EXPECT_EQ(of(target), WaitsFor::status) << target;
    EXPECT_EQ(of("/-/metrics", Method::head), WaitsFor::status);
}

TEST(WhatItWaitsFor, IsNothingForWhatTheLoopItselfKnows) {
    for (const auto* target : {"/-/health", "/-/nothing", "*"})
        EXPECT_EQ(of(target), WaitsFor::nothing) << target;
}

TEST(DiskReaders, AreMany) {
    EXPECT_EQ(disk_readers_of(0, 1), 32u);
    EXPECT_EQ(disk_readers_of(0, 8), 64u);
    EXPECT_EQ(disk_readers_of(0, 1000), 256u);
    EXPECT_EQ(disk_readers_of(48, 2), 48u);
}

}  // namespace
}  // namespace mirrorseed::httpd
