#include "httpd/likes.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::httpd {
namespace {

TEST(Likes, AreForHtmlUnlessJsonIsNamed) {
    const auto json = [](const char* accept) { return likes_of({.type = accept}).json; };
    EXPECT_TRUE(json("application/json"));
    EXPECT_TRUE(json("text/plain, Application/JSON;q=0.9"));
    EXPECT_TRUE(json("text/html;q=0.4, application/json;charset=utf-8; Q=0.5"));
    for (const auto* html :
         {"", "text/html,application/xhtml+xml,*/*;q=0.8", "*/*", "text/html, application/json;q=0.5",
          "application/json;q=0", "application/json;q=0.000", "application/jsonx"})
        EXPECT_FALSE(json(html)) << html;
    EXPECT_FALSE(likes_of({}).json);
}

TEST(Likes, AreForTheCodingThatIsNamed) {
    const auto coding = [](const char* accept) { return likes_of({.coding = accept}).coding; };
    for (const auto* gzip :
         {"gzip", "x-gzip", "GZIP", "deflate, gzip, br", "zstd;q=0, gzip", "gzip;q=0.8, zstd;q=0.7",
          "gzip;q=0.001", "identity;q=0.5, gzip", " gzip ;q=1 ,", "gzip, identity", "identity;q=0,gzip"})
        EXPECT_EQ(coding(gzip), Coding::gzip) << gzip;
    for (const auto* zstd :
         {"zstd", "gzip, deflate, br, zstd", "zstd;q=0.5, gzip;q=0.5", "gzip;q=0, zstd;q=0.1"})
        EXPECT_EQ(coding(zstd), Coding::zstd) << zstd;
    for (const auto* none : {"", "identity", "*", "*;q=0", "br", "gzip;q=0", "gzip;q=0.0",
                             "gzip;q=0.5, identity", "gzipped", ",;,;q=1", "deflate"})
        EXPECT_EQ(coding(none), Coding::none) << none;
    EXPECT_EQ(likes_of({}).coding, Coding::none);
}

TEST(Likes, HaveAWordEach) {
    EXPECT_EQ(likes_of({.type = "application/json", .coding = "gzip"}).word(), "json gzip");
    EXPECT_EQ(likes_of({}).word(), "html");
}

}  // namespace
}  // namespace mirrorseed::httpd
