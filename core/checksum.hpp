// Checksums as upstreams write them: of several algorithms, to compare a content with what its maker says.
//
// MD5 and SHA-1 stand against accidents alone; what names a content here is its SHA-256 (core/digest.hpp).
#pragma once

#include "core/digest.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed {

struct Checksum {
    ChecksumKind kind = ChecksumKind::sha256;
    std::array<std::uint8_t, 64> bytes{};  // zeros beyond its size

    // Nothing unless the text is as many hex digits as the kind has.
    static std::optional<Checksum> from_hex(ChecksumKind kind, std::string_view text);
    static Checksum of(const Digest& digest);

    std::string hex() const;
    // When it is a SHA-256.
    std::optional<Digest> digest() const;
    auto operator<=>(const Checksum&) const = default;
};

// Takes a stream in pieces of any size. finish() answers once, and starts afresh.
class ChecksumMaker final : public ByteObserver {
public:
    explicit ChecksumMaker(ChecksumKind kind) : kind_(kind), hash_(kind) {}

    void see(ByteSpan bytes) override { hash_.see(bytes); }
    Checksum finish();

private:
    ChecksumKind kind_;
    EvpHash hash_;
};

}  // namespace mirrorseed
