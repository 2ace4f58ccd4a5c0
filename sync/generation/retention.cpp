#include "sync/generation/retention.hpp"

#include <algorithm>
#include <optional>

namespace mirrorseed::sync {
namespace {

constexpr UnixTime longest_rest = 183 * 86400;

// When each counts as published, never earlier than the one before it; nothing where no clock tells.
std::vector<std::optional<UnixTime>> reckoned(const std::vector<GenerationRow>& rows, UnixTime now) {
    std::vector<std::optional<UnixTime>> times(rows.size());
    std::optional<UnixTime> last;
    for (auto i = rows.size(); i-- > 0;) {
        const auto published = rows[i].published;
        if (published <= now) last = std::max(last.value_or(published), published);
        times[i] = last;
    }
    return times;
}

}  // namespace

std::vector<UnixTime> ages(const std::vector<GenerationRow>& rows, UnixTime now) {
    const auto times = reckoned(rows, now);
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
    const auto told_for = std::max(keeping.history, keeping.grace).count();
    const std::size_t kept = std::max(1U, keeping.generations);
    Retention retention{.unkept = {}, .forgotten = {}, .oldest = rows.front().number};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = rows[i];
        if (i >= kept && row.kept) retention.unkept.push_back(row.number);
        const bool is_owed = owed && row.number + 1 >= *owed;
        if (i < kept || is_owed || (age[i] <= told_for && i < most_generations))
            retention.oldest = std::min(retention.oldest, row.number);
        else
            retention.forgotten.push_back(row.number);
    }
    return retention;
}

}  // namespace mirrorseed::sync
