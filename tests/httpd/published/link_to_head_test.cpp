#include "httpd/published/link_to_head.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::httpd {
namespace {

TEST(LinkToHead, LeadsUpFromTheFolder) {
    const auto of = [](const char* folder) { return link_to_head("debian", RelPath::parse(folder).value()); };
    EXPECT_EQ(of(""), "<../-/trees/debian/head>; rel=\"urn:mirrorseed:head\"");
    EXPECT_EQ(of("a/b"), "<../../../-/trees/debian/head>; rel=\"urn:mirrorseed:head\"");
}

}  // namespace
}  // namespace mirrorseed::httpd
