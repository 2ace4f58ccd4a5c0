#include "sync/generation/lag.hpp"

#include <algorithm>

namespace mirrorseed::sync {

UnixTime behind_after_rollback(const TreeRow& tree, const std::vector<GenerationRow>& rows,
                               Generation origin) {
    auto since = level;
    for (const auto& row : rows)
        if (row.restores == 0 && row.number > origin) since = row.published;
    if (tree.paused || tree.behind_since == level) return since;
    return since == level ? tree.behind_since : std::min(since, tree.behind_since);
}

}  // namespace mirrorseed::sync
