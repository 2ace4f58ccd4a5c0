#include "httpd/published/seed_path.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::httpd {
namespace {

std::string read(std::string_view below, std::string_view name) {
    const auto path = read_seed_path(RelPath::parse(below).value(), name);
    return (path.only_file ? "only" : "") + (path.inside ? "[" + path.inside->str() + "]" : "");
}

TEST(SeedPath, IsTheOnlyFileOrOneOfTheFolder) {
    EXPECT_EQ(read("", "a"), "only");
    EXPECT_EQ(read("a", "a"), "only");
    EXPECT_EQ(read("a/a", "a"), "only[a]");
    EXPECT_EQ(read("a/b", "a"), "[b]");
    EXPECT_EQ(read("a/b/c", "a"), "[b/c]");
    EXPECT_EQ(read("a/a/b", "a"), "[a/b]");
    EXPECT_EQ(read("ab", "a"), "");
    EXPECT_EQ(read("b", "a"), "");
    EXPECT_EQ(read("b/a", "a"), "");
    EXPECT_EQ(read("b", ""), "");
}

}  // namespace
}  // namespace mirrorseed::httpd
