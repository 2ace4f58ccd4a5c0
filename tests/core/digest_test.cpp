#include "core/digest.hpp"

#include "core/sha1.hpp"
#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

using test::digest_of_text;
using test::fails_with;

TEST(Digest, KnowsThePublishedVectors) {
    // FIPS 180-4 examples.
    EXPECT_EQ(digest_of_text("").hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(digest_of_text("abc").hex(),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(digest_of_text(std::string(1'000'000, 'a')).hex(),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    EXPECT_EQ(digest_of_text("abc").base64(), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

TEST(Digest, AStreamMayComeInPiecesOfAnySize) {
    const std::string text(1000, 'x');
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{64}, std::size_t{999}}) {
        Sha256 hash;
        for (std::size_t at = 0; at < text.size(); at += piece)
            hash.see(as_bytes(std::string_view(text).substr(at, piece)));
        EXPECT_EQ(hash.finish(), digest_of_text(text)) << piece;
    }
}

TEST(Digest, FinishStartsAfresh) {
    Sha256 hash;
    hash.see(as_bytes("something"));
    (void)hash.finish();
    EXPECT_EQ(hash.finish(), digest_of_text(""));
    hash.see(as_bytes("abc"));
    EXPECT_EQ(hash.finish(), digest_of_text("abc"));
}

TEST(Digest, AHashMayMoveInTheMiddle) {
    Sha256 hash;
    hash.see(as_bytes("a"));
    Sha256 moved = std::move(hash);
    moved.see(as_bytes("bc"));
    EXPECT_EQ(moved.finish(), digest_of_text("abc"));
}

TEST(Digest, IsReadFromExactly64HexDigits) {
    const auto digest = digest_of_text("abc");
    EXPECT_EQ(Digest::parse_hex(digest.hex()).value(), digest);
    for (const auto& text : {std::string(), std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'g'),
                             " " + std::string(63, 'a')})
        EXPECT_TRUE(fails_with(Fault::bad_input, Digest::parse_hex(text))) << text;
}

TEST(Digest, EachKindKnowsItsNameAndLength) {
    EXPECT_EQ(Digest::parse_hex("x").error().text(), "\"x\" is no SHA-256 (64 hex digits)");
    EXPECT_EQ(Sha1Hash::parse_hex("x").error().text(), "\"x\" is no SHA-1 (40 hex digits)");
    EXPECT_EQ(Sha1::of(as_bytes("abc")).hex(), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

}  // namespace
}  // namespace mirrorseed
