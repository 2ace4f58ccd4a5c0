// How the server behaves, as its operator wishes: what a reload may change.
//
// It stands in the config ([server]), in the server's options and in what every event loop looks at, each
// time as it is here. So an option more is a member here, a row in app/config/config_keys.cpp, and its use.
// The initializers are the only place where these defaults are written.
#pragma once

#include "httpd/access_log.hpp"
#include "httpd/networks.hpp"

#include "core/units.hpp"

#include <chrono>

namespace mirrorseed::httpd {

enum class StatusAccess { local, token, everybody };

struct Behaviour {
    static constexpr unsigned usual_per_client = 64;  // at that value, those of this machine are not counted

    AccessLogFormat access_log_format = AccessLogFormat::combined;  // of a log that is opened from then on
    StatusAccess status_access = StatusAccess::local;
    std::chrono::seconds head_timeout{30};  // for a whole head, from its first byte
    std::chrono::seconds idle_timeout{75};  // between requests
    Rate min_send_rate{200};                // over a minute
    bool proxy_protocol = false;            // connections of trusted proxies, and those alone, begin with it
    unsigned max_connections = 20'000;      // over everybody
    unsigned max_connections_per_client = usual_per_client;
    Rate rate_limit_per_client{};  // over all of its connections
    Rate rate_limit{};             // over everybody
    Networks trusted_proxies{};    // whose word on a client's address is taken
    bool cors = true;
};

}  // namespace mirrorseed::httpd
