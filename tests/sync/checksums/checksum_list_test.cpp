#include "sync/checksums/checksum_list.hpp"

#include "core/text.hpp"
#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::fails_with;
using test::ok;
using test::path;

const std::string md5 = "900150983cd24fb0d6963f7d28e17f72";
const std::string sha1 = "a9993e364706816aba3e25717850c26c9cd0d89d";
const std::string sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const std::string other = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const std::string sixty_four = sha256 + other;

// "KIND path" for each, which is what a test wants to read.
std::vector<std::string> read(const char* list, const std::string& text) {
    const auto parsed = parse_checksum_list(path(list), text);
    if (!parsed) return {parsed.error().text()};
    std::vector<std::string> lines;
    for (const auto& item : *parsed)
        lines.push_back(std::string(checksum_name(item.checksum.kind)) + " " + escape_text(item.path.str()));
    return lines;
}
using Lines = std::vector<std::string>;

TEST(ChecksumList, ReadsGnuLinesInBothModes) {
    EXPECT_EQ(read("iso/SHA256SUMS", sha256 + "  a.iso\n" + other + " *sub/b c.iso\n"),
              (Lines{"SHA-256 iso/a.iso", "SHA-256 iso/sub/b c.iso"}));
    const auto parsed = parse_checksum_list(path("SHA256SUMS"), sha256 + "  a");
    EXPECT_EQ(parsed.value().at(0).checksum.hex(), sha256);
    EXPECT_EQ(parsed->at(0).path, path("a"));
}

TEST(ChecksumList, ReadsEscapedNames) {
    EXPECT_EQ(read("SUMS/SHA256SUMS", "\\" + sha256 + "  a\\nb\\\\c\\rd\n"),
              (Lines{"SHA-256 SUMS/a\\x0ab\\\\c\\x0dd"}));
    EXPECT_EQ(read("SHA256SUMS", sha256 + "  a\\nb\n"), (Lines{"SHA-256 a\\\\nb"}))
        << "only where it says so";
}

TEST(ChecksumList, ReadsBsdAndOpensslLines) {
    EXPECT_EQ(read("CHECKSUM", "SHA256 (a (1).iso) = " + sha256 + "\nMD5 (a (1).iso) = " + md5 +
                                   "\nSHA2-256(b)= " + other + "\nSHA1(c)= " + sha1 +
                                   "\nRMD160 (c) = " + sha1 + "\nBLAKE2b (d) = " + sixty_four + "\n"),
              (Lines{"MD5 a (1).iso", "SHA-256 a (1).iso", "SHA-256 b", "SHA-1 c", "BLAKE2b d"}));
}

TEST(ChecksumList, ReadsFedorasCommentsAndWindowsLineEnds) {
    EXPECT_EQ(read("x/Fedora-44-CHECKSUM",
                   "# Fedora-44.iso: 123 bytes\r\nSHA256 (Fedora-44.iso) = " + sha256 + "\r\n"),
              (Lines{"SHA-256 x/Fedora-44.iso"}));
}

TEST(ChecksumList, PassesOverTheArmourOfASignature) {
    EXPECT_EQ(read("sha256sums.asc",
                   "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" + sha256 +
                       "  linux.tar.xz\n-----BEGIN PGP SIGNATURE-----\n\niQIzBAEBCAAdFiEE\n=abcd\n"
                       "-----END PGP SIGNATURE-----\n"),
              (Lines{"SHA-256 linux.tar.xz"}));
}

TEST(ChecksumList, TellsKindsOfSixtyFourBytesByNameAndHeader) {
    const auto line = sixty_four + "  a\n";
    EXPECT_EQ(read("SHA512SUMS", line), (Lines{"SHA-512 a"}));
    EXPECT_EQ(read("b2sums.txt", line), (Lines{"BLAKE2b a"}));
    EXPECT_EQ(read("a.DIGESTS", "# BLAKE2B HASH\n" + line + "# SHA512 HASH\n" + line),
              (Lines{"SHA-512 a", "BLAKE2b a"}));
}

TEST(ChecksumList, TakesAHashAloneForTheFileItIsNamedAfter) {
    for (const auto* list : {"i/x.iso.sha256", "i/x.iso.SHA256SUM", "i/x.iso.sha256.txt"})
        EXPECT_EQ(read(list, sha256 + "\n"), (Lines{"SHA-256 i/x.iso"})) << list;
    EXPECT_EQ(read("i/x.iso.sha256", sha256 + "  -\n"), (Lines{"SHA-256 i/x.iso"}));
    EXPECT_EQ(read("i/x.iso.sha256", sha256 + "  /home/builder/out/x.iso\n"), (Lines{"SHA-256 i/x.iso"}));
    EXPECT_EQ(read("i/x.iso.sha256", sha256 + "  y.iso\n"), (Lines{"SHA-256 i/y.iso"}));
    EXPECT_TRUE(fails_with(Fault::not_found, parse_checksum_list(path("SHA256SUMS"), sha256)));
}

