#include "sync/rpm/treeinfo.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync::rpm {
namespace {

const std::string ones(64, '1'), twos(64, '2');

std::string fault(const std::string& text) {
    const auto treeinfo = parse_treeinfo(text);
    return treeinfo ? "" : treeinfo.error().text();
}

TEST(Treeinfo, TellsImagesWithTheirSums) {
    const auto treeinfo = parse_treeinfo(
                              "[header]\n; a comment\nversion = 1.2\n\n[checksums]\n"
                              "images/b.img = sha256:" +
                              ones + "\r\nimages/a.iso=sha1:" + std::string(40, '3') +
                              "\nrepodata/repomd.xml = sha256:" + twos +
                              "\n\n[images-x86_64]\nkernel = images/b.img\ninitrd = ./images/c.img\nboot =\n"
                              "[stage2]\nmainimage = images/d.img\n[general]\nname = two\n  lines\n")
                              .value();
    ASSERT_EQ(treeinfo.images.size(), 2u);
    EXPECT_EQ(treeinfo.images[0].path.str(), "images/a.iso");
    EXPECT_EQ(treeinfo.images[0].sum.kind, ChecksumKind::sha1);
    EXPECT_EQ(treeinfo.images[1].sum.hex(), ones);
    ASSERT_EQ(treeinfo.without_sum.size(), 2u);
    EXPECT_EQ(treeinfo.without_sum[0].str(), "images/c.img");
    EXPECT_TRUE(parse_treeinfo("")->images.empty());
}

TEST(Treeinfo, RefusesWhatIsNoneAndSaysWhere) {
    EXPECT_EQ(fault("[a]\n<html>"), "line 2: \"<html>\" is no key and value of a section");
    EXPECT_NE(fault("a = b"), "");
    EXPECT_EQ(fault("[checksums]\n../x = sha256:" + ones),
              "line 2: \"../x\" is a path outside of the repository");
    EXPECT_NE(fault("[checksums]\n/x = sha256:" + ones), "");
    EXPECT_NE(fault("[stage2]\nmainimage = ../x"), "");
    EXPECT_EQ(fault("[checksums]\nx = " + ones), "line 2: \"" + ones + "\" is no sum");
    EXPECT_NE(fault("[checksums]\nx = sha256:12").find("is no SHA-256"), std::string::npos);
    EXPECT_EQ(fault("[checksums]\nx = sha256:" + ones + "\nx = sha256:" + twos),
              "line 3: it tells two contents of \"x\"");
    EXPECT_EQ(fault("[checksums]\nx = sha256:" + ones + "\nx = sha256:" + ones), "");
}

}  // namespace
}  // namespace mirrorseed::sync::rpm
