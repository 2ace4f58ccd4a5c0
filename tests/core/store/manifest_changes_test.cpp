#include "core/store/manifest_changes.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

using Pairs = std::vector<ManifestPair>;

TEST(ManifestChanges, LeadFromOneGenerationToAnotherOverThoseBetween) {
    ManifestFiles files;
    files.pairs = {{7, 9}, {5, 7}, {4, 5}, {0, 1}};
    EXPECT_EQ(chain_of_pairs(files, 4, 9), (Pairs{{4, 5}, {5, 7}, {7, 9}}));
    EXPECT_EQ(chain_of_pairs(files, 5, 5), Pairs());
    EXPECT_EQ(chain_of_pairs(files, 6, 9), std::nullopt) << "there was no such generation";
    EXPECT_EQ(chain_of_pairs(files, 1, 9), std::nullopt) << "what lies between is not known";
    EXPECT_EQ(chain_of_pairs(files, 4, 8), std::nullopt);
}

TEST(ManifestChanges, AreReadAsTheyAreWritten) {
    const auto put = parse_change_line(R"({"op":"put","path":"a%20b","type":"folder","mode":493})").value();
    EXPECT_EQ(put.path, "a b");
    EXPECT_EQ(put.line, R"({"path":"a%20b","type":"folder","mode":493})");
    const auto drop = parse_change_line(R"({"op":"drop","path":"a/%0A"})").value();
    EXPECT_EQ(drop.path, "a/\n");
    EXPECT_TRUE(drop.line.empty());
}

TEST(ManifestChanges, SayNothingElse) {
    for (const auto* line :
         {"", "{}", R"({"op":"put"})", R"({"op":"take","path":"a"})", R"({"path":"a","op":"drop"})",
          R"({"op":"drop","path":"a","type":"file"})", R"({"op":"drop","path":""})",
          R"({"op":"drop","path":"a"} )", R"({"op":"drop","path":"a"}{"op":"drop","path":"a"})",
          R"({"op":"drop","path":"a b"})", R"({"op":"drop","path":"%61"})",
          R"({"op":"put","path":"a\u0020"})"})
        EXPECT_FALSE(parse_change_line(line)) << line;
}

}  // namespace
}  // namespace mirrorseed
