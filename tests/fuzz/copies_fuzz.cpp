// Whatever stands in a delta: in one piece or many, it tells of the same copies.

#include "sync/delta/copies.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace {

using namespace mirrorseed;
using namespace mirrorseed::sync;

struct Told {
    std::vector<Copied> copies{};
    bool is_good = true;
    bool operator==(const Told&) const = default;
};

Told told_by(ByteSpan delta, std::size_t step) {
    Told told;
    CopyReader reader(0, [&](const Copied& copied) { told.copies.push_back(copied); });
    for (std::size_t at = 0; at < delta.size() && told.is_good; at += step)
        told.is_good = reader.take(delta.subspan(at, std::min(step, delta.size() - at))).has_value();
    return told;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (!(told_by({data, size}, 1) == told_by({data, size}, size + 1))) std::abort();
    return 0;
}
