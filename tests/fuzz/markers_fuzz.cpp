#include "sync/run/markers.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)sync::parse_epoch(text);
    const auto trace = sync::parse_trace(text);
    if (!trace || !trace->date) return 0;
    // What it says can be said by us, and read again.
    const auto again = sync::parse_trace(
        sync::text_of({.host = "h", .started = 0, .ended = *trace->date, .serial = trace->serial}));
    if (!again || !(*again == *trace)) std::abort();
    sync::Freshness held, now;
    held.take(RelPath::parse("project/trace/h").value(), text);
    now.take(RelPath::parse("project/trace/h").value(), text);
    if (!sync::went_backwards(held, now).empty()) std::abort();
    return 0;
}
