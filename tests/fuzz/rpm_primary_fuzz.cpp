// Whatever stands in a primary index: it is refused, or its packages can be chosen from, whichever way it
// came in.

#include "sync/rpm/package_choice.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace {

using namespace mirrorseed;
using namespace mirrorseed::sync::rpm;

struct Read {
    std::vector<Package> packages;
    bool is_good = false;
};

Read read_in_steps(ByteSpan bytes, std::size_t step) {
    Read read;
    PrimaryReader reader([&](Package&& package) {
        read.packages.push_back(std::move(package));
        return Status();
    });
    Status status;
    for (; status && !bytes.empty(); bytes = bytes.subspan(std::min(step, bytes.size())))
        status = reader.read(bytes.first(std::min(step, bytes.size())));
    if (status) status = reader.finish();
    read.is_good = status.has_value();
    return read;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto whole = read_in_steps({data, size}, size + 1), steps = read_in_steps({data, size}, 7);
    if (whole.is_good != steps.is_good) std::abort();
    if (whole.is_good && whole.packages.size() != steps.packages.size()) std::abort();
    const auto kept = newest_of(whole.packages, 1);
    if (kept.size() > whole.packages.size() || (kept.empty() && !whole.packages.empty())) std::abort();
    for (const auto& package : whole.packages)
        if (package.name.empty() || package.path.is_root()) std::abort();
    return 0;
}
