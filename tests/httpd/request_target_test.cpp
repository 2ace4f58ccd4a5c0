#include "httpd/request_target.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::httpd {
namespace {

struct Case {
    const char* text;
    const char* path;
    bool folder;
};

TEST(RequestTarget, BecomesAPathInsideTheTree) {
    for (const auto& [text, path, folder] :
         {Case{"/", "", true}, Case{"/a", "a", false}, Case{"/a/", "a", true},
          Case{"/a/b%20c", "a/b c", false}, Case{"//a///b", "a/b", false}, Case{"/a/./b", "a/b", false},
          Case{"/a/../b", "b", false}, Case{"/a/%2e%2E/b", "b", false}, Case{"/a/..", "", true},
          Case{"/a/b/.", "a/b", true}, Case{"/a..b/...", "a..b/...", false}, Case{"/a%252e", "a%2e", false},
          Case{"/a+b", "a+b", false}, Case{"/a\\b", "a\\b", false}, Case{"http://host/a", "a", false},
          Case{"HTTPS://host:80/a/", "a", true}, Case{"http://host", "", true},
          Case{"http://host?x", "", true}, Case{"/%ff", "\xff", false}}) {
        const auto parsed = parse_target(text);
        ASSERT_EQ(parsed.status, 0u) << text;
        EXPECT_EQ(parsed.target.path.str(), path) << text;
        EXPECT_EQ(parsed.target.folder, folder) << text;
    }
}

TEST(RequestTarget, RefusesWhatIsBroken) {
    for (const auto* text :
         {"", "*", "a", "a/b", "host:80", "ftp://host/a", "/..", "/a/../..", "/%2e%2e/a", "/%00", "/a%",
          "/a%4", "/a%zz", "/a#b", "http:///a", "http://user@host/a", "http://host%/a"})
        EXPECT_EQ(parse_target(text).status, 400u) << text;
}

TEST(RequestTarget, NamesThatNoTreeCanHoldAreNotThere) {
    EXPECT_EQ(parse_target("/a%2fb").status, 404u);
    EXPECT_EQ(parse_target("/" + std::string(256, 'a')).status, 404u);
}

TEST(RequestTarget, SplitsTheQuery) {
    const auto target = parse_target("/a/?sort=size&order=de%73c&flag&sort=name").target;
    EXPECT_EQ(target.asked("sort"), "size");
    EXPECT_EQ(target.asked("order"), "desc");
    EXPECT_EQ(target.asked("flag"), "");
    EXPECT_EQ(target.asked("other"), std::nullopt);
    EXPECT_EQ(target.query, "sort=size&order=de%73c&flag&sort=name");
}

TEST(RequestTarget, IsSpelledBackAsAUrl) {
    EXPECT_EQ(parse_target("/a%20b/c%3f/").target.url(), "/a%20b/c%3F/");
    EXPECT_EQ(parse_target("//evil.example").target.url(), "/evil.example");
}

}  // namespace
}  // namespace mirrorseed::httpd
