#include "httpd/range.hpp"

#include "core/http/http_text.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace mirrorseed::httpd {
namespace {

constexpr std::size_t most_ascending = 512;
constexpr std::size_t most_unordered = 16;
constexpr std::size_t most_empty =
    64;  // list elements, which RFC 9110 section 5.6.1 wants accepted in moderation

// One element as it was written.
struct Spec {
    std::optional<Bytes> first, last;  // "5-9", "5-", and "-9" where `last` counts from the end
};

// Any number of digits is legal, so what does not fit is as large as can be.
std::optional<Bytes> parse_number(std::string_view digits) {
    constexpr auto most = std::numeric_limits<Bytes>::max();
    Bytes value = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') return std::nullopt;
        const auto digit = static_cast<Bytes>(c - '0');
        value = value > (most - digit) / 10 ? most : value * 10 + digit;
    }
    return value;
}

std::optional<Spec> parse_spec(std::string_view text) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos || text.size() == 1) return std::nullopt;
    Spec spec;
    if (dash > 0 && !(spec.first = parse_number(text.substr(0, dash)))) return std::nullopt;
    if (dash + 1 < text.size() && !(spec.last = parse_number(text.substr(dash + 1)))) return std::nullopt;
    if (spec.first && spec.last && *spec.last < *spec.first) return std::nullopt;
    return spec;
}

// Nothing when one element is wrong: then the whole field is.
std::optional<std::vector<Spec>> parse_specs(std::string_view set) {
    std::vector<Spec> specs;
    std::size_t empty = 0;
    for (std::size_t begin = 0; begin <= set.size();) {
        const auto end = std::min(set.find(',', begin), set.size());
        const auto element = without_blanks(set.substr(begin, end - begin));
        begin = end + 1;
        if (element.empty()) {
            if (++empty > most_empty) return std::nullopt;
            continue;
        }
        const auto spec = parse_spec(element);
        if (!spec || specs.size() == most_ascending) return std::nullopt;
        specs.push_back(*spec);
    }
    if (specs.empty()) return std::nullopt;
    return specs;
}

std::optional<Span> place(const Spec& spec, Bytes size) {
    if (!spec.first) {
        if (*spec.last == 0) return std::nullopt;
        return Span{size - std::min(*spec.last, size), size};
    }
    if (*spec.first >= size) return std::nullopt;
    const auto last = std::min(spec.last.value_or(size - 1), size - 1);
    return Span{*spec.first, last + 1};
}

std::vector<Span> place_all(const std::vector<Spec>& specs, Bytes size) {
    std::vector<Span> spans;
    for (const auto& spec : specs)
        if (const auto span = place(spec, size)) spans.push_back(*span);
    return spans;
}

bool ascends(const std::vector<Span>& spans) {
    return std::is_sorted(spans.begin(), spans.end(),
                          [](const Span& a, const Span& b) { return a.begin < b.begin; });
}

bool meet(const Span& a, const Span& b) {
    return a.begin <= b.end && b.begin <= a.end;
}

std::vector<Span> merge_ascending(const std::vector<Span>& spans) {
    std::vector<Span> merged;
    for (const auto& span : spans) {
        if (!merged.empty() && meet(merged.back(), span))
            merged.back().end = std::max(merged.back().end, span.end);
        else
            merged.push_back(span);
    }
    return merged;
}

// A merged part may come to meet others, so each takes in all that it meets before it finds its place: that
// of the earliest. There are few of them.
std::vector<Span> merge_unordered(const std::vector<Span>& spans) {
    std::vector<Span> merged;
    for (auto span : spans) {
        auto where = merged.size();
        for (std::size_t i = 0; i < merged.size();) {
            if (!meet(merged[i], span)) {
                ++i;
                continue;
            }
            span = {std::min(span.begin, merged[i].begin), std::max(span.end, merged[i].end)};
            where = std::min(where, i);
            merged.erase(merged.begin() + static_cast<std::ptrdiff_t>(i));
            i = 0;
        }
        merged.insert(merged.begin() + static_cast<std::ptrdiff_t>(std::min(where, merged.size())), span);
    }
    return merged;
}

}  // namespace

RangeChoice choose_ranges(std::string_view field, Bytes size) {
    const auto equals = field.find('=');
    if (size == 0 || equals == std::string_view::npos || !same_word(field.substr(0, equals), "bytes"))
        return {};
    const auto specs = parse_specs(field.substr(equals + 1));
    if (!specs) return {};
    auto spans = place_all(*specs, size);
    if (spans.empty()) return {RangeChoice::Kind::unsatisfiable, {}};
    const bool ascending = ascends(spans);
    if (!ascending && specs->size() > most_unordered) return {};
    return {RangeChoice::Kind::parts, ascending ? merge_ascending(spans) : merge_unordered(spans)};
}

}  // namespace mirrorseed::httpd
