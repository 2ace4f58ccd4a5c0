#include "sync/rpm/package_choice.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync::rpm {
namespace {

Package package(std::string name, std::string architecture, Evr evr = {}) {
    return {.name = std::move(name), .architecture = std::move(architecture), .evr = std::move(evr)};
}

TEST(RpmPackageChoice, GoesByNamesAndArchitectures) {
    const auto is = [](const PackageWish& wish, const char* name, const char* architecture) {
        return is_wanted(wish, package(name, architecture));
    };
    EXPECT_TRUE(is({}, "a", "src"));
    EXPECT_FALSE(is({.none = true}, "a", "noarch"));
    const PackageWish x86{.architectures = {"x86_64"}};
    EXPECT_TRUE(is(x86, "a", "x86_64"));
    EXPECT_TRUE(is(x86, "a", "noarch"));
    EXPECT_FALSE(is(x86, "a", "i686"));
    EXPECT_FALSE(is(x86, "a", "src"));
    const PackageWish sources{.architectures = {"src"}};
    EXPECT_TRUE(is(sources, "a", "src"));
    EXPECT_FALSE(is(sources, "a", "noarch"));
    const PackageWish named{.packages = {Glob::parse("gcc-c++").value(), Glob::parse("lib*").value()}};
    EXPECT_TRUE(is(named, "gcc-c++", "x86_64"));
    EXPECT_TRUE(is(named, "libx", "x86_64"));
    EXPECT_FALSE(is(named, "gcc", "x86_64"));
    EXPECT_FALSE(is(named, "a/libx", "x86_64"));
}

TEST(RpmPackageChoice, KeepsTheNewestOfEachNameAndArchitecture) {
    const std::vector<Package> packages{
        package("a", "x86_64", {"", "1.9", "1"}), package("a", "x86_64", {"", "1.10", "1"}),
        package("a", "i686", {"", "1.9", "1"}),   package("a", "x86_64", {"0", "1.10", "1"}),
        package("b", "x86_64", {"1", "1", "1"}),  package("a", "x86_64", {"", "1.10~rc1", "1"})};
    using Places = std::vector<std::size_t>;
    EXPECT_EQ(newest_of(packages, 0), (Places{0, 1, 2, 3, 4, 5}));
    EXPECT_EQ(newest_of(packages, 1), (Places{1, 2, 3, 4}));
    EXPECT_EQ(newest_of(packages, 2), (Places{1, 2, 3, 4, 5}));
    EXPECT_EQ(newest_of({}, 1), Places{});
}

}  // namespace
}  // namespace mirrorseed::sync::rpm
