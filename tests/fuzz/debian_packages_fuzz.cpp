// Whatever stands in an index: it is refused, or its packages can be chosen from, whichever way it came in.

#include "sync/debian/dependencies.hpp"
#include "sync/debian/package_choice.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace {

using namespace mirrorseed;
using namespace mirrorseed::sync::debian;

struct Read {
    std::vector<Package> packages;
    bool is_good = false;
};

Read read_in_steps(ByteSpan bytes, std::size_t step, bool sources) {
    Read read;
    const auto seen = [&](Package&& package) {
        read.packages.push_back(std::move(package));
        return Status();
    };
    auto reader = sources ? sources_reader(seen) : packages_reader(seen);
    Status status;
    for (; status && !bytes.empty(); bytes = bytes.subspan(std::min(step, bytes.size())))
        status = reader.read(bytes.first(std::min(step, bytes.size())));
    if (status) status = reader.finish();
    read.is_good = status.has_value();
    return read;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    for (const bool sources : {false, true}) {
        const auto whole = read_in_steps({data, size}, size + 1, sources),
                   steps = read_in_steps({data, size}, 7, sources);
        if (whole.is_good != steps.is_good || whole.packages.size() != steps.packages.size()) std::abort();
        const auto kept = newest_of(whole.packages, 1);
        if (kept.size() > whole.packages.size()) std::abort();
        const auto closure = with_dependencies(whole.packages, kept, {}).value();
        if (!std::includes(closure.chosen.begin(), closure.chosen.end(), kept.begin(), kept.end()))
            std::abort();
    }
    return 0;
}
