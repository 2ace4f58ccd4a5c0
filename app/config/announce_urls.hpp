// Under which URLs strangers find our tracker: what torrents name.
#pragma once

#include "app/config/config.hpp"

#include <string>
#include <vector>

namespace mirrorseed::app {

// By HTTP first, then by UDP once for each port. None where no tracker is on.
std::vector<std::string> announce_urls(const ServerConfig& server);

}  // namespace mirrorseed::app
