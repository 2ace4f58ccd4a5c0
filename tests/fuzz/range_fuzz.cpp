// Whatever a Range field says: parts lie inside, never overlap, and are no more than allowed.

#include "httpd/range.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using mirrorseed::httpd::RangeChoice;
    if (size < 4) return 0;
    std::uint32_t content = 0;
    std::memcpy(&content, data, 4);
    const auto choice =
        mirrorseed::httpd::choose_ranges({reinterpret_cast<const char*>(data) + 4, size - 4}, content);
    if ((choice.kind == RangeChoice::Kind::parts) == choice.parts.empty()) std::abort();
    if (choice.parts.size() > 512) std::abort();
    std::uint64_t sum = 0;
    for (const auto& part : choice.parts) {
        if (part.begin >= part.end || part.end > content) std::abort();
        sum += part.size();
    }
    if (sum > content) std::abort();
    return 0;
}
