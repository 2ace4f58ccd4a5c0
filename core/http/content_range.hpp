// Content-Range, as a 206 tells which bytes it brings (RFC 9110 section 14.4).
#pragma once

#include "core/units.hpp"

#include <optional>
#include <string_view>

namespace mirrorseed {

struct ContentRange {
    Bytes begin = 0, end = 0;         // half-open
    std::optional<Bytes> complete{};  // of the whole; "*" says that nobody knows
    bool operator==(const ContentRange&) const = default;
};

// "bytes 0-99/1000" and "bytes 0-99/*". Nothing for whatever else, 416's "bytes */1000" too.
std::optional<ContentRange> parse_content_range(std::string_view text);

}  // namespace mirrorseed
