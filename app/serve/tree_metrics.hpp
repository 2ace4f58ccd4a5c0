// What /-/metrics tells of trees: who has to look after one?
//
// Pure.
#pragma once

#include "app/config/config.hpp"
#include "core/clock.hpp"
#include "core/store/catalogue_trees.hpp"

#include <string>
#include <vector>

namespace mirrorseed::app {

// In Prometheus' text form; of trees that are published, and of those that the config names.
std::string tree_metrics(const Config& config, const std::vector<TreeRow>& trees, UnixTime now);

}  // namespace mirrorseed::app
