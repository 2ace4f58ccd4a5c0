// The strict look at a request's head, byte by byte, before Beast parses it.
//
// Beast 1.81 folds header lines, checks no Host and lets through three kinds of
// ambiguous framing. Whatever RFC 9112 forbids is refused here with a status, so
// that what is parsed afterwards means one thing only, to us and to any proxy.
#pragma once

#include "core/units.hpp"

#include <cstddef>
#include <string_view>

namespace mirrorseed::httpd {

// How much of a head has come. `status` is 0 while nothing is wrong.
struct HeadProgress {
    std::size_t skip = 0;    // empty lines before the request line
    std::size_t length = 0;  // of the head after them, its empty line included; 0: not all here yet
    unsigned status = 0;
};
constexpr std::size_t longest_request_line = 16 << 10;
constexpr std::size_t longest_head = 32 << 10;
HeadProgress look_for_head(std::string_view received);

struct HeadVerdict {
    unsigned status = 0;      // 0: nothing is wrong
    std::string_view reason;  // for the one who asked
    enum class Body { none, sized, chunked } body = Body::none;
    Bytes body_size = 0;
};
// `head` runs from the request line to the empty line.
HeadVerdict check_request_head(std::string_view head);

}  // namespace mirrorseed::httpd
