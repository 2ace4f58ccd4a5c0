// Whatever stands in a metalink: it is refused, or each content that it vouches for has a sum.

#include "sync/rpm/metalink.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto metalink = sync::rpm::parse_metalink(text);
    if (!metalink) return 0;
    if (metalink->contents.empty()) std::abort();
    for (const auto& content : metalink->contents)
        if (content.sums.empty() || content.is(text)) std::abort();
    for (const auto& url : metalink->urls) {
        const auto root = sync::rpm::upstream_of(url, RelPath());
        if (root && !url.starts_with(*root)) std::abort();
    }
    return 0;
}
