#include "core/checksum.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace mirrorseed {

std::optional<Checksum> Checksum::from_hex(ChecksumKind kind, std::string_view text) {
    Checksum checksum{.kind = kind};
    if (!mirrorseed::from_hex(text, std::span(checksum.bytes).first(checksum_size(kind)))) return {};
    return checksum;
}

Checksum Checksum::of(const Digest& digest) {
    Checksum checksum;
    std::copy(digest.bytes.begin(), digest.bytes.end(), checksum.bytes.begin());
    return checksum;
}

std::string Checksum::hex() const {
    return to_hex(std::span(bytes).first(checksum_size(kind)));
}

std::optional<Digest> Checksum::digest() const {
    if (kind != ChecksumKind::sha256) return {};
    Digest digest;
    std::copy_n(bytes.begin(), digest.bytes.size(), digest.bytes.begin());
    return digest;
}

Checksum ChecksumMaker::finish() {
    Checksum checksum{.kind = kind_};
    hash_.finish(std::span(checksum.bytes).first(checksum_size(kind_)));
    return checksum;
}

}  // namespace mirrorseed
