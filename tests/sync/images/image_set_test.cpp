#include "sync/images/image_set.hpp"

#include "tests/support/printers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mirrorseed::sync::images {
namespace {

using test::path;
using testing::ElementsAre;

Checksum sum(ChecksumKind kind, char digit) {
    return Checksum::from_hex(kind, std::string(2 * checksum_size(kind), digit)).value();
}
const auto strong = sum(ChecksumKind::sha256, 'a'), other = sum(ChecksumKind::sha256, 'b'),
           long_one = sum(ChecksumKind::sha512, 'c'), weak = sum(ChecksumKind::md5, 'd');

ReadSet list(const char* name, std::vector<ListedChecksum> files, bool is_signed = false) {
    return {.set = {.list = path(name), .signatures = {}}, .files = std::move(files), .is_signed = is_signed};
}

SetVerdict judge(std::vector<ReadSet> lists, bool must_be_signed = false, bool has_signature = false) {
    return judge_set({.images = {path("a.iso")}, .lists = std::move(lists), .must_be_signed = must_be_signed},
                     [&](const RelPath&) { return has_signature; });
}

TEST(ImageSet, TakesTheSha256OrElseTheStrongest) {
    const auto verdict =
        judge({list("MD5SUMS", {{path("a.iso"), weak}}), list("SUMS", {{path("a.iso"), strong}}),
               list("SHA512SUMS", {{path("a.iso"), long_one}})});
    EXPECT_EQ(verdict.fault, "");
    EXPECT_EQ(verdict.sums.at(path("a.iso")), strong);
    EXPECT_THAT(verdict.held, ElementsAre(path("MD5SUMS"), path("SUMS"), path("SHA512SUMS")));
    EXPECT_EQ(
        judge({list("MD5SUMS", {{path("a.iso"), weak}}), list("SHA512SUMS", {{path("a.iso"), long_one}})})
            .sums.at(path("a.iso")),
        long_one);
}

TEST(ImageSet, RefusesWhatDoesNotFit) {
    EXPECT_EQ(judge({}).fault, "no checksum list tells of a.iso");
    EXPECT_EQ(judge({list("SUMS", {{path("b.iso"), strong}})}).fault, "no checksum list tells of a.iso");
    EXPECT_EQ(judge({list("SUMS", {{path("a.iso"), strong}, {path("b.iso"), strong}})}).fault, "");
    EXPECT_EQ(judge({list("SUMS", {{path("a.iso"), strong}}), list("TOO", {{path("a.iso"), other}})}).fault,
              "two checksum lists disagree about a.iso");
    auto bad = list("SUMS", {});
    bad.fault = "it is bad";
    EXPECT_EQ(judge({bad, list("TOO", {{path("b.iso"), strong}})}).fault, "it is bad");
    EXPECT_EQ(judge({bad, list("TOO", {{path("a.iso"), strong}})}).fault, "") << "another tells of it";
}

TEST(ImageSet, AnotherNameOfWhichNoListTellsHoldsNobody) {
    const auto of = [](std::vector<ReadSet> lists) {
        return judge_set({.images = {path("Current.iso"), path("a.iso")}, .lists = std::move(lists)},
                         [](const RelPath&) { return false; });
    };
    const auto verdict = of({list("SUMS", {{path("a.iso"), strong}})});
    EXPECT_EQ(verdict.fault, "");
    EXPECT_THAT(verdict.untold, ElementsAre(path("Current.iso")));
    auto bad = list("TOO", {});
    bad.fault = "it is bad";
    EXPECT_EQ(of({list("SUMS", {{path("a.iso"), strong}}), bad}).fault, "it is bad") << "that may tell of it";
    EXPECT_EQ(of({list("SUMS", {{path("b.iso"), strong}})}).fault, "no checksum list tells of Current.iso");
}

TEST(ImageSet, BelievesSignedListsAloneWhereThereAreKeys) {
    const auto good = list("SUMS", {{path("a.iso"), long_one}}, true),
               plain = list("TOO", {{path("a.iso"), strong}});
    const auto verdict = judge({plain, good}, true);
    EXPECT_EQ(verdict.fault, "");
    EXPECT_EQ(verdict.sums.at(path("a.iso")), long_one);
    EXPECT_THAT(verdict.held, ElementsAre(path("SUMS")));
    EXPECT_EQ(judge({plain}, true).fault,
              "no checksum list that is signed tells of a.iso, nor is it signed itself");
}

TEST(ImageSet, AnImageMayBeSignedItself) {
    const auto verdict = judge({list("SUMS", {{path("a.iso"), strong}})}, true, true);
    EXPECT_EQ(verdict.fault, "");
    EXPECT_THAT(verdict.need_signature, ElementsAre(path("a.iso")));
    EXPECT_THAT(verdict.held, ElementsAre(path("SUMS")));
}

}  // namespace
}  // namespace mirrorseed::sync::images
