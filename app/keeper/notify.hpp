// Wakes downstream nodes after a tree was published: a POST to each, which asks it to sync now.
#pragma once

#include "app/config/config.hpp"
#include "core/log.hpp"

#include <stop_token>

namespace mirrorseed::app {

// A node that cannot be woken is told as a warning, and finds out by its own schedule.
void notify_nodes(const TreeConfig& tree, const Log& log, const std::stop_token& stop);

}  // namespace mirrorseed::app
