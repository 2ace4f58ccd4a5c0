// SHA-256: the name of every content, everywhere.
#pragma once

#include "core/result.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace mirrorseed {

using ByteSpan = std::span<const std::uint8_t>;

inline ByteSpan as_bytes(std::string_view text) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

struct Digest {
    std::array<std::uint8_t, 32> bytes{};

    static Result<Digest> parse_hex(std::string_view text);
    std::string hex() const;
    std::string base64() const;
    auto operator<=>(const Digest&) const = default;
};

// Somebody who wants to see bytes go by: a hash, a piece hasher, a signature maker.
class ByteObserver {
public:
    virtual ~ByteObserver() = default;
    virtual void see(ByteSpan bytes) = 0;
};

// Takes a stream in pieces of any size. finish() answers once, and starts afresh.
class Sha256 final : public ByteObserver {
public:
    Sha256();
    ~Sha256() override;
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void see(ByteSpan bytes) override;
    Digest finish();

    static Digest of(ByteSpan bytes);

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

}  // namespace mirrorseed

template <>
struct std::hash<mirrorseed::Digest> {
    std::size_t operator()(const mirrorseed::Digest& digest) const noexcept {
        std::size_t value = 0;  // a digest is as good as random already
        std::memcpy(&value, digest.bytes.data(), sizeof value);
        return value;
    }
};
