// Eight streams in AVX2.
#include "torrentgen/sha_rounds.hpp"

#if defined(__x86_64__)
#include <immintrin.h>

namespace mirrorseed::torrentgen {
namespace {

struct Lanes8 {
    static constexpr int width = 8;
    __m256i v;

    static Lanes8 add(Lanes8 a, Lanes8 b) { return {_mm256_add_epi32(a.v, b.v)}; }
    template <int n>
    static Lanes8 rotate_left(Lanes8 a) {
        return {_mm256_or_si256(_mm256_slli_epi32(a.v, n), _mm256_srli_epi32(a.v, 32 - n))};
    }
    template <int n>
    static Lanes8 rotate_right(Lanes8 a) {
        return rotate_left<32 - n>(a);
    }
    template <int n>
    static Lanes8 shift_right(Lanes8 a) {
        return {_mm256_srli_epi32(a.v, n)};
    }
    static Lanes8 exclusive_or(Lanes8 a, Lanes8 b, Lanes8 c) {
        return {_mm256_xor_si256(_mm256_xor_si256(a.v, b.v), c.v)};
    }
    static Lanes8 choose(Lanes8 a, Lanes8 b, Lanes8 c) {
        return {_mm256_xor_si256(_mm256_and_si256(a.v, _mm256_xor_si256(b.v, c.v)), c.v)};
    }
    static Lanes8 majority(Lanes8 a, Lanes8 b, Lanes8 c) {
        return {
            _mm256_or_si256(_mm256_and_si256(a.v, b.v), _mm256_and_si256(c.v, _mm256_or_si256(a.v, b.v)))};
    }
    static Lanes8 constant(std::uint32_t value) { return {_mm256_set1_epi32(static_cast<int>(value))}; }
    static Lanes8 load(const std::uint32_t* from) {
        return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from))};
    }
    static void store(std::uint32_t* to, Lanes8 a) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), a.v);
    }

    // Two 8 by 8 transpositions of words: first within the two 128-bit parts of each row, then between them.
    [[gnu::always_inline]] static void load_half(const std::uint8_t* const* data, std::size_t offset,
                                                 Lanes8* words) {
        const __m256i big_endian =
            _mm256_broadcastsi128_si256(_mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3));
        __m256i row[8], pair[8], quad[8];
#pragma GCC unroll 8
        for (int i = 0; i < 8; ++i)
            row[i] = _mm256_shuffle_epi8(
                _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data[i] + offset)), big_endian);
#pragma GCC unroll 4
        for (int i = 0; i < 8; i += 2) {
            pair[i] = _mm256_unpacklo_epi32(row[i], row[i + 1]);
            pair[i + 1] = _mm256_unpackhi_epi32(row[i], row[i + 1]);
        }
#pragma GCC unroll 2
        for (int i = 0; i < 8; i += 4) {
            quad[i] = _mm256_unpacklo_epi64(pair[i], pair[i + 2]);
            quad[i + 1] = _mm256_unpackhi_epi64(pair[i], pair[i + 2]);
            quad[i + 2] = _mm256_unpacklo_epi64(pair[i + 1], pair[i + 3]);
            quad[i + 3] = _mm256_unpackhi_epi64(pair[i + 1], pair[i + 3]);
        }
#pragma GCC unroll 4
        for (int k = 0; k < 4; ++k) {
            words[k].v = _mm256_permute2x128_si256(quad[k], quad[4 + k], 0x20);
            words[4 + k].v = _mm256_permute2x128_si256(quad[k], quad[4 + k], 0x31);
        }
    }
    [[gnu::always_inline]] static void load_block(const std::uint8_t* const* data, std::size_t offset,
                                                  Lanes8 (&words)[16]) {
        load_half(data, offset, words);
        load_half(data, offset + 32, words + 8);
    }
};

bool has_avx2() {
    return __builtin_cpu_supports("avx2");
}

}  // namespace

const ShaKernel avx2_kernel{"avx2", 8, sha1_rounds<Lanes8>, sha256_rounds<Lanes8>, has_avx2};

}  // namespace mirrorseed::torrentgen
#else
namespace mirrorseed::torrentgen {
const ShaKernel avx2_kernel{"avx2", 8, nullptr, nullptr, [] { return false; }};
}  // namespace mirrorseed::torrentgen
#endif
