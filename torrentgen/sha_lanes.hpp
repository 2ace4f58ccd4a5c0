// SHA-1 and SHA-256 of many streams at once.
//
// Pieces and 16 KiB blocks are independent of each other, so a processor's vector
// unit hashes up to sixteen of them in the time that one takes alone. The caller
// brings as many jobs as it has; lanes that run out are given the next ones.
//
// A kernel uses AVX2 or the SHA instructions and never both: those exist in the old encoding alone, and
// between instructions of AVX2 each has to keep the upper halves of its registers, which took a Xeon 30 times
// as long.
//
// fastest() finds out once, in about a millisecond, which kernel is right and
// quickest on this machine for each of the two. The environment's
// MIRRORSEED_LANES names one instead: avx512, avx2, sha-ni or openssl.
#pragma once

#include "core/sha1.hpp"
#include "torrentgen/sha_kernel.hpp"

#include <array>
#include <span>
#include <vector>

namespace mirrorseed::torrentgen {

// A hash that is not finished yet: what was seen of its stream is in `words`.
template <std::size_t words_in_state>
struct ShaState {
    std::array<std::uint32_t, words_in_state> words{};
    std::uint64_t seen = 0;
};
struct Sha1State : ShaState<5> {
    Sha1State() : ShaState{{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}} {}
};
struct Sha256State : ShaState<8> {
    Sha256State()
        : ShaState{{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
                    0x5be0cd19}} {}
};

// The next bytes of one stream. All but the last ones of a stream are whole blocks of 64 bytes.
template <class State>
struct ShaJob {
    State* state = nullptr;
    ByteSpan bytes{};
    bool last = false;  // the stream ends with these; the state then holds its hash
};

class ShaLanes {
public:
    ShaLanes(const ShaKernel& for_sha1, const ShaKernel& for_sha256)
        : sha1_(&for_sha1), sha256_(&for_sha256) {}

    static ShaLanes fastest();
    // The one of this name; an error when there is none or this processor cannot run it.
    static Result<ShaLanes> named(std::string_view name);
    // What MIRRORSEED_LANES names, else the fastest.
    static Result<ShaLanes> chosen();
    static std::span<const ShaKernel* const> all() noexcept;

    std::string name() const;  // "avx512", or "sha-ni and avx512" when they differ
    unsigned sha1_lanes() const noexcept { return sha1_->lanes; }

    // Each state goes on by its job's bytes. No state may be named twice.
    void run(std::span<const ShaJob<Sha1State>> jobs) const;
    void run(std::span<const ShaJob<Sha256State>> jobs) const;

    // The digests of whole messages.
    void hash(std::span<const ByteSpan> messages, std::span<Digest> digests) const;

private:
    const ShaKernel* sha1_;
    const ShaKernel* sha256_;
};

// Of a state whose stream has ended.
Sha1Hash hash_of(const Sha1State& state) noexcept;
Digest hash_of(const Sha256State& state) noexcept;

}  // namespace mirrorseed::torrentgen
