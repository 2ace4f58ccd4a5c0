// Dates in HTTP fields (RFC 9110 section 5.6.7).
#pragma once

#include "core/clock.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mirrorseed {

// "Sun, 06 Nov 1994 08:49:37 GMT". Times outside of the years 0 to 9999, which it cannot spell, become its
// ends.
std::string format_http_date(UnixTime time);

// All three forms. `now` tells which century the two-digit years of RFC 850 mean: never more than fifty years
// ahead.
std::optional<UnixTime> parse_http_date(std::string_view text, UnixTime now);

}  // namespace mirrorseed
