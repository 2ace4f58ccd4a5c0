#include "sync/debian/index_choice.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mirrorseed::sync::debian {
namespace {

using Names = std::vector<std::string>;

ReleaseFile release_of(const Names& names, bool has_index_for_all = false) {
    ReleaseFile release{.has_index_for_all = has_index_for_all};
    for (const auto& name : names)
        release.files.push_back({.path = RelPath::parse(name).value(), .size = 1});
    std::sort(release.files.begin(), release.files.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    return release;
}

IndexWish wish(Names components, Names architectures) {
    return {.components = std::move(components),
            .architectures = std::move(architectures),
            .languages = {Glob::parse("en").value()}};
}

// Every form of every index, in its order.
Names chosen(const ReleaseFile& release, const IndexWish& wished) {
    Names names;
    for (const auto& index : choose_indices(release, wished).value().indices)
        for (const auto& form : index.forms)
            names.push_back(form.path.str());
    return names;
}

const Names whole_suite = {"main/binary-amd64/Packages",
                           "main/binary-amd64/Packages.xz",
                           "main/binary-amd64/Packages.gz",
                           "main/binary-amd64/Release",
                           "main/binary-arm64/Packages.xz",
                           "main/binary-all/Packages.xz",
                           "main/source/Sources.xz",
                           "main/debian-installer/binary-amd64/Packages.xz",
                           "main/i18n/Translation-en.bz2",
                           "main/i18n/Translation-de.bz2",
                           "main/i18n/Translation-en_GB.bz2",
                           "main/dep11/Components-amd64.yml.gz",
                           "main/dep11/Components-arm64.yml.gz",
                           "main/dep11/icons-64x64.tar.gz",
                           "main/cnf/Commands-amd64.xz",
                           "main/Contents-amd64.gz",
                           "Contents-amd64.gz",
                           "contrib/binary-amd64/Packages.xz"};

TEST(IndexChoice, IsWhatAClientAsksFor) {
    EXPECT_EQ(
        chosen(release_of(whole_suite), wish({"main"}, {"amd64"})),
        (Names{"main/binary-amd64/Packages.gz", "main/binary-amd64/Packages.xz", "main/binary-amd64/Release",
               "main/dep11/Components-amd64.yml.gz", "main/cnf/Commands-amd64.xz",
               "main/dep11/icons-64x64.tar.gz", "main/i18n/Translation-en.bz2"}));
}

TEST(IndexChoice, GoesByEachKey) {
    const auto release = release_of(whole_suite);
    auto bare = wish({"main"}, {"amd64"});
    bare.dep11 = bare.cnf = false;
    bare.languages.clear();
    const Names packages{"main/binary-amd64/Packages.gz", "main/binary-amd64/Packages.xz",
                         "main/binary-amd64/Release"};
    EXPECT_EQ(chosen(release, bare), packages);
    auto more = bare;
    more.contents = true;
    EXPECT_EQ(chosen(release, more).back(), "Contents-amd64.gz");
    EXPECT_EQ(chosen(release, more).size(), 5U);
    more = bare;
    more.installer = true;
    EXPECT_EQ(chosen(release, more).back(), "main/debian-installer/binary-amd64/Packages.xz");
    more = bare;
    more.languages = {Glob::parse("en*").value()};
    EXPECT_EQ(chosen(release, more).size(), 5U);
    EXPECT_EQ(chosen(release, wish({"contrib"}, {"amd64"})), (Names{"contrib/binary-amd64/Packages.xz"}));
}

TEST(IndexChoice, TakesTheIndexOfAllArchitecturesWhereClientsDo) {
    const auto has = [](const Names& names) {
        return std::find(names.begin(), names.end(), "main/binary-all/Packages.xz") != names.end();
    };
    EXPECT_FALSE(has(chosen(release_of(whole_suite, false), wish({"main"}, {"amd64"}))));
    EXPECT_TRUE(has(chosen(release_of(whole_suite, true), wish({"main"}, {"amd64"}))));
    EXPECT_FALSE(has(chosen(release_of(whole_suite, true), wish({"main"}, {"source"}))));
}

TEST(IndexChoice, OfNothingNamedIsAll) {
    const auto names = chosen(release_of(whole_suite), {});
    for (const auto* name :
         {"main/binary-arm64/Packages.xz", "main/source/Sources.xz", "contrib/binary-amd64/Packages.xz"})
        EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
}

TEST(IndexChoice, SaysWhatThereIsNot) {
    const auto release = release_of(whole_suite);
    const auto lacks = [&](Names components, Names architectures) {
        return choose_indices(release, wish(std::move(components), std::move(architectures))).value().lacks;
    };
    EXPECT_EQ(lacks({"main"}, {"amd64"}), Names{});
    EXPECT_EQ(lacks({"main", "contrib"}, {"amd64", "source"}), (Names{"Sources of contrib"}));
    EXPECT_EQ(lacks({"main"}, {"riscv64"}), (Names{"Packages of main for riscv64"}));
}

TEST(IndexChoice, EndsWhereNoArchiveGoes) {
    ReleaseFile release;
    for (int at = 0; at < 300; ++at) {
        const auto number = std::to_string(at);
        const auto path = RelPath::parse("c" + number + "/binary-a" + number + "/Packages").value();
        release.files.push_back({.path = path});
    }
    const auto choice = choose_indices(release, {});
    ASSERT_FALSE(choice);
    EXPECT_EQ(choice.error().text(), "it has 300 components for 300 architectures");
}

}  // namespace
}  // namespace mirrorseed::sync::debian
