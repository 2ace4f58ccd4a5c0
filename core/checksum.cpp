#include "core/checksum.hpp"

#include "core/evp_hash.hpp"
#include "core/text.hpp"

#include <algorithm>

namespace mirrorseed {
namespace {

struct Kind {
    std::size_t size;
    std::string_view name;
    const char* library_name;
};
constexpr std::array<Kind, 7> kinds{{{16, "MD5", "MD5"},
                                     {20, "SHA-1", "SHA1"},
                                     {28, "SHA-224", "SHA224"},
                                     {32, "SHA-256", "SHA256"},
                                     {48, "SHA-384", "SHA384"},
                                     {64, "SHA-512", "SHA512"},
                                     {64, "BLAKE2b", "BLAKE2B-512"}}};

const Kind& facts(ChecksumKind kind) noexcept {
    return kinds[static_cast<std::size_t>(kind)];
}

// One for each kind, each made when it is first asked for.
template <ChecksumKind kind>
const EvpAlgorithm& algorithm_of() {
    static const EvpAlgorithm algorithm(facts(kind).library_name);
    return algorithm;
}

const EvpAlgorithm& algorithm(ChecksumKind kind) {
    switch (kind) {
        case ChecksumKind::md5:
            return algorithm_of<ChecksumKind::md5>();
        case ChecksumKind::sha1:
            return algorithm_of<ChecksumKind::sha1>();
        case ChecksumKind::sha224:
            return algorithm_of<ChecksumKind::sha224>();
        case ChecksumKind::sha256:
            break;
        case ChecksumKind::sha384:
            return algorithm_of<ChecksumKind::sha384>();
        case ChecksumKind::sha512:
            return algorithm_of<ChecksumKind::sha512>();
        case ChecksumKind::blake2b:
            return algorithm_of<ChecksumKind::blake2b>();
    }
    return algorithm_of<ChecksumKind::sha256>();
}

}  // namespace

std::size_t checksum_size(ChecksumKind kind) noexcept {
    return facts(kind).size;
}

std::string_view checksum_name(ChecksumKind kind) noexcept {
    return facts(kind).name;
}

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

struct ChecksumMaker::Context {
    EvpHash hash;
    explicit Context(ChecksumKind kind) : hash(algorithm(kind)) {}
};

ChecksumMaker::ChecksumMaker(ChecksumKind kind) : kind_(kind), context_(std::make_unique<Context>(kind)) {}
ChecksumMaker::~ChecksumMaker() = default;
ChecksumMaker::ChecksumMaker(ChecksumMaker&&) noexcept = default;
ChecksumMaker& ChecksumMaker::operator=(ChecksumMaker&&) noexcept = default;

void ChecksumMaker::see(ByteSpan bytes) {
    context_->hash.see(bytes);
}

Checksum ChecksumMaker::finish() {
    Checksum checksum{.kind = kind_};
    context_->hash.finish(std::span(checksum.bytes).first(checksum_size(kind_)));
    return checksum;
}

}  // namespace mirrorseed
