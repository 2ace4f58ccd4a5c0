// Whatever a node says of its changes: a line is refused, or names one path and keeps its manifest line.

#include "core/store/manifest_changes.hpp"

#include "core/store/manifest_difference.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed;
    const auto change = parse_change_line({reinterpret_cast<const char*>(data), size});
    if (!change || change->line.empty()) return 0;
    const auto path = path_of_line(change->line);
    if (!path || *path != change->path) std::abort();
    return 0;
}
