#include "torrentgen/metalink.hpp"

#include <gtest/gtest.h>

#include <array>
#include <span>
#include <string>

namespace mirrorseed::torrentgen {
namespace {

std::string metalink_of(const DescribedFile& file) {
    return metalink(std::span(&file, 1));
}

TEST(Metalink, TellsOfAFile) {
    EXPECT_EQ(metalink_of({.name = "a&b.iso",
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

TEST(Metalink, TellsOfSeveralFilesAndOfTheirPieces) {
    const std::array files{DescribedFile{.name = "set/a",
                                         .urls = {"/a"},
                                         .torrent_url = "/t",
                                         .name_in_torrent = "set/a",
                                         .piece_length = 16384,
                                         .pieces = std::string(40, '\x01')},
                           DescribedFile{.name = "set/b", .modified = 86'400}};
    const auto text = metalink(files);
    EXPECT_NE(text.find("<published>1970-01-02T00:00:00Z"), text.npos) << text;
    EXPECT_NE(text.find("    <pieces length=\"16384\" type=\"sha-1\">\n"
                        "      <hash>0101010101010101010101010101010101010101</hash>\n"
                        "      <hash>0101010101010101010101010101010101010101</hash>\n    </pieces>\n"),
              text.npos)
        << text;
    EXPECT_NE(text.find(R"(<metaurl mediatype="torrent" priority="2" name="set/a">/t</metaurl>)"), text.npos)
        << text;
    EXPECT_NE(text.find("<file name=\"set/b\">"), text.npos) << text;
}

TEST(Metalink, EscapesWhatXmlCannotSay) {
    const auto text = metalink_of({.name = "<\"\x01\xff>", .urls = {"/a"}});
    EXPECT_NE(text.find("<file name=\"&lt;&quot;\xEF\xBF\xBD\\xff&gt;\">"), text.npos) << text;
    EXPECT_EQ(text.find("metaurl"), text.npos);
}

}  // namespace
}  // namespace mirrorseed::torrentgen
