// Whatever a Content-Range says: a range that is taken is not empty and lies inside the whole.

#include "core/http/content_range.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto range = mirrorseed::parse_content_range({reinterpret_cast<const char*>(data), size});
    if (!range) return 0;
    if (range->begin >= range->end) std::abort();
    if (range->complete && range->end > *range->complete) std::abort();
    return 0;
}
