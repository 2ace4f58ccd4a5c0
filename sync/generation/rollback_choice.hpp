// Which generation a rollback goes back to when nobody names one.
//
// Pure.
#pragma once

#include "core/store/catalogue_trees.hpp"

#include <optional>
#include <vector>

namespace mirrorseed::sync {

// The newest kept generation whose content is older than what is shown, and which no rollback has taken back:
// who rolls back twice goes further back, and never to what he went away from. `rows` are a tree's, newest
// first; the first of them is shown.
std::optional<Generation> generation_to_restore(const std::vector<GenerationRow>& rows);

}  // namespace mirrorseed::sync
