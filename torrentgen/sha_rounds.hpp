// The rounds of SHA-1 and SHA-256 (FIPS 180-4) over a vector of streams: one 32-bit lane for each.
//
// Included only by the files that give it a vector type, each compiled for its
// own processor. Nothing from the standard library with code of its own may come
// in here: the linker would take one copy for all processors.
//
// A vector type V has: width, add, rotate_left<n>, rotate_right<n>, shift_right<n>,
// exclusive_or(3), choose, majority, constant, load, store, and
// load_block(data, words): 64 bytes of each stream, as 16 vectors of big-endian words.
#pragma once

#include "torrentgen/sha_constants.hpp"
#include "torrentgen/sha_kernel.hpp"

namespace mirrorseed::torrentgen {
namespace {

template <class V, int quarter>
[[gnu::always_inline]] inline V sha1_mix(V b, V c, V d) {
    if constexpr (quarter == 0) return V::choose(b, c, d);
    if constexpr (quarter == 2) return V::majority(b, c, d);
    return V::exclusive_or(b, c, d);
}

// Twenty rounds that share a function and a constant.
template <class V, int quarter>
[[gnu::always_inline]] inline void sha1_quarter(V (&s)[5], V (&w)[16]) {
    constexpr std::uint32_t constants[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
    const V k = V::constant(constants[quarter]);
#pragma GCC unroll 20
    for (int i = 0; i < 20; ++i) {
        const int t = quarter * 20 + i;
        if (t >= 16)
            w[t % 16] = V::template rotate_left<1>(
                V::exclusive_or(V::exclusive_or(w[(t + 13) % 16], w[(t + 8) % 16], w[(t + 2) % 16]),
                                w[t % 16], V::constant(0)));
        const V sum =
            V::add(V::add(V::add(V::template rotate_left<5>(s[0]), sha1_mix<V, quarter>(s[1], s[2], s[3])),
                          V::add(s[4], k)),
                   w[t % 16]);
        s[4] = s[3];
        s[3] = s[2];
        s[2] = V::template rotate_left<30>(s[1]);
        s[1] = s[0];
        s[0] = sum;
    }
}

template <class V>
void sha1_rounds(std::uint32_t* state, const std::uint8_t* const* data, std::size_t blocks) {
    V h[5];
    for (int i = 0; i < 5; ++i)
        h[i] = V::load(state + i * V::width);
    for (std::size_t block = 0; block < blocks; ++block) {
        V w[16];
        V::load_block(data, block * 64, w);
        V s[5] = {h[0], h[1], h[2], h[3], h[4]};
        sha1_quarter<V, 0>(s, w);
        sha1_quarter<V, 1>(s, w);
        sha1_quarter<V, 2>(s, w);
        sha1_quarter<V, 3>(s, w);
        for (int i = 0; i < 5; ++i)
            h[i] = V::add(h[i], s[i]);
    }
    for (int i = 0; i < 5; ++i)
        V::store(state + i * V::width, h[i]);
}

template <class V>
[[gnu::always_inline]] inline V sha256_schedule(const V (&w)[16], int t) {
    const V a = w[(t + 1) % 16], b = w[(t + 14) % 16];
    const V small0 = V::exclusive_or(V::template rotate_right<7>(a), V::template rotate_right<18>(a),
                                     V::template shift_right<3>(a));
    const V small1 = V::exclusive_or(V::template rotate_right<17>(b), V::template rotate_right<19>(b),
                                     V::template shift_right<10>(b));
    return V::add(V::add(w[t % 16], small0), V::add(w[(t + 9) % 16], small1));
}

// Sixteen rounds; `first` is the number of the first one.
template <class V>
[[gnu::always_inline]] inline void sha256_sixteen(V (&s)[8], V (&w)[16], int first) {
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) {
        if (first > 0) w[i] = sha256_schedule(w, i);
        const V big1 = V::exclusive_or(V::template rotate_right<6>(s[4]), V::template rotate_right<11>(s[4]),
                                       V::template rotate_right<25>(s[4]));
        const V one = V::add(V::add(V::add(s[7], big1), V::choose(s[4], s[5], s[6])),
                             V::add(w[i], V::constant(sha256_constants[first + i])));
        const V big0 = V::exclusive_or(V::template rotate_right<2>(s[0]), V::template rotate_right<13>(s[0]),
                                       V::template rotate_right<22>(s[0]));
        const V two = V::add(big0, V::majority(s[0], s[1], s[2]));
        s[7] = s[6];
        s[6] = s[5];
        s[5] = s[4];
        s[4] = V::add(s[3], one);
        s[3] = s[2];
        s[2] = s[1];
        s[1] = s[0];
        s[0] = V::add(one, two);
    }
}

template <class V>
void sha256_rounds(std::uint32_t* state, const std::uint8_t* const* data, std::size_t blocks) {
    V h[8];
    for (int i = 0; i < 8; ++i)
        h[i] = V::load(state + i * V::width);
    for (std::size_t block = 0; block < blocks; ++block) {
        V w[16];
        V::load_block(data, block * 64, w);
        V s[8] = {h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]};
        sha256_sixteen<V>(s, w, 0);
        for (int first = 16; first < 64; first += 16)
            sha256_sixteen<V>(s, w, first);
        for (int i = 0; i < 8; ++i)
            h[i] = V::add(h[i], s[i]);
    }
    for (int i = 0; i < 8; ++i)
        V::store(state + i * V::width, h[i]);
}

}  // namespace
}  // namespace mirrorseed::torrentgen
