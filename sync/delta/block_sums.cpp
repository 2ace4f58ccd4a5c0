#include "sync/delta/block_sums.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mirrorseed::sync {
namespace {

constexpr std::uint32_t form = 0x72730147;  // Rabin-Karp and BLAKE2
constexpr std::size_t head_size = 12, sum_size = 4 + strong_sum_size;
constexpr std::uint32_t shortest = 1 << 10, longest = 4 << 20;
constexpr std::uint32_t usual = 8 << 10;
// Beyond so many the sums of a content would take much memory of whoever compares them.
constexpr Bytes most_usual_blocks = Bytes{1} << 19;

std::uint32_t number_at(ByteSpan bytes, std::size_t at) {
    return static_cast<std::uint32_t>(bytes[at]) << 24 | static_cast<std::uint32_t>(bytes[at + 1]) << 16 |
           static_cast<std::uint32_t>(bytes[at + 2]) << 8 | bytes[at + 3];
}

Bytes blocks_of(Bytes size, std::uint32_t block_length) {
    return size / block_length + (size % block_length == 0 ? 0 : 1);
}

Error bad(const std::string& why) {
    return {Fault::bad_input, "the block sums " + why};
}

}  // namespace

std::uint32_t block_length_for(Bytes size) {
    auto length = usual;
    while (length < longest && blocks_of(size, length) > most_usual_blocks)
        length *= 2;
    return length;
}

Bytes signature_size(Bytes size, std::uint32_t block_length) {
    return head_size + blocks_of(size, block_length) * sum_size;
}

Bytes BlockSums::end_of(std::size_t block) const noexcept {
    return std::min(size, begin_of(block) + block_length);
}

Result<BlockSums> BlockSums::parse(ByteSpan signature, Bytes size) {
    if (signature.size() < head_size) return bad("have no head");
    if (number_at(signature, 0) != form) return bad("are of another form than Rabin-Karp and BLAKE2");
    BlockSums sums{.block_length = number_at(signature, 4), .size = size};
    if (sums.block_length < shortest || sums.block_length > longest)
        return bad(fmt::format("are of blocks of {} bytes", sums.block_length));
    if (number_at(signature, 8) != strong_sum_size)
        return bad(fmt::format("have strong sums of {} bytes", number_at(signature, 8)));
    // First, so that memory is taken for no more than came.
    if (signature.size() != signature_size(size, sums.block_length))
        return bad(fmt::format("are not as many as a content of {} bytes has blocks", size));
    sums.sums.resize((signature.size() - head_size) / sum_size);
    auto rest = signature.subspan(head_size);
    for (auto& sum : sums.sums) {
        sum.weak = number_at(rest, 0);
        std::copy_n(rest.begin() + 4, strong_sum_size, sum.strong.begin());
        rest = rest.subspan(sum_size);
    }
    return sums;
}

}  // namespace mirrorseed::sync
