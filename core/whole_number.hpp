// Numbers that somebody wrote.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace mirrorseed {

// Of ASCII alone.
constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

// When it is all of the text and fits: nothing for "", " 7", "+7" and "7x".
template <class Number>
std::optional<Number> whole_number(std::string_view text) noexcept {
    Number number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace mirrorseed