TEST(ChecksumList, TakesDotsInFrontForNothing) {
    EXPECT_EQ(read("d/md5sum.txt", md5 + "  ./boot/grub/font.pf2\n"), (Lines{"MD5 d/boot/grub/font.pf2"}));
}

TEST(ChecksumList, RefusesNamesThatLeaveItsFolder) {
    for (const auto* name : {"../a", "/etc/passwd", "a/../../b", "a//b", "./"})
        EXPECT_TRUE(fails_with(Fault::unsafe_path,
                               parse_checksum_list(path("d/SHA256SUMS"), sha256 + "  " + name + "\n")))
            << name;
}

TEST(ChecksumList, SaysNothingOfAFileThatItNamesTwice) {
    EXPECT_EQ(read("SHA256SUMS", sha256 + "  a\n" + sha256 + "  ./a\n"), (Lines{"SHA-256 a"}));
    EXPECT_EQ(read("SHA256SUMS", sha256 + "  a\n" + md5 + "  a\n" + other + "  a\n" + other + "  b\n"),
              (Lines{"SHA-256 b"}));
    EXPECT_EQ(read("SHA256SUMS", sha256 + "  a\n" + other + "  a\n"), Lines{});
    EXPECT_TRUE(fails_with(Fault::not_found, parse_checksum_list(path("SHA256SUMS"),
                                                                 "\x7f"
                                                                 "ELF")));
}

TEST(ChecksumList, KnowsTheFileThatItIsNamedAfter) {
    EXPECT_EQ(listed_name(path("d/x.iso.sha256")), "x.iso");
    EXPECT_EQ(listed_name(path("x.iso.MD5SUM.txt")), "x.iso");
    EXPECT_EQ(listed_name(path("x.iso.CHECKSUM")), "x.iso");
    for (const auto* own : {"SHA256SUMS", "sha256sum.txt", "Fedora-44-CHECKSUM", ".sha256"})
        EXPECT_EQ(listed_name(path(own)), "") << own;
}

TEST(ChecksumList, RefusesWhatIsNone) {
    for (const auto* text : {"", "<html><body>Please log in</body></html>\n", "deadbeef  a\n"})
        EXPECT_TRUE(fails_with(Fault::not_found, parse_checksum_list(path("SHA256SUMS"), text))) << text;
    EXPECT_TRUE(
        fails_with(Fault::bad_input,
                   parse_checksum_list(path("SHA256SUMS"), std::string(longest_checksum_list + 1, '\n'))));
}

TEST(ChecksumList, IsKnownByItsName) {
    for (const auto* name : {"SHA256SUMS",
                             "a/SHA512SUMS",
                             "MD5SUMS",
                             "sha256sum.txt",
                             "md5sum.txt",
                             "b2sums.txt",
                             "SHA256SUMS-desktop",
                             "sha256sums",
                             "SHA256",
                             "CHECKSUM",
                             "CHECKSUM.txt",
                             "CHECKSUMS",
                             "Fedora-44-x86_64-CHECKSUM",
                             "x.iso.sha256",
                             "x.iso.SHA256SUM",
                             "x.iso.md5",
                             "x.iso.b2",
                             "x.iso.sha256.txt",
                             "x.tar.xz.DIGESTS",
                             "x.iso.CHECKSUM",
                             "x.jar.sha1"})
        EXPECT_TRUE(is_checksum_list(path(name))) << name;
    for (const auto* name : {"", "Packages", "sha256sum.c", "sha256sums-1.0.tar.gz", "b2", "md5deep.deb",
                             ".sha256", "README.txt", "SHA256SUMS.gpg", "x.sig"})
        EXPECT_FALSE(is_checksum_list(path(name))) << name;
}

TEST(ChecksumList, KnowsWhereSignaturesStand) {
    EXPECT_EQ(signature_names(path("d/SHA256SUMS")),
              (std::vector{path("d/SHA256SUMS.gpg"), path("d/SHA256SUMS.sign"), path("d/SHA256SUMS.asc"),
                           path("d/SHA256SUMS.sig")}));
    EXPECT_EQ(signed_name(path("d/SHA256SUMS.sign")), path("d/SHA256SUMS"));
    for (const auto* none : {"d/.gpg", "d/..sig", "...sig"})
        EXPECT_EQ(signed_name(path(none)), std::nullopt) << none;
    EXPECT_EQ(signed_name(path("d/SHA256SUMS")), std::nullopt);
}

}  // namespace
}  // namespace mirrorseed::sync
