// How several streams are hashed side by side on one kind of processor.
//
// A kernel advances as many streams as it has lanes, all by the same number of
// 64-byte blocks. Who wants hashes uses ShaLanes (torrentgen/sha_lanes.hpp), which fills the lanes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mirrorseed::torrentgen {

struct ShaKernel {
    // state[word * lanes + lane]: 5 words for SHA-1, 8 for SHA-256. data[lane]: where its blocks begin.
    using Rounds = void (*)(std::uint32_t* state, const std::uint8_t* const* data, std::size_t blocks);

    const char* name = nullptr;
    unsigned lanes = 0;
    Rounds sha1 = nullptr;
    Rounds sha256 = nullptr;
    bool (*works_here)() = nullptr;  // may this processor run it?
};

inline constexpr unsigned most_sha_lanes = 16;

extern const ShaKernel avx512_kernel;   // 16 lanes
extern const ShaKernel avx2_kernel;     // 8 lanes
extern const ShaKernel sha_ni_kernel;   // 2 streams interleaved in the processor's own SHA instructions
extern const ShaKernel openssl_kernel;  // 1 stream, everywhere

}  // namespace mirrorseed::torrentgen
