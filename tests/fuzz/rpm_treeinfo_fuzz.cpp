// Whatever stands in .treeinfo: it is refused, or names each image once and within the repository.

#include "sync/rpm/treeinfo.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto treeinfo = mirrorseed::sync::rpm::parse_treeinfo({reinterpret_cast<const char*>(data), size});
    if (!treeinfo) return 0;
    for (std::size_t at = 0; at < treeinfo->images.size(); ++at) {
        const auto& path = treeinfo->images[at].path;
        if (path.is_root() || (at > 0 && !(treeinfo->images[at - 1].path < path))) std::abort();
    }
    for (const auto& path : treeinfo->without_sum)
        if (path.is_root()) std::abort();
    return 0;
}
