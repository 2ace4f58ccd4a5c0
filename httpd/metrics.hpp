// What the server counted, as Prometheus reads it.
#pragma once

#include "httpd/counters.hpp"

#include <string>
#include <vector>

namespace mirrorseed::httpd {

// The sums over all loops.
std::string metrics_text(const std::vector<const Counters*>& loops, std::size_t clients);

}  // namespace mirrorseed::httpd
