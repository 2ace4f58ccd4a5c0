// The strict look at a response's head, byte by byte, before Beast parses it.
//
// A server that is of two minds about where its body ends could make us take the
// bytes of one answer for the next one's, on a kept connection or behind a proxy.
// Whatever RFC 9112 forbids here is refused: folded or colonless lines, bare line
// ends, control bytes, Content-Length beside Transfer-Encoding or against another
// Content-Length, any transfer coding but one "chunked".
#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <string_view>

namespace mirrorseed {

constexpr std::size_t longest_response_head = 32 << 10;

// `head` runs from the status line to the empty line, both included. The error says what is wrong.
Status check_response_head(std::string_view head);

}  // namespace mirrorseed
