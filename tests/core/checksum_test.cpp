#include "core/checksum.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

struct Case {
    ChecksumKind kind;
    const char* hex;  // of "abc"
};
constexpr Case cases[] = {
    {ChecksumKind::md5, "900150983cd24fb0d6963f7d28e17f72"},
    {ChecksumKind::sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {ChecksumKind::sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"},
    {ChecksumKind::sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {ChecksumKind::sha384,
     "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"},
    {ChecksumKind::sha512,
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
    {ChecksumKind::blake2b,
     "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
     "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"},
};

TEST(Checksum, IsWhatTheStandardsSay) {
    for (const auto& [kind, hex] : cases) {
        ChecksumMaker maker(kind);
        maker.see(as_bytes("ab"));
        maker.see(as_bytes("c"));
        const auto made = maker.finish();
        EXPECT_EQ(made.hex(), hex) << checksum_name(kind);
        EXPECT_TRUE(Checksum::from_hex(kind, hex) == made) << checksum_name(kind);
        maker.see(as_bytes("abc"));
        EXPECT_TRUE(maker.finish() == made) << "a maker starts afresh";
    }
}

TEST(Checksum, RefusesTextOfAnotherLength) {
    EXPECT_FALSE(Checksum::from_hex(ChecksumKind::sha1, "900150983cd24fb0d6963f7d28e17f72"));
    EXPECT_FALSE(Checksum::from_hex(ChecksumKind::md5, "900150983cd24fb0d6963f7d28e17f7x"));
}

TEST(Checksum, OfSha256IsADigest) {
    const auto digest = Sha256::of(as_bytes("abc"));
    EXPECT_EQ(Checksum::of(digest).digest(), digest);
    EXPECT_FALSE(Checksum{.kind = ChecksumKind::md5}.digest());
}

}  // namespace
}  // namespace mirrorseed
