// What becomes of releases when nothing is published: some were kept long enough, some lose their tree.
#pragma once

#include "app/config/config.hpp"
#include "core/clock.hpp"
#include "core/store/store.hpp"

#include <string>

namespace mirrorseed::app {

// Of all trees, those that were kept for as long as their rules say now.
Status forget_old_releases(Store& store, const Config& config, UnixTime now);

// Former releases of trees that were forgotten, whose place somebody else may have.
Status offer_forgotten(Store& store, const Config& config, const std::string& tree);

}  // namespace mirrorseed::app
