// Where a tree's readers are sent for what it does not hold. Pure.
#pragma once

#include "app/config/config.hpp"

#include <optional>
#include <string>

namespace mirrorseed::app {

// The first upstream that is a plain web server, without its credentials and with a slash at the end; by
// https rather than http, and never by http where readers come by https. Nothing where there is none.
std::optional<std::string> upstream_for_readers(const TreeConfig& tree, const ServerConfig& server);

}  // namespace mirrorseed::app
