// The sums of a content's blocks, in librsync's own form: what a node offers as /-/blob/sha256/HEX.rsig, and
// what rdiff reads too.
//
// Twelve bytes tell the form, a block's length and a strong sum's; then each block has a weak sum of four
// bytes and a strong one of sixteen, which is enough, as the SHA-256 of the whole decides. The last block may
// be shorter. They come from strangers, so the parser trusts nothing.
#pragma once

#include "core/byte_span.hpp"
#include "core/result.hpp"
#include "core/units.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mirrorseed::sync {

inline constexpr std::size_t strong_sum_size = 16;

struct BlockSum {
    std::uint32_t weak = 0;
    std::array<std::uint8_t, strong_sum_size> strong{};
    auto operator<=>(const BlockSum&) const = default;
};

// As long as blocks of ours are for a content of that size: short ones find more, and their sums weigh more.
std::uint32_t block_length_for(Bytes size);

struct BlockSums {
    std::uint32_t block_length = 0;
    Bytes size = 0;  // of the content
    std::vector<BlockSum> sums{};

    std::size_t count() const noexcept { return sums.size(); }
    Bytes begin_of(std::size_t block) const noexcept { return Bytes{block} * block_length; }
    Bytes end_of(std::size_t block) const noexcept;

    // Of a content of that size; fewer or more blocks than it has are refused.
    static Result<BlockSums> parse(ByteSpan signature, Bytes size);
};

// How long the signature of such a content is.
Bytes signature_size(Bytes size, std::uint32_t block_length);

}  // namespace mirrorseed::sync
