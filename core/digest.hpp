// Hashes of one kind each, and SHA-256 above all: the name of every content, everywhere.
#pragma once

#include "core/evp_hash.hpp"
#include "core/result.hpp"
#include "core/text.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace mirrorseed {

template <ChecksumKind kind>
struct HashValue {
    std::array<std::uint8_t, checksum_size(kind)> bytes{};

    static Result<HashValue> parse_hex(std::string_view text) {
        HashValue value;
        if (from_hex(text, value.bytes)) return value;
        return Error(Fault::bad_input, in_quotes(text) + " is no " + std::string(checksum_name(kind)) + " (" +
                                           std::to_string(2 * checksum_size(kind)) + " hex digits)");
    }
    std::string hex() const { return to_hex(bytes); }
    std::string base64() const { return to_base64(bytes); }
    auto operator<=>(const HashValue&) const = default;
};

// Takes a stream in pieces of any size. finish() answers once, and starts afresh.
template <ChecksumKind kind>
class StreamHash final : public ByteObserver {
public:
    void see(ByteSpan bytes) override { hash_.see(bytes); }
    HashValue<kind> finish() {
        HashValue<kind> value;
        hash_.finish(value.bytes);
        return value;
    }

    static HashValue<kind> of(ByteSpan bytes) {
        StreamHash hash;
        hash.see(bytes);
        return hash.finish();
    }

private:
    EvpHash hash_{kind};
};

using Digest = HashValue<ChecksumKind::sha256>;
using Sha256 = StreamHash<ChecksumKind::sha256>;

}  // namespace mirrorseed

template <mirrorseed::ChecksumKind kind>
struct std::hash<mirrorseed::HashValue<kind>> {
    std::size_t operator()(const mirrorseed::HashValue<kind>& value) const noexcept {
        std::size_t first = 0;  // it is as good as random already
        std::memcpy(&first, value.bytes.data(), sizeof first);
        return first;
    }
};
