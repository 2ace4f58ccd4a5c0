// Two streams interleaved in the processor's own SHA instructions, whose results come late: while one stream
// waits, the other goes on.
#include "torrentgen/sha_constants.hpp"
#include "torrentgen/sha_kernel.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

namespace mirrorseed::torrentgen {
namespace {

constexpr int streams = 2;

[[gnu::always_inline]] inline __m128i load_words(const std::uint8_t* from, __m128i order) {
    return _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)), order);
}

// Four rounds; `group` counts them from 0 to 19. The instruction wants a constant that names the function.
[[gnu::always_inline]] inline __m128i sha1_four(__m128i abcd, __m128i e, int group) {
    switch (group / 5) {
        case 0:
            return _mm_sha1rnds4_epu32(abcd, e, 0);
        case 1:
            return _mm_sha1rnds4_epu32(abcd, e, 1);
        case 2:
            return _mm_sha1rnds4_epu32(abcd, e, 2);
        default:
            return _mm_sha1rnds4_epu32(abcd, e, 3);
    }
}

void sha1_two(std::uint32_t* state, const std::uint8_t* const* data, std::size_t blocks) {
    const __m128i order = _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    __m128i abcd[streams], e[streams];
    const auto word = [&](int lane, int i) { return static_cast<int>(state[i * streams + lane]); };
    for (int n = 0; n < streams; ++n) {
        abcd[n] = _mm_set_epi32(word(n, 0), word(n, 1), word(n, 2), word(n, 3));
        e[n] = _mm_set_epi32(word(n, 4), 0, 0, 0);
    }
    for (std::size_t block = 0; block < blocks; ++block) {
        __m128i w[4][streams], before[streams], abcd_then[streams], e_then[streams];
        for (int n = 0; n < streams; ++n) {
            for (int i = 0; i < 4; ++i)
                w[i][n] = load_words(data[n] + block * 64 + static_cast<std::size_t>(i) * 16, order);
            abcd_then[n] = abcd[n];
            e_then[n] = e[n];
        }
#pragma GCC unroll 20
        for (int group = 0; group < 20; ++group) {
            for (int n = 0; n < streams; ++n) {
                const __m128i words = w[group % 4][n];
                e[n] = group == 0 ? _mm_add_epi32(e[n], words) : _mm_sha1nexte_epu32(before[n], words);
                before[n] = abcd[n];
                abcd[n] = sha1_four(abcd[n], e[n], group);
                if (group < 16)
                    w[group % 4][n] =
                        _mm_sha1msg2_epu32(_mm_xor_si128(_mm_sha1msg1_epu32(words, w[(group + 1) % 4][n]),
                                                         w[(group + 2) % 4][n]),
                                           w[(group + 3) % 4][n]);
            }
        }
        for (int n = 0; n < streams; ++n) {
            e[n] = _mm_sha1nexte_epu32(before[n], e_then[n]);
            abcd[n] = _mm_add_epi32(abcd[n], abcd_then[n]);
        }
    }
    for (int n = 0; n < streams; ++n) {
        state[0 * streams + n] = static_cast<std::uint32_t>(_mm_extract_epi32(abcd[n], 3));
        state[1 * streams + n] = static_cast<std::uint32_t>(_mm_extract_epi32(abcd[n], 2));
        state[2 * streams + n] = static_cast<std::uint32_t>(_mm_extract_epi32(abcd[n], 1));
        state[3 * streams + n] = static_cast<std::uint32_t>(_mm_extract_epi32(abcd[n], 0));
        state[4 * streams + n] = static_cast<std::uint32_t>(_mm_extract_epi32(e[n], 3));
    }
}

void sha256_two(std::uint32_t* state, const std::uint8_t* const* data, std::size_t blocks) {
    const __m128i order = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    __m128i abef[streams], cdgh[streams];
    const auto word = [&](int lane, int i) { return static_cast<int>(state[i * streams + lane]); };
    for (int n = 0; n < streams; ++n) {
        abef[n] = _mm_set_epi32(word(n, 0), word(n, 1), word(n, 4), word(n, 5));
        cdgh[n] = _mm_set_epi32(word(n, 2), word(n, 3), word(n, 6), word(n, 7));
    }
    for (std::size_t block = 0; block < blocks; ++block) {
        __m128i w[4][streams], abef_then[streams], cdgh_then[streams];
        for (int n = 0; n < streams; ++n) {
            for (int i = 0; i < 4; ++i)
                w[i][n] = load_words(data[n] + block * 64 + static_cast<std::size_t>(i) * 16, order);
            abef_then[n] = abef[n];
            cdgh_then[n] = cdgh[n];
        }
#pragma GCC unroll 16
        for (int group = 0; group < 16; ++group) {
            const __m128i constants =
                _mm_loadu_si128(reinterpret_cast<const __m128i*>(sha256_constants + 4 * group));
            for (int n = 0; n < streams; ++n) {
                const __m128i words = w[group % 4][n];
                const __m128i mixed = _mm_add_epi32(words, constants);
                cdgh[n] = _mm_sha256rnds2_epu32(cdgh[n], abef[n], mixed);
                abef[n] = _mm_sha256rnds2_epu32(abef[n], cdgh[n], _mm_shuffle_epi32(mixed, 0x0e));
                if (group < 12) {
                    const __m128i last = w[(group + 3) % 4][n];
                    const __m128i nine_back = _mm_alignr_epi8(last, w[(group + 2) % 4][n], 4);
                    w[group % 4][n] = _mm_sha256msg2_epu32(
                        _mm_add_epi32(_mm_sha256msg1_epu32(words, w[(group + 1) % 4][n]), nine_back), last);
                }
            }
        }
        for (int n = 0; n < streams; ++n) {
            abef[n] = _mm_add_epi32(abef[n], abef_then[n]);
            cdgh[n] = _mm_add_epi32(cdgh[n], cdgh_then[n]);
        }
    }
    constexpr int in_abef[4] = {0, 1, 4, 5}, in_cdgh[4] = {2, 3, 6, 7};
    for (int n = 0; n < streams; ++n) {
        std::uint32_t words[4];
        _mm_storeu_si128(reinterpret_cast<__m128i*>(words), abef[n]);
        for (int i = 0; i < 4; ++i)
            state[in_abef[i] * streams + n] = words[3 - i];
        _mm_storeu_si128(reinterpret_cast<__m128i*>(words), cdgh[n]);
        for (int i = 0; i < 4; ++i)
            state[in_cdgh[i] * streams + n] = words[3 - i];
    }
}

bool has_sha_ni() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    const bool asked = __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0;
    return asked && (b & bit_SHA) != 0 && __builtin_cpu_supports("sse4.1");
}

}  // namespace

const ShaKernel sha_ni_kernel{"sha-ni", streams, sha1_two, sha256_two, has_sha_ni};

}  // namespace mirrorseed::torrentgen
#else
namespace mirrorseed::torrentgen {
const ShaKernel sha_ni_kernel{"sha-ni", 2, nullptr, nullptr, [] { return false; }};
}  // namespace mirrorseed::torrentgen
#endif
