// Small conversions of text: what goes to people, into JSON and into URLs.
#pragma once

#include "core/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed {

// Text from outside as it may stand in a log or on a terminal: control bytes, and bytes that are no UTF-8,
// become \xHH, a backslash becomes two. Everything a stranger named goes through here before it is shown.
std::string escape_text(std::string_view text);

// What somebody wrote, as a message names it: escaped, and not all of it when it is long.
std::string in_quotes(std::string_view text);

// The same text when it is UTF-8; otherwise its bad bytes as \xHH, so that JSON stays valid.
std::string as_utf8(std::string_view text);

// As HTML and XML show it, in elements and in quoted attributes. Neither can say control characters.
std::string markup_text(std::string_view text);

bool is_utf8(std::string_view text) noexcept;

// RFC 3986: everything but unreserved characters and '/' as %HH.
std::string percent_encode_path(std::string_view text);
// One decode. A '%' without two hex digits is an error; '+' stays.
Result<std::string> percent_decode(std::string_view text);

std::string to_hex(std::span<const std::uint8_t> bytes);
// False unless the text is exactly as many hex digits as fill `out`.
bool from_hex(std::string_view text, std::span<std::uint8_t> out) noexcept;

std::string to_base64(std::span<const std::uint8_t> bytes);
Result<std::vector<std::uint8_t>> from_base64(std::string_view text);

// ASCII letters alone.
constexpr char lowered(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}
std::string lowered(std::string_view text);

std::string_view trimmed(std::string_view text) noexcept;

// The candidate that a person most likely meant by `word`, or nothing when none is close.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace mirrorseed
