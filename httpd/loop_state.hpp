// What the connections of one event loop share. Used by the loop's thread alone, but for what says otherwise.
#pragma once

#include "httpd/access_log.hpp"
#include "httpd/clients.hpp"
#include "httpd/counters.hpp"
#include "httpd/event_loop.hpp"
#include "httpd/exchange.hpp"
#include "httpd/look_ups.hpp"
#include "httpd/networks.hpp"
#include "httpd/pace.hpp"
#include "httpd/peer_address.hpp"
#include "httpd/resource_cache.hpp"
#include "httpd/source_shelf.hpp"

#include "core/log.hpp"
#include "core/system/blocking_pool.hpp"

#include <array>
#include <chrono>
#include <random>
#include <string>
#include <unordered_set>

namespace mirrorseed::httpd {

class Connection;

// How the server behaves, until the next reload.
struct Manners {
    std::chrono::seconds head_timeout{30};  // for a whole head, from its first byte
    std::chrono::seconds idle_timeout{75};  // between requests
    Rate min_send_rate{200};                // over a minute
    Rate rate_limit{};                      // over everybody
    Rate rate_limit_per_client{};           // over all of its connections
    std::uint32_t max_per_client = 0;       // connections; 0: any number
    bool limits_local_clients = true;
    Networks trusted_proxies{};
    bool proxy_protocol = false;           // from those alone
    std::size_t max_connections = 20'000;  // of this loop
    Site site;
};

struct LoopState {
    EventLoop& loop;
    SourceShelf& shelf;     // for any thread
    BlockingPool& helpers;  // for any thread
    Clients& clients;       // for any thread
    Pace& pace_of_all;      // for any thread
    AccessLog* access_log;  // for any thread; may be none
    const Log& log;         // for any thread
    Clock clock = system_clock();
    Manners manners{};
    ResourceCache cache;
    LookUps look_ups{loop, helpers, shelf, cache, log};
    Counters counters{};
    bool draining = false;

    std::unordered_set<Connection*> connections{};
    ExchangeList spare_exchanges{};
    std::string spare_buffer{};                   // an outbox's buffer, between its uses
    std::string log_lines{};                      // of this round
    std::array<char, 64 << 10> receive_buffer{};  // what was just received
    std::minstd_rand random{};                    // whose turn it is among those who wait for a rate
    Bytes left_of_turn = 0;                       // of what the connection whose turn it is may send

    // The first of a connection's exchanges, for another use.
    void keep_for_reuse(ExchangeList& exchanges) {
        constexpr std::size_t most = 256;
        constexpr std::size_t usual_head = 2048;
        auto& first = exchanges.front();
        if (spare_exchanges.size() >= most || first.head.capacity() > usual_head)
            return exchanges.pop_front();
        first.clear();
        spare_exchanges.splice(spare_exchanges.begin(), exchanges, exchanges.begin());
    }

    // The lines that every head begins with, made anew each second.
    std::string_view date() {
        const auto now = clock();
        if (now != date_at) {
            date_text = date_lines(now);
            date_at = now;
        }
        return date_text;
    }
    UnixTime date_at = -1;
    std::string date_text{};
};

}  // namespace mirrorseed::httpd
