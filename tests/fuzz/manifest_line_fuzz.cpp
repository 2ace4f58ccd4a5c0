#include "core/store/manifest_line.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed;
    const auto entry = parse_manifest_line({reinterpret_cast<const char*>(data), size});
    if (!entry) return 0;
    // Whatever another node spells, our own line for it means the same.
    std::string line;
    append_manifest_line(line, entry->path.str(), entry->entry);
    const auto again = parse_manifest_line(line);
    if (!again || !(*again == *entry)) std::abort();
    std::string twice;
    append_manifest_line(twice, again->path.str(), again->entry);
    if (twice != line) std::abort();
    return 0;
}
