// When the generations of a tree count as published, for a clock may have been wrong then. Pure.
#pragma once

#include "core/store/catalogue_trees.hpp"

#include <optional>
#include <vector>

namespace mirrorseed {

// Of each of a tree's generations, newest first as they are given. One that is dated in the future of the
// clock, or before an older one, counts as published with the one before it; nothing where no clock tells.
std::vector<std::optional<UnixTime>> reckoned_times(const std::vector<GenerationRow>& rows, UnixTime now);

}  // namespace mirrorseed
