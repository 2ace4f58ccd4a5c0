#include "sync/generation/rollback_choice.hpp"

#include <algorithm>

namespace mirrorseed::sync {

std::optional<Generation> generation_to_restore(const std::vector<GenerationRow>& rows) {
    if (rows.empty()) return std::nullopt;
    const auto shown = rows.front().origin();
    // Of the rollbacks among those that were looked at, all of them later, the content that went back
    // furthest.
    std::optional<Generation> furthest_back;
    for (const auto& row : rows) {
        const bool was_taken_back = furthest_back && *furthest_back < row.origin();
        if (row.kept && row.origin() < shown && !was_taken_back) return row.number;
        if (row.restores != 0) furthest_back = std::min(furthest_back.value_or(row.restores), row.restores);
    }
    return std::nullopt;
}

}  // namespace mirrorseed::sync
