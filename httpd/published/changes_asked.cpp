#include "httpd/published/changes_asked.hpp"

#include "core/whole_number.hpp"

#include <algorithm>

namespace mirrorseed::httpd {
namespace {

// Cuts the first word off.
std::string_view take_word(std::string_view& query) {
    const auto end = std::min(query.find('&'), query.size());
    const auto word = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    return word;
}

std::optional<std::string_view> value_of(std::string_view word, std::string_view key) {
    return word.starts_with(key) ? std::optional(word.substr(key.size())) : std::nullopt;
}

}  // namespace

std::optional<ChangesAsked> parse_changes_query(std::string_view query) {
    ChangesAsked asked;
    std::optional<Generation> since;
    while (!query.empty()) {
        const auto word = take_word(query);
        if (const auto number = value_of(word, "since=")) {
            since = whole_number<Generation>(*number);
            if (!since) return std::nullopt;
        } else if (const auto last = value_of(word, "upto=")) {
            asked.upto = whole_number<Generation>(*last);
            if (!asked.upto) return std::nullopt;
        } else if (const auto lineage = value_of(word, "lineage=")) {
            asked.lineage = *lineage;
        }
    }
    if (!since || asked.lineage.empty()) return std::nullopt;
    asked.since = *since;
    return asked;
}

}  // namespace mirrorseed::httpd
