// SipHash-2-4: a hash under a secret key, which nobody outside can aim at or forge.
#pragma once

#include "core/byte_span.hpp"

#include <cstdint>

namespace mirrorseed::httpd::tracker {

struct HashKey {
    std::uint64_t first = 0, second = 0;
    // By the kernel's dice; throws where it has none.
    static HashKey random();
};

std::uint64_t sip_hash(const HashKey& key, ByteSpan bytes) noexcept;

}  // namespace mirrorseed::httpd::tracker
