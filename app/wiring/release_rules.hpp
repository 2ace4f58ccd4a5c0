// Which of a tree's [[tree.release]] a file belongs to.
#pragma once

#include "app/config/config.hpp"

#include <vector>

namespace mirrorseed::app {

// The release that the file is, or is in; null when there is none.
const ReleaseConfig* release_of(const std::vector<ReleaseConfig>& releases, const RelPath& path);

}  // namespace mirrorseed::app
