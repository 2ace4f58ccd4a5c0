// The algorithms that contents are hashed by, here and by upstreams.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mirrorseed {

enum class ChecksumKind : std::uint8_t { md5, sha1, sha224, sha256, sha384, sha512, blake2b };

struct ChecksumFacts {
    std::size_t size = 0;
    std::string_view name{};             // "SHA-512"
    const char* library_name = nullptr;  // OpenSSL's
};

constexpr ChecksumFacts facts_of(ChecksumKind kind) noexcept {
    constexpr std::array<ChecksumFacts, 7> facts{{{16, "MD5", "MD5"},
                                                  {20, "SHA-1", "SHA1"},
                                                  {28, "SHA-224", "SHA224"},
                                                  {32, "SHA-256", "SHA256"},
                                                  {48, "SHA-384", "SHA384"},
                                                  {64, "SHA-512", "SHA512"},
                                                  {64, "BLAKE2b", "BLAKE2B-512"}}};
    return facts[static_cast<std::size_t>(kind)];
}

constexpr std::size_t checksum_size(ChecksumKind kind) noexcept {
    return facts_of(kind).size;
}
constexpr std::string_view checksum_name(ChecksumKind kind) noexcept {
    return facts_of(kind).name;
}

}  // namespace mirrorseed
