// Whatever a page says: every name is one part of a path, each is there once, and they are in order.

#include "core/rel_path.hpp"
#include "sync/http/index_page.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed;
    if (size == 0) return 0;
    static const auto url = HttpUrl::parse("http://mirror/pub/sub%20dir/").value();
    constexpr std::string_view types[] = {"text/html", "application/json", "text/xml"};
    const auto items =
        sync::parse_index_page(url, types[data[0] % 3], {reinterpret_cast<const char*>(data) + 1, size - 1});
    if (!items) return 0;
    for (std::size_t at = 0; at < items->size(); ++at) {
        const auto& item = (*items)[at];
        if (!RelPath::parse_name(item.name)) std::abort();
        if (at > 0 && (*items)[at - 1].name >= item.name) std::abort();
        if ((item.kind == sync::IndexKind::link) == item.target.empty()) std::abort();
    }
    return 0;
}
