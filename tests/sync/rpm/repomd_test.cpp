#include "sync/rpm/repomd.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync::rpm {
namespace {

const std::string zeros(64, '0');

std::string data(const std::string& type, const std::string& inner) {
    return "<data type=\"" + type + "\">" + inner + "</data>\n";
}
std::string sum(const std::string& type = "sha256", const std::string& hex = zeros) {
    return "<checksum type=\"" + type + "\">" + hex + "</checksum>";
}
std::string place(const std::string& href, const std::string& more = "") {
    return "<location " + more + "href=\"" + href + "\"/>";
}
const std::string primary = data("primary", sum() + place("repodata/primary.xml.gz") + "<size>12</size>");

Result<Repomd> parse(const std::string& inner) {
    return parse_repomd("<?xml version=\"1.0\"?>\n<repomd xmlns=\"r\" xmlns:rpm=\"s\">" + inner +
                        "</repomd>");
}
std::string fault(const std::string& inner) {
    const auto repomd = parse(inner);
    return repomd ? "" : repomd.error().text();
}

TEST(Repomd, TellsFilesWithSumsAndSizes) {
    const auto repomd =
        parse("<revision> 17 </revision>" +
              data("primary",
                   sum() + "<open-checksum type=\"sha256\">x</open-checksum>" + place("repodata/p.xml.zst") +
                       "<timestamp>1700000000.5</timestamp><size>12</size><open-size>99</open-size>") +
              data("group", sum("sha512", zeros + zeros) + place("repodata/comps.xml")))
            .value();
    EXPECT_EQ(repomd.revision, "17");
    ASSERT_EQ(repomd.files.size(), 2u);
    EXPECT_EQ(repomd.files[0].path.str(), "repodata/p.xml.zst");
    EXPECT_EQ(repomd.files[0].size, Bytes{12});
    EXPECT_TRUE(repomd.files[0].sum.digest());
    EXPECT_EQ(repomd.files[1].type, "group");
    EXPECT_EQ(repomd.files[1].size, std::nullopt);
    EXPECT_EQ(repomd.files[1].sum.kind, ChecksumKind::sha512);
    EXPECT_EQ(repomd.dated(), 1'700'000'000);
}

TEST(Repomd, IsDatedByItsRevisionWhereNoFileHasATime) {
    EXPECT_EQ(parse("<revision>17</revision>" + primary)->dated(), 17);
    EXPECT_EQ(parse("<revision>15.6</revision>" + primary)->dated(), 0);
}

TEST(Repomd, NamesNoMoreThanAnyDistributionDoes) {
    std::string files = primary;
    for (int number = 1; number < 1000; ++number)
        files += data("x", sum() + place("repodata/" + std::to_string(number)));
    EXPECT_EQ(parse(files)->files.size(), 1000u);
    EXPECT_NE(fault(files + data("x", sum() + place("repodata/1000"))).find("it names more than 1000 files"),
              std::string::npos);
}

TEST(Repomd, RefusesWhatCannotBeBelieved) {
    EXPECT_EQ(fault(primary), "");
    EXPECT_NE(fault("").find("it names no primary index"), std::string::npos);
    EXPECT_NE(fault(primary + primary).find("two primary indices"), std::string::npos);
    EXPECT_NE(fault(data("primary", sum())).find("no place or no sum"), std::string::npos);
    EXPECT_NE(fault(primary + data("x", place("a"))).find("no place or no sum"), std::string::npos);
    EXPECT_NE(fault(data("primary", sum() + place("../a"))).find("outside of the repository"),
              std::string::npos);
    EXPECT_NE(fault(data("primary", sum() + place("/a"))).find("outside of the repository"),
              std::string::npos);
    EXPECT_NE(fault(data("primary", sum() + place("a", "xml:base=\"http://x/\" "))).find("at another place"),
              std::string::npos);
    EXPECT_NE(fault(data("primary", sum("sha256", "12") + place("a"))).find("is no SHA-256"),
              std::string::npos);
    EXPECT_NE(fault(data("primary", sum("crc32") + place("a"))).find("are not known"), std::string::npos);
    EXPECT_NE(fault(data("primary", sum() + place("a") + "<size>-1</size>")).find("is no size"),
              std::string::npos);
    EXPECT_NE(parse_repomd("<html/>").error().text().find("it is no repomd.xml"), std::string::npos);
    EXPECT_FALSE(parse_repomd(""));
}

}  // namespace
}  // namespace mirrorseed::sync::rpm
