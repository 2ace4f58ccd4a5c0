#include "sync/images/image_choice.hpp"

#include "sync/images/image_names.hpp"
#include "tests/support/printers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mirrorseed::sync::images {
namespace {

using test::path;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

std::vector<RelPath> paths(std::initializer_list<const char*> names) {
    std::vector<RelPath> all;
    for (const char* name : names)
        all.push_back(path(name));
    return all;
}

TEST(ImageChoice, TakesTheNewestOfEach) {
    const auto images =
        paths({"9.10/u-9.10.iso", "10.04/u-10.04.iso", "10.04/s-10.04.iso", "100/u-100.1.iso"});
    EXPECT_EQ(newest_of(images, 0), images);
    EXPECT_THAT(newest_of(images, 1),
                ElementsAre(path("10.04/s-10.04.iso"), path("10.04/u-10.04.iso"), path("100/u-100.1.iso")))
        << "of names that differ in other things than numbers each is one of its own";
}

TEST(ImageChoice, ANameIsBelievedBeforeItsFolder) {
    EXPECT_THAT(newest_of(paths({"40/u-40.iso", "41/u-39.iso"}), 1), ElementsAre(path("40/u-40.iso")))
        << "an old one under a high number";
    EXPECT_THAT(newest_of(paths({"40/u.iso", "41/u.iso"}), 1), ElementsAre(path("41/u.iso")));
    EXPECT_THAT(superseded_by(paths({"41/u-39.iso"}), paths({"40/u-40.iso"}), paths({"40/u-40.iso"})),
                ElementsAre());
}

TEST(ImageChoice, DiscsAndMachinesOfOneReleaseAreNoVersions) {
    const auto images =
        paths({"12.5/amd64/d-12.5-DVD-1.iso", "12.5/amd64/d-12.5-DVD-2.iso", "12.5/i386/d-12.5.iso",
               "12.5/i686/d-12.5.iso", "9.13/amd64/d-9.13-DVD-2.iso"});
    EXPECT_THAT(newest_of(images, 1), ElementsAre(images[0], images[1], images[2], images[3]));
}

TEST(ImageChoice, TellsWhatGoesForSomethingNewer) {
    const auto chosen = paths({"2/a-2.iso", "c/b-2.iso"});
    const auto files =
        paths({"1/a-1.iso", "1/SUMS", "c/b-1.iso", "c/b-1.iso.zsync", "c/x.iso", "d/y.iso", "d/SUMS"});
    EXPECT_THAT(superseded_by(chosen, paths({"1/a-1.iso", "c/b-1.iso", "c/x.iso", "d/y.iso"}), files),
                UnorderedElementsAre(path("1/a-1.iso"), path("1/SUMS"), path("c/b-1.iso")));
}

TEST(ImageChoice, TellsWhereTheNewestGoesForAnOlderOne) {
    const auto chosen = paths({"39/a-39.iso", "39/b.iso", "c-7.iso"});
    EXPECT_EQ(went_back(chosen, paths({"40/b.iso"})),
              "the newest that is there is 39/b.iso, and here is the newer 40/b.iso");
    EXPECT_NE(went_back(chosen, paths({"38/a-38.iso", "38/a-40.iso"})), "") << "the name tells";
    EXPECT_EQ(went_back(chosen, paths({"38/a-38.iso", "40/a-38.iso", "38/b.iso"})), "");
    EXPECT_EQ(went_back(chosen, paths({"d-9.iso"})), "") << "of which nothing is there";
    EXPECT_EQ(went_back(paths({"8/c.iso", "6/c.iso"}), paths({"7/c.iso"})), "") << "the newest stays";
}

TEST(ImageChoice, TellsWhatMayGoForIt) {
    const auto gone = paths({"1/a-1.iso", "1/SUMS", "x/b-1.iso", "x/SUMS"});
    EXPECT_THAT(replaced_by(paths({"2/a-2.iso", "2/SUMS"}), paths({"1/a-1.iso", "x/b-1.iso"}), gone),
                ElementsAre(path("1/a-1.iso"), path("1/SUMS")));
    EXPECT_THAT(replaced_by(paths({"3/c-2.iso"}), paths({"1/a-1.iso", "x/b-1.iso"}), gone), ElementsAre());
}

TEST(ImageNames, KnowsWhatBelongsToAnImage) {
    for (const char* name :
         {"a-1.iso.zsync", "a-1.iso.torrent", "a-1.jigdo", "a-1.template", "a-1.manifest", "a-1.iso.sig"})
        EXPECT_TRUE(is_companion(name, "a-1.iso")) << name;
    for (const char* name : {"a-1.iso", "a-1.img", "b-1.iso.zsync", "a-1.iso.sha256", "a-1.zip", "a-1.sig"})
        EXPECT_FALSE(is_companion(name, "a-1.iso")) << name;
    EXPECT_TRUE(is_signature_of("a.iso.asc", "a.iso"));
    EXPECT_FALSE(is_signature_of("a.iso.zsync", "a.iso"));
}

TEST(ImageNames, ListsWhatMayBelongToThemInTheirFoldersAlone) {
    const auto is_listed = [](const char* match, const char* name) {
        const auto patterns = to_be_listed({Glob::parse(match).value()});
        return std::any_of(patterns.begin(), patterns.end(),
                           [&](const Glob& glob) { return glob.matches(path(name)); });
    };
    for (const char* name :
         {"a/1/x.iso", "a/1/SHA256SUMS", "a/1/SHA256SUMS.gpg", "a/1/X-CHECKSUM", "a/1/x.iso.sha256",
          "a/1/b2sums.txt", "a/1/md5sum.txt", "a/1/x.iso.zsync", "a/1/x.jigdo", "a/1/x.DIGESTS"})
        EXPECT_TRUE(is_listed("a/*/*.iso", name)) << name;
    for (const char* name : {"a/1/README", "a/SHA256SUMS", "b/1/SHA256SUMS", "a/1/2/x.iso.zsync"})
        EXPECT_FALSE(is_listed("a/*/*.iso", name)) << name;
    EXPECT_TRUE(is_listed("*.iso", "a/b/SHA256SUMS"));
    for (const char* match : {"a/**", "a/**.iso", "a/x**.iso", "a/{x**,y}.iso"}) {
        EXPECT_TRUE(is_listed(match, "a/SHA256SUMS")) << match;
        EXPECT_TRUE(is_listed(match, "a/1/2/SHA256SUMS")) << match;
        EXPECT_FALSE(is_listed(match, "b/1/SHA256SUMS")) << match;
    }
    EXPECT_TRUE(is_listed("{a/b,c}/x*.iso", "a/b/SHA256SUMS"));
    EXPECT_TRUE(is_listed("{a/b,c}/x*.iso", "c/SHA256SUMS"));
}

}  // namespace
}  // namespace mirrorseed::sync::images
