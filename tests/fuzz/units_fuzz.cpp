#include "core/units.hpp"

#include <cstdint>
#include <cstdlib>

// What a parser takes, the exact text must give back.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mirrorseed;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto bytes = parse_size(text); bytes && parse_size(exact_size(*bytes)).value() != *bytes)
        std::abort();
    if (const auto rate = parse_rate(text); rate && parse_rate(exact_rate(*rate)).value() != *rate)
        std::abort();
    if (const auto time = parse_duration(text);
        time && parse_duration(exact_duration(*time)).value() != *time)
        std::abort();
    return 0;
}
