// Until when what is published of a tree calls itself valid.
#pragma once

#include "app/config/config.hpp"
#include "core/store/catalogue.hpp"

#include <optional>

namespace mirrorseed::app {

// The earliest Valid-Until of a Debian tree's suites, as the published generation has them; nothing where
// none tells one, or none is asked for it.
std::optional<UnixTime> valid_until(const std::string& store, const TreeConfig& tree, Catalogue& catalogue);

}  // namespace mirrorseed::app
