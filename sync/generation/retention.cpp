#include "sync/generation/retention.hpp"

#include "core/store/generation_times.hpp"

#include <algorithm>
#include <optional>

namespace mirrorseed::sync {
namespace {

constexpr UnixTime longest_rest = 183 * 86400;

}  // namespace

std::vector<UnixTime> ages(const std::vector<GenerationRow>& rows, UnixTime now) {
    const auto times = reckoned_times(rows, now);
    std::vector<UnixTime> ages(rows.size());
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const auto gap = times[i] ? *times[i - 1] - *times[i] : 0;
        ages[i] = ages[i - 1] + (gap > longest_rest ? 0 : gap);
    }
    return ages;
}

Retention retain(const std::vector<GenerationRow>& rows, const Keeping& keeping,
                 std::optional<Generation> owed, UnixTime now) {
    if (rows.empty()) return {};
    const auto age = ages(rows, now);
    const std::size_t kept = std::max(1U, keeping.generations);
    Retention retention{.unkept = {}, .forgotten = {}, .oldest = rows.front().number};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = rows[i];
        if (i >= kept && row.kept) retention.unkept.push_back(row.number);
        const bool is_owed = owed && row.number + 1 >= *owed;
        // What a generation dropped is told by it and the one before.
        const bool is_graced = i > 0 && age[i - 1] < keeping.grace.count();
        const bool is_history = age[i] <= keeping.history.count();
        if (i < kept || is_owed || ((is_history || is_graced) && i < most_generations))
            retention.oldest = std::min(retention.oldest, row.number);
        else
            retention.forgotten.push_back(row.number);
    }
    return retention;
}

}  // namespace mirrorseed::sync
