// What the server counted, as Prometheus reads it.
#pragma once

#include "httpd/counters.hpp"
#include "httpd/helpers.hpp"

#include <string>
#include <vector>

namespace mirrorseed::httpd {

// The sums over all loops.
std::string metrics_text(const std::vector<const Counters*>& loops, std::size_t clients);
// What waits for a thread, and what is open.
std::string helper_metrics(const Helpers& helpers, std::size_t open_files);

}  // namespace mirrorseed::httpd
