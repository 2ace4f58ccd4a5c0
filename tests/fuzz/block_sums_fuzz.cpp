// Whatever a node sends as a content's block sums: it is refused, or has as many as the content has blocks,
// and a map of it has no stretch outside.

#include "sync/delta/block_sums.hpp"

#include "sync/delta/delta_map.hpp"
#include "sync/delta/range_plan.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed::sync;
    std::uint32_t content = 0;
    if (size < sizeof content) return 0;
    std::memcpy(&content, data, sizeof content);
    const auto sums = BlockSums::parse({data + sizeof content, size - sizeof content}, content);
    if (!sums) return 0;
    if (sums->count() > 0 && sums->end_of(sums->count() - 1) != content) std::abort();
    DeltaMap map(*sums);
    map.found({sums->block_length, content}, 0, 7);
    for (const auto& range : plan_ranges(map.gaps(), content).ranges)
        if (range.begin >= range.end || range.end > content) std::abort();
    return 0;
}
