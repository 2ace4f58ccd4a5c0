// A hash of OpenSSL's: what every hash of a stream is made of.
#pragma once

#include "core/byte_span.hpp"
#include "core/checksum_kind.hpp"

#include <memory>

namespace mirrorseed {

class EvpHash {
public:
    // Throws when OpenSSL has none of that kind.
    explicit EvpHash(ChecksumKind kind);

    void see(ByteSpan bytes);
    // `out` is as long as the hash. Starts afresh.
    void finish(std::span<std::uint8_t> out);

private:
    struct Free {
        void operator()(void* context) const noexcept;
    };

    void start();

    const void* algorithm_;
    std::unique_ptr<void, Free> context_;
};

}  // namespace mirrorseed
