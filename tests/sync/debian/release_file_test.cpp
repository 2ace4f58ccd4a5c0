#include "sync/debian/release_file.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mirrorseed::sync::debian {
namespace {

const std::string sum(64, 'a'), long_sum(128, 'b');

TEST(ReleaseFile, TellsItsFiles) {
    const auto release =
        parse_release(
            "Origin: X\nDate: Sat,  7 Oct 2023 09:57:16 UTC\nValid-Until: Sun, 08 Oct 2023 09:57:16 +0000\n"
            "Architectures: all amd64\nAcquire-By-Hash: yes\n"
            "MD5Sum:\n 00 1 main/a\nSHA256:\n " +
            sum + " 12 main/b/Packages.gz\n " + sum + " 7 ./a\n" + "SHA512:\n " + long_sum + " 7 a\n")
            .value();
    EXPECT_EQ(release.date, 1696672636);
    EXPECT_EQ(release.valid_until, 1696672636 + 86400);
    EXPECT_TRUE(release.by_hash);
    EXPECT_TRUE(release.has_index_for_all);
    ASSERT_EQ(release.files.size(), 2U);
    EXPECT_EQ(by_hash_path(release.files[0]).str(), "by-hash/SHA512/" + long_sum);
    EXPECT_EQ(by_hash_path(release.files[1]).str(), "main/b/by-hash/SHA256/" + sum);
    EXPECT_EQ(release.find(RelPath::parse("main/b/Packages.gz").value())->size, 12U);
    EXPECT_EQ(release.find(RelPath::parse("main/a").value()), nullptr);
}

TEST(ReleaseFile, ClientsMayHaveNoUseForAnIndexOfAll) {
    const auto release =
        parse_release("Architectures: all amd64\nNo-Support-for-Architecture-all: Packages\nSHA256:\n " +
                      sum + " 1 a\n")
            .value();
    EXPECT_FALSE(release.has_index_for_all);
    EXPECT_FALSE(release.by_hash);
    EXPECT_FALSE(release.date);
    EXPECT_TRUE(parse_release("SHA256:\n " + sum + " 1 a\n").value().has_index_for_all);
}

TEST(ReleaseFile, ADateIsOneOfUtc) {
    EXPECT_EQ(parse_release_date("Sat, 07 Oct 2023 09:57:16 UTC"), 1696672636);
    EXPECT_EQ(parse_release_date("Sat, 07 Oct 2023 09:57:16 +0100"), std::nullopt);
    EXPECT_EQ(parse_release_date("2023-10-07"), std::nullopt);
    EXPECT_EQ(parse_release_date(""), std::nullopt);
}

}  // namespace
}  // namespace mirrorseed::sync::debian
