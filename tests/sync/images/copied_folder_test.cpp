#include "sync/images/copied_folder.hpp"

#include "tests/support/printers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace mirrorseed::sync::images {
namespace {

using test::path;
using testing::ElementsAre;

Checksum sum(char digit) {
    return Checksum::from_hex(ChecksumKind::sha256, std::string(64, digit)).value();
}

// Of "40" in the tree, say, or of one that only the upstream has.
ToldFolder folder(const char* name, Telling upstream, Telling held = {}) {
    const bool is_held = !held.empty();
    return {
        .folder = path(name), .upstream = std::move(upstream), .held = std::move(held), .is_held = is_held};
}

const Telling one{{"a.iso", sum('1')}, {"b.iso", sum('2')}}, less{{"a.iso", sum('1')}},
    other{{"a.iso", sum('3')}};

std::optional<RelPath> copied(const ToldFolder& from, const ToldFolder& by) {
    const auto originals = copied_from(by, {&from});
    return originals.empty() ? std::nullopt : std::optional(originals.front());
}

TEST(CopiedFolder, OneThatSaysNothingNewIsACopy) {
    EXPECT_EQ(copied(folder("r/40", one), folder("r/41", one)), path("r/40"));
    EXPECT_EQ(copied(folder("r/40", one), folder("r/41", less)), path("r/40")) << "a list may be left out";
    EXPECT_EQ(copied(folder("r/40", less), folder("r/41", one)), std::nullopt);
    EXPECT_EQ(copied(folder("r/40", one), folder("r/41", other)), std::nullopt);
    EXPECT_EQ(copied(folder("r/40", {}), folder("r/41", one)), std::nullopt);
}

TEST(CopiedFolder, OneThatIsPiecedTogetherOfOthersIsACopy) {
    const Telling a{{"a.iso", sum('1')}}, b{{"b.iso", sum('2')}}, c{{"a.iso", sum('5')}, {"a.iso", sum('1')}};
    const auto low = folder("r/38", a), high = folder("r/39", b);
    EXPECT_THAT(copied_from(folder("r/41", one), {&low, &high}), ElementsAre(path("r/38"), path("r/39")));
    EXPECT_THAT(copied_from(folder("r/41", one), {&low}), ElementsAre());
    EXPECT_EQ(copied(low, folder("r/41", c)), path("r/38")) << "one kind of sum is enough";
}

TEST(CopiedFolder, WhatItsListsTellOfBesidesItsImagesDoesNotCount) {
    const auto copy = folder("r/41", one, other);
    const auto of_it = of_images(copy, {path("r/41/a.iso")});
    EXPECT_EQ(of_it.upstream, less);
    EXPECT_EQ(of_it.held, other);
    EXPECT_EQ(copied(folder("r/40", less), of_it), path("r/40"));
    EXPECT_FALSE(is_news(of_images(folder("r/41", one, less), {path("r/41/a.iso")})));
}

TEST(CopiedFolder, TheOneOfTheTreeStaysOrElseTheLower) {
    EXPECT_EQ(copied(folder("r/41", one), folder("r/40", one)), std::nullopt);
    EXPECT_EQ(copied(folder("r/41", {}, one), folder("r/40", one)), path("r/41"));
    EXPECT_EQ(copied(folder("r/40", one), folder("r/41", one, one)), std::nullopt) << "that has it already";
    EXPECT_EQ(copied(folder("r/40", one), folder("r/41", one, other)), path("r/40"))
        << "it had something else";
}

TEST(CopiedFolder, WhatIsNoVersionOfItIsNone) {
    EXPECT_EQ(copied(folder("r/40", one), folder("current", one)), std::nullopt);
    EXPECT_EQ(copied(folder("r/40/i386", one), folder("r/41/i686", one)), std::nullopt);
}

TEST(CopiedFolder, KnowsWhatListsTellByTheNamesFromTheirFolder) {
    const ReadSet sums{.set = {.list = path("r/1/SUMS"), .signatures = {}},
                       .files = {{path("r/1/a.iso"), sum('1')}, {path("r/1/b.iso"), sum('3')}}};
    auto signed_sums = sums;
    signed_sums.files = {{path("r/1/b.iso"), sum('2')}};
    signed_sums.is_signed = true;
    EXPECT_EQ(telling_of(path("r/1"), {sums}), (Telling{{"a.iso", sum('1')}, {"b.iso", sum('3')}}));
    EXPECT_EQ(telling_of(path("r/1"), {sums, signed_sums}), one)
        << "where one is signed what nobody signed anybody may add";
}

TEST(CopiedFolder, OnlyOneNameInOtherFoldersIsWorthALook) {
    const std::vector<RelPath> all{path("1/a.iso"), path("2/a.iso"), path("2/b.iso"), path("x/a.iso")};
    EXPECT_THAT(twins_of({path("2/a.iso")}, all), ElementsAre(path("1/a.iso")));
    EXPECT_THAT(twins_of({path("2/a-2.iso")}, {path("1/a-1.iso")}), ElementsAre());
}

}  // namespace
}  // namespace mirrorseed::sync::images
