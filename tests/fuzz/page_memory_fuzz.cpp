// Whatever a row of the catalogue holds: it is no memory, or one that comes back as it is.

#include "sync/http/page_memory.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed::sync;
    const auto memory = unpack({reinterpret_cast<const char*>(data), size});
    if (!memory) return 0;
    const auto again = unpack(pack(*memory));
    if (!again || *again != *memory) std::abort();
    for (const auto& item : memory->items)
        if (item.told.kind != IndexKind::other) (void)listed_entry(item);
    return 0;
}
