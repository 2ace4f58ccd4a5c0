#include "httpd/published/grace_rule.hpp"

#include "core/store/generation_times.hpp"

#include <algorithm>

namespace mirrorseed::httpd {
namespace {

// Of a generation that history has forgotten nobody knows that it restored another.
Generation origin_of(Generation number, const std::vector<GenerationRow>& rows) {
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const auto& other) { return other.number == number; });
    return row == rows.end() ? number : row->origin();
}

// A later generation went back to what was before the one that brought it.
bool was_taken_back(const LastState& last, const std::vector<GenerationRow>& rows) {
    const auto origin = origin_of(last.since, rows);
    return std::any_of(rows.begin(), rows.end(), [&](const GenerationRow& row) {
        return row.number > last.since && row.restores != 0 && row.restores < origin;
    });
}

std::optional<UnixTime> left_at(Generation number, const std::vector<GenerationRow>& rows, UnixTime now) {
    const auto times = reckoned_times(rows, now);
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].number == number) return times[i];
    return std::nullopt;
}

}  // namespace

std::optional<UnixTime> graced_until(const GraceFacts& facts) {
    const auto& last = facts.last;
    if (last.leaving != Leaving::dropped_upstream || last.entry.kind != EntryKind::file ||
        last.entry.hidden || !last.entry.digest)
        return std::nullopt;
    if (facts.is_withdrawn || facts.is_only_hidden || was_taken_back(last, facts.generations))
        return std::nullopt;
    const auto left = left_at(last.until, facts.generations, facts.now);
    if (!left || facts.now - *left >= facts.grace.count()) return std::nullopt;
    return *left + facts.grace.count();
}

}  // namespace mirrorseed::httpd
