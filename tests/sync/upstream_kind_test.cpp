#include "sync/upstream_kind.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::fails_with;

TEST(UpstreamKind, IsToldByTheScheme) {
    EXPECT_EQ(kind_of("file:///srv/tree/").value(), UpstreamKind::files);
    EXPECT_EQ(kind_of("rsync://host/module/").value(), UpstreamKind::rsync);
    EXPECT_EQ(kind_of("http://host/tree/").value(), UpstreamKind::pages);
    EXPECT_EQ(kind_of("https://host/tree/").value(), UpstreamKind::pages);
}

TEST(UpstreamKind, OfAnotherUrlThereIsNone) {
    for (const auto* url : {"", "file", "rsync", "http", "file:/srv/tree/", "/srv/tree/", "ftp://host/",
                            "HTTP://host/", "httpx://host/", "://host/"})
        EXPECT_TRUE(fails_with(Fault::bad_input, kind_of(url))) << url;
    EXPECT_EQ(kind_of("ftp://user:secret@host/").error().text(), "\"ftp://host/\" is no upstream URL");
}

TEST(UpstreamKind, AMetalinkIsToldByItsName) {
    for (const auto* url : {"https://host/metalink?repo=f44&arch=x86_64", "https://host/metalink",
                            "https://host/r/repodata/repomd.xml.meta4", "https://host/x.metalink",
                            "https://host/x?metalink", "file:///srv/x.meta4", "http://host/metalink?x"})
        EXPECT_TRUE(is_metalink(url)) << url;
    for (const auto* url :
         {"https://host/metalink/", "https://host/x.metalink/", "https://host/?repo=metalink",
          "rsync://host/metalink", "https://metalink", "https://host/mymetalink", ""})
        EXPECT_FALSE(is_metalink(url)) << url;
}

}  // namespace
}  // namespace mirrorseed::sync
