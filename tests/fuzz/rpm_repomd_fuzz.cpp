// Whatever stands in repomd.xml: it is refused, or names one primary index and no path outside.

#include "sync/rpm/repomd.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed::sync::rpm;
    const auto repomd = parse_repomd({reinterpret_cast<const char*>(data), size});
    if (!repomd) return 0;
    int primaries = 0;
    for (const auto& file : repomd->files) {
        primaries += file.type == "primary" ? 1 : 0;
        if (file.path.is_root()) std::abort();
    }
    if (primaries != 1) std::abort();
    repomd->dated();
    return 0;
}
