#include "sync/rsync/rsync_url.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::fails_with;

RsyncUrl parsed(const std::string& url) {
    return RsyncUrl::parse(url).value();
}

TEST(RsyncUrl, HasItsParts) {
    const auto url = parsed("rsync://jo:se:c@ret@mirror.example.org:8730/debian/pool/main/");
    EXPECT_EQ(url.user, "jo");
    EXPECT_EQ(url.password, "se:c@ret");
    EXPECT_EQ(url.host, "mirror.example.org");
    EXPECT_EQ(url.port, "8730");
    EXPECT_EQ(url.path, "debian/pool/main/");
}

TEST(RsyncUrl, IsShownAndGivenAsAnArgumentWithoutThePassword) {
    const auto url = parsed("rsync://jo:secret@host:8730/module/a");
    EXPECT_EQ(url.shown(), "rsync://host:8730/module/a/");
    EXPECT_EQ(url.argument(), "rsync://jo@host:8730/module/a/");
    EXPECT_EQ(parsed("rsync://:secret@host/module").argument(), "rsync://host/module/");
}

TEST(RsyncUrl, ComesApartBehindTheModule) {
    const auto below = parsed("rsync://host/module/a/b");
    EXPECT_EQ(below.module_argument(), "rsync://host/module/");
    EXPECT_EQ(below.below_module(), "a/b/");
    const auto all = parsed("rsync://jo@host:1/module");
    EXPECT_EQ(all.module_argument(), all.argument());
    EXPECT_EQ(all.below_module(), "");
}

TEST(RsyncUrl, EndsInOneSlash) {
    for (const auto* url : {"rsync://host/module", "rsync://host/module/", "rsync://host/module///"})
        EXPECT_EQ(parsed(url).path, "module/") << url;
}

TEST(RsyncUrl, ABracketedAddressIsAHost) {
    EXPECT_EQ(parsed("rsync://[2001:db8::1]/m/").host, "[2001:db8::1]");
    const auto with_port = parsed("rsync://u@[fe80::1%1]:873/m/");
    EXPECT_EQ(with_port.host, "[fe80::1%1]");
    EXPECT_EQ(with_port.port, "873");
}

TEST(RsyncUrl, RefusesWhatIsNone) {
    for (const auto* url : {"", "rsync:", "rsync://", "rsync:///module/", "rsync://host", "rsync://host/",
                            "rsync://host//", "rsync://host//module/", "RSYNC://host/module/",
                            "http://host/module/", "host::module", "/module/", "rsync://user@/module/"})
        EXPECT_TRUE(fails_with(Fault::bad_input, RsyncUrl::parse(url))) << url;
    EXPECT_FALSE(RsyncUrl::parse("rsync://host/" + std::string(5000, 'a')));
}

TEST(RsyncUrl, RefusesPortsThatAreNone) {
    for (const auto* port : {"", "0", "65536", "99999", "123456", "-1", "+1", "8x", " 1", "1 "})
        EXPECT_FALSE(RsyncUrl::parse("rsync://host:" + std::string(port) + "/module/")) << port;
    EXPECT_TRUE(RsyncUrl::parse("rsync://host:1/module/"));
    EXPECT_TRUE(RsyncUrl::parse("rsync://host:65535/module/"));
}

// Each part becomes an argument of a program that reads options, and a server expands patterns.
TEST(RsyncUrl, RefusesWhatCouldMeanMoreThanAPlace) {
    for (const auto* url :
         {"rsync://-e/module/",        "rsync://host/-module/",         "rsync://-oProxyCommand=x/module/",
          "rsync://ho st/module/",     "rsync://host;x/module/",        "rsync://host$x/module/",
          "rsync://[::1/module/",      "rsync://::1]/module/",          "rsync://[]/module/",
          "rsync://[::1]x/module/",    "rsync://us er@host/module/",    "rsync://us\ner@host/module/",
          "rsync://host/mod*ule/",     "rsync://host/module/a?",        "rsync://host/module/[ab]/",
          "rsync://host/module/a\\b/", "rsync://host/module/../other/", "rsync://host/../module/",
          "rsync://host/./module/",    "rsync://host/module/a/./b/",    "rsync://host/module//a/",
          "rsync://host/mod\nule/",    "rsync://host/module/\x7f/",     "rsync://host/module/\x01/"})
        EXPECT_TRUE(fails_with(Fault::bad_input, RsyncUrl::parse(url))) << url;
    EXPECT_FALSE(RsyncUrl::parse(std::string("rsync://host/mod\0ule/", 21)));
}

TEST(RsyncUrl, OddNamesOfFoldersAreFine) {
    for (const auto* url : {"rsync://host/module/a b/", "rsync://host/module/\xff\xfe/",
                            "rsync://host/module/~x#;&'\"$(y)`/", "rsync://host/module/..a/b../-c/"})
        EXPECT_TRUE(RsyncUrl::parse(url)) << url;
}

TEST(RsyncUrl, ARefusalShowsNoPassword) {
    for (const auto* url :
         {"rsync://jo:secret@host:99999/module/", "rsync://jo:secret@host", "rsync://j o:secret@host/m/",
          "rsync://jo:secret@/m/", "rsync://jo:sec/ret@host/*/"}) {
        const auto refused = RsyncUrl::parse(url);
        ASSERT_FALSE(refused) << url;
        EXPECT_EQ(refused.error().text().find("sec"), std::string::npos) << refused.error().text();
        EXPECT_EQ(refused.error().text().find('\n'), std::string::npos);
    }
}

}  // namespace
}  // namespace mirrorseed::sync
