#include "torrentgen/metalink.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::torrentgen {
namespace {

TEST(Metalink, TellsOfAFile) {
    EXPECT_EQ(metalink({.name = "a&b.iso",
                        .size = 5,
                        .digest = Digest(),
                        .modified = 86'400,
                        .urls = {"https://m/a&b.iso", "https://o/x"},
                        .torrent_url = "https://m/a&b.iso.torrent"}),
              R"(<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink">
  <generator>mirrorseed</generator>
  <published>1970-01-02T00:00:00Z</published>
  <file name="a&amp;b.iso">
    <size>5</size>
    <hash type="sha-256">0000000000000000000000000000000000000000000000000000000000000000</hash>
    <url priority="1">https://m/a&amp;b.iso</url>
    <url priority="2">https://o/x</url>
    <metaurl mediatype="torrent" priority="3">https://m/a&amp;b.iso.torrent</metaurl>
  </file>
</metalink>
)");
}

TEST(Metalink, EscapesWhatXmlCannotSay) {
    const auto text = metalink({.name = "<\"\x01\xff>", .urls = {"/a"}});
    EXPECT_NE(text.find("<file name=\"&lt;&quot;\xEF\xBF\xBD\\xff&gt;\">"), text.npos) << text;
    EXPECT_EQ(text.find("metaurl"), text.npos);
}

}  // namespace
}  // namespace mirrorseed::torrentgen
