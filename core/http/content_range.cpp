#include "core/http/content_range.hpp"

#include "core/whole_number.hpp"

#include <algorithm>

namespace mirrorseed {
namespace {

// A file offset fits into 62 bits, so sums of these never wrap.
std::optional<Bytes> parse_number(std::string_view text) {
    const auto value = whole_number<Bytes>(text);
    return value && *value >> 62 == 0 ? value : std::nullopt;
}

bool is_bytes_unit(std::string_view text) {
    return std::ranges::equal(text, std::string_view("bytes "),
                              [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a | 0x20 : a) == b; });
}

}  // namespace

std::optional<ContentRange> parse_content_range(std::string_view text) {
    if (!is_bytes_unit(text.substr(0, 6))) return std::nullopt;
    text.remove_prefix(6);
    const auto dash = text.find('-'), slash = text.find('/');
    if (dash == text.npos || slash == text.npos || dash > slash) return std::nullopt;
    const auto first = parse_number(text.substr(0, dash));
    const auto last = parse_number(text.substr(dash + 1, slash - dash - 1));
    const auto whole = text.substr(slash + 1);
    const auto complete = parse_number(whole);
    if (!first || !last || *first > *last || (!complete && whole != "*")) return std::nullopt;
    if (complete && *last >= *complete) return std::nullopt;
    return ContentRange{*first, *last + 1, complete};
}

}  // namespace mirrorseed
