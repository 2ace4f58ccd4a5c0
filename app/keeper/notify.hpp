// Wakes a downstream node after a tree was published: a POST, which asks it to sync now.
#pragma once

#include "app/config/config.hpp"
#include "core/result.hpp"

#include <stop_token>
#include <string>

namespace mirrorseed::app {

// With the token of the tree, where it has one. A node that cannot be woken finds out by its own schedule.
Status wake_node(const TreeConfig& tree, const std::string& address, const std::stop_token& stop);

}  // namespace mirrorseed::app
