#include "sync/debian/package_choice.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync::debian {
namespace {

std::vector<Glob> globs(std::initializer_list<const char*> patterns) {
    std::vector<Glob> globs;
    for (const auto* pattern : patterns)
        globs.push_back(Glob::parse(pattern).value());
    return globs;
}

Package package(std::string name, std::string version, std::string section = "net") {
    return {.name = std::move(name),
            .version = std::move(version),
            .section = std::move(section),
            .architecture = "amd64"};
}

TEST(PackageChoice, GoesByNamesAndSections) {
    const auto is = [](const PackageWish& wish, const char* name, const char* section) {
        return is_wanted(wish, package(name, "1", section));
    };
    EXPECT_TRUE(is({}, "a", "net"));
    EXPECT_FALSE(is({.none = true}, "a", "net"));
    const PackageWish named{.packages = globs({"lib*", "g++"})};
    EXPECT_TRUE(is(named, "libc6", "x"));
    EXPECT_TRUE(is(named, "g++", "x"));
    EXPECT_FALSE(is(named, "zlib", "x"));
    const PackageWish both{.packages = globs({"a*"}), .sections = globs({"net", "contrib/net"})};
    EXPECT_TRUE(is(both, "a", "net"));
    EXPECT_TRUE(is(both, "a", "contrib/net"));
    EXPECT_FALSE(is(both, "a", "non-free/web"));
    EXPECT_FALSE(is(both, "b", "net"));
}

TEST(PackageChoice, KeepsTheNewestVersionsOfEachName) {
    const std::vector<Package> packages{package("a", "1.10"), package("b", "1"), package("a", "1.9"),
                                        package("a", "1.8"), package("a", "1.010")};
    EXPECT_EQ(newest_of(packages, 0), (std::vector<std::size_t>{0, 1, 2, 3, 4}));
    EXPECT_EQ(newest_of(packages, 1), (std::vector<std::size_t>{0, 1, 4}));
    EXPECT_EQ(newest_of(packages, 2), (std::vector<std::size_t>{0, 1, 2, 4}));
    EXPECT_EQ(newest_of({}, 2), std::vector<std::size_t>{});
}

}  // namespace
}  // namespace mirrorseed::sync::debian
