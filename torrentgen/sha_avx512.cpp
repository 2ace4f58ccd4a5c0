// Sixteen streams in AVX-512: rotations and three-input logic are single instructions.
#include "torrentgen/sha_rounds.hpp"

#if defined(__x86_64__)
#include <immintrin.h>

namespace mirrorseed::torrentgen {
namespace {

struct Lanes16 {
    static constexpr int width = 16;
    __m512i v;

    static Lanes16 add(Lanes16 a, Lanes16 b) { return {_mm512_add_epi32(a.v, b.v)}; }
    template <int n>
    static Lanes16 rotate_left(Lanes16 a) {
        return {_mm512_rol_epi32(a.v, n)};
    }
    template <int n>
    static Lanes16 rotate_right(Lanes16 a) {
        return {_mm512_ror_epi32(a.v, n)};
    }
    template <int n>
    static Lanes16 shift_right(Lanes16 a) {
        return {_mm512_srli_epi32(a.v, n)};
    }
    static Lanes16 exclusive_or(Lanes16 a, Lanes16 b, Lanes16 c) {
        return {_mm512_ternarylogic_epi32(a.v, b.v, c.v, 0x96)};
    }
    static Lanes16 choose(Lanes16 a, Lanes16 b, Lanes16 c) {
        return {_mm512_ternarylogic_epi32(a.v, b.v, c.v, 0xca)};
    }
    static Lanes16 majority(Lanes16 a, Lanes16 b, Lanes16 c) {
        return {_mm512_ternarylogic_epi32(a.v, b.v, c.v, 0xe8)};
    }
    static Lanes16 constant(std::uint32_t value) { return {_mm512_set1_epi32(static_cast<int>(value))}; }
    static Lanes16 load(const std::uint32_t* from) { return {_mm512_loadu_si512(from)}; }
    static void store(std::uint32_t* to, Lanes16 a) { _mm512_storeu_si512(to, a.v); }

    // A 16 by 16 transposition of words: first within the four 128-bit parts of each row, then among them.
    [[gnu::always_inline]] static void load_block(const std::uint8_t* const* data, std::size_t offset,
                                                  Lanes16 (&words)[16]) {
        const __m512i big_endian =
            _mm512_broadcast_i32x4(_mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3));
        __m512i row[16], pair[16], quad[16];
#pragma GCC unroll 16
        for (int i = 0; i < 16; ++i)
            row[i] = _mm512_shuffle_epi8(_mm512_loadu_si512(data[i] + offset), big_endian);
#pragma GCC unroll 8
        for (int i = 0; i < 16; i += 2) {
            pair[i] = _mm512_unpacklo_epi32(row[i], row[i + 1]);
            pair[i + 1] = _mm512_unpackhi_epi32(row[i], row[i + 1]);
        }
        // quad[4g + k] holds, in its part p, the words 4p + k of the rows 4g to 4g + 3.
#pragma GCC unroll 4
        for (int i = 0; i < 16; i += 4) {
            quad[i] = _mm512_unpacklo_epi64(pair[i], pair[i + 2]);
            quad[i + 1] = _mm512_unpackhi_epi64(pair[i], pair[i + 2]);
            quad[i + 2] = _mm512_unpacklo_epi64(pair[i + 1], pair[i + 3]);
            quad[i + 3] = _mm512_unpackhi_epi64(pair[i + 1], pair[i + 3]);
        }
#pragma GCC unroll 4
        for (int k = 0; k < 4; ++k) {
            const __m512i low01 = _mm512_shuffle_i32x4(quad[k], quad[4 + k], 0x44);
            const __m512i high01 = _mm512_shuffle_i32x4(quad[k], quad[4 + k], 0xee);
            const __m512i low23 = _mm512_shuffle_i32x4(quad[8 + k], quad[12 + k], 0x44);
            const __m512i high23 = _mm512_shuffle_i32x4(quad[8 + k], quad[12 + k], 0xee);
            words[k].v = _mm512_shuffle_i32x4(low01, low23, 0x88);
            words[4 + k].v = _mm512_shuffle_i32x4(low01, low23, 0xdd);
            words[8 + k].v = _mm512_shuffle_i32x4(high01, high23, 0x88);
            words[12 + k].v = _mm512_shuffle_i32x4(high01, high23, 0xdd);
        }
    }
};

bool has_avx512() {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}

}  // namespace

const ShaKernel avx512_kernel{"avx512", 16, sha1_rounds<Lanes16>, sha256_rounds<Lanes16>, has_avx512};

}  // namespace mirrorseed::torrentgen
#else
namespace mirrorseed::torrentgen {
const ShaKernel avx512_kernel{"avx512", 16, nullptr, nullptr, [] { return false; }};
}  // namespace mirrorseed::torrentgen
#endif
