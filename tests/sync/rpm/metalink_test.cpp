#include "sync/rpm/metalink.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync::rpm {
namespace {

const std::string ones(64, '1'), twos(64, '2'), threes(128, '3');

std::string hash(const std::string& type, const std::string& hex) {
    return "<hash type=\"" + type + "\">" + hex + "</hash>";
}
std::string url(const std::string& attributes, const std::string& host) {
    return "<url " + attributes + ">https://" + host + "/os/repodata/repomd.xml</url>";
}
std::string version_3(const std::string& inner) {
    return "<metalink version=\"3.0\" xmlns=\"m\" xmlns:mm0=\"n\"><files><file name=\"repomd.xml\">" + inner +
           "</file></files></metalink>";
}
std::string fault(const std::string& text) {
    const auto metalink = parse_metalink(text);
    return metalink ? "" : metalink.error().text();
}

TEST(Metalink, OfMirrorManagerTellsContentsAndMirrors) {
    const auto metalink =
        parse_metalink(
            version_3("<mm0:timestamp>17</mm0:timestamp><size>5</size><verification>" + hash("md5", "x") +
                      hash("sha256", ones) + hash("sha512", threes) +
                      "</verification><mm0:alternates><mm0:alternate>" + "<size>6</size><verification>" +
                      hash("sha256", twos) + "</verification></mm0:alternate>" +
                      "<mm0:alternate><verification>" + hash("sha1", "y") +
                      "</verification></mm0:alternate>" + "</mm0:alternates><resources>" +
                      url("protocol=\"https\" preference=\"90\"", "b") + url("preference=\"100\"", "a") +
                      url("preference=\"90\"", "c") + url("", "d") + "</resources>"))
            .value();
    ASSERT_EQ(metalink.contents.size(), 2u) << "an alternate of weak sums counts for nothing";
    EXPECT_EQ(metalink.contents[0].size, Bytes{5});
    EXPECT_EQ(metalink.contents[0].sums.size(), 2u);
    EXPECT_EQ(metalink.contents[1].sums.at(0).hex(), twos);
    std::string hosts;
    for (const auto& url : metalink.urls)
        hosts += url.substr(8, 1);
    EXPECT_EQ(hosts, "abcd");
}

TEST(Metalink, OfVersionFourGoesByPriority) {
    const auto metalink =
        parse_metalink("<metalink xmlns=\"urn:ietf:params:xml:ns:metalink\"><file name=\"other\">" +
                       hash("sha-256", twos) + "</file><file name=\"repomd.xml\"><size>5</size>" +
                       hash("sha-256", ones) + url("priority=\"2\"", "b") + url("priority=\"1\"", "a") +
                       "</file></metalink>")
            .value();
    ASSERT_EQ(metalink.contents.size(), 1u);
    EXPECT_EQ(metalink.contents[0].sums.at(0).hex(), ones);
    EXPECT_EQ(metalink.urls.at(0).substr(8, 1), "a");
}

TEST(Metalink, RefusesWhatTellsNothingThatCouldBeBelieved) {
    EXPECT_EQ(fault(version_3(hash("sha256", ones))), "");
    EXPECT_NE(fault("<html/>").find("it is no metalink"), std::string::npos);
    EXPECT_NE(fault("").find("no XML"), std::string::npos);
    EXPECT_EQ(fault("<metalink><files/></metalink>"), "it tells of no repomd.xml");
    EXPECT_EQ(fault(version_3("<size>5</size>" + hash("md5", "x"))),
              "it tells no SHA-256 or SHA-512 of repomd.xml");
    EXPECT_NE(fault(version_3(hash("sha256", "12"))).find("is no SHA-256"), std::string::npos);
    EXPECT_NE(fault(version_3("<size>-5</size>")).find("is no size"), std::string::npos);
    EXPECT_NE(fault(version_3("</file><file name=\"repomd.xml\">")).find("repomd.xml twice"),
              std::string::npos);
    std::string many = hash("sha256", ones);
    for (int i = 0; i < 1001; ++i)
        many += url("", "a");
    EXPECT_NE(fault(version_3(many)).find("too many mirrors"), std::string::npos);
    EXPECT_NE(fault("<!DOCTYPE metalink><metalink/>").find("document type"), std::string::npos);
}

TEST(Metalink, AMirrorIsWhereItsRepositoryBegins) {
    const auto os = RelPath::parse("releases/44/x~y/os").value();
    const auto root = [&](const char* url, const RelPath& repo) {
        return upstream_of(url, repo).value_or("-");
    };
    EXPECT_EQ(root("https://m/fedora/releases/44/x~y/os/repodata/repomd.xml", os), "https://m/fedora/");
    EXPECT_EQ(root("http://m/os/repodata/repomd.xml", RelPath()), "http://m/os/");
    EXPECT_EQ(root("http://m/a%2Bb/repodata/repomd.xml", RelPath::parse("a+b").value()), "http://m/");
    EXPECT_EQ(root("http://m/releases/45/x~y/os/repodata/repomd.xml", os), "-");
    EXPECT_EQ(root("http://m/os/repodata/repomd.xml?x", RelPath()), "-");
    EXPECT_EQ(root("", RelPath()), "-");
}

TEST(Metalink, AContentIsAllThatIsTold) {
    const auto sum = Checksum::of(Sha256::of(as_bytes("hello")));
    EXPECT_TRUE((VouchedContent{.size = 5, .sums = {sum}}).is("hello"));
    EXPECT_FALSE((VouchedContent{.size = 4, .sums = {sum}}).is("hello"));
    EXPECT_FALSE((VouchedContent{.sums = {sum, Checksum{.kind = ChecksumKind::sha512}}}).is("hello"));
    EXPECT_FALSE((VouchedContent{.sums = {sum}}).is("hullo"));
}

}  // namespace
}  // namespace mirrorseed::sync::rpm
