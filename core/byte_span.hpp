// Bytes that somebody else holds, and who wants to see them go by.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace mirrorseed {

using ByteSpan = std::span<const std::uint8_t>;

inline ByteSpan as_bytes(std::string_view text) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// A hash, a piece hasher, a signature maker.
class ByteObserver {
public:
    virtual ~ByteObserver() = default;
    virtual void see(ByteSpan bytes) = 0;
};

}  // namespace mirrorseed
