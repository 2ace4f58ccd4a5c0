// Sizes, rates and times as people write them, and as we show them.
//
// Sizes: "5 GiB", "64KiB", "10MB", "4096"; rates: "50 MB/s", "0" for no limit;
// times: "36h", "5m", "30 s", "1d12h", "never" where the caller allows it.
#pragma once

#include "core/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace mirrorseed {

using Bytes = std::uint64_t;

// Bytes in a second; 0 sets no limit.
struct Rate {
    Bytes bytes_per_second = 0;
    bool unlimited() const noexcept { return bytes_per_second == 0; }
    auto operator<=>(const Rate&) const = default;
};

Result<Bytes> parse_size(std::string_view text);
Result<Rate> parse_rate(std::string_view text);
Result<std::chrono::seconds> parse_duration(std::string_view text);

std::string format_size(Bytes bytes);                    // "4.2 GiB"
std::string format_rate(Rate rate);                      // "12 MiB/s"
std::string format_duration(std::chrono::seconds time);  // "1h 05m"

// Exact texts that the parsers read back: "5 GiB", "1536", "90s", "36h".
std::string exact_size(Bytes bytes);
std::string exact_rate(Rate rate);
std::string exact_duration(std::chrono::seconds time);

}  // namespace mirrorseed
