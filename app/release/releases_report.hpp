// What is told of releases to whoever looks after the mirror.
#pragma once

#include "app/config/config.hpp"
#include "core/result.hpp"
#include "httpd/published/told_releases.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace mirrorseed::app {

// As /-/releases.json has it; of these trees, or of all. `swarm` may be empty.
Result<boost::json::value> told_releases(const Config& config, const std::vector<std::string>& trees,
                                         httpd::SwarmOf swarm);

}  // namespace mirrorseed::app
