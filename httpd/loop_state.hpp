// What the connections of one event loop share. Used by the loop's thread alone, but for what says otherwise.
#pragma once

#include "httpd/access_log.hpp"
#include "httpd/clients.hpp"
#include "httpd/counters.hpp"
#include "httpd/descriptors.hpp"
#include "httpd/event_loop.hpp"
#include "httpd/exchange.hpp"
#include "httpd/helpers.hpp"
#include "httpd/look_ups.hpp"
#include "httpd/pace.hpp"
#include "httpd/peer_address.hpp"
#include "httpd/portion_choice.hpp"
#include "httpd/resource_cache.hpp"
#include "httpd/source_shelf.hpp"
#include "httpd/tracker/desk.hpp"
#include "httpd/troubles.hpp"

#include <array>
#include <memory>
#include <random>
#include <string>
#include <unordered_set>

namespace mirrorseed::httpd {

class Connection;

struct LoopState {
    EventLoop& loop;
    Descriptors& descriptors;  // for any thread
    SourceShelf& shelf;        // for any thread
    Helpers& helpers;          // for any thread
    Clients& clients;          // for any thread
    Pace& pace_of_all;         // for any thread
    AccessLog* access_log;     // for any thread; may be none
    Troubles& troubles;        // for any thread
    SharedTexts& texts;        // for any thread
    Clock clock = system_clock();
    std::shared_ptr<const Site> site = std::make_shared<const Site>();  // until the next reload
    std::size_t max_connections = site->behaviour.max_connections;      // of this loop
    ResourceCache cache;
    LookUps look_ups{loop, helpers, shelf, cache, descriptors, troubles, texts};
    Counters counters{};
    PortionChoice portions{};
    tracker::Desk desk{};
    bool draining = false;

    std::unordered_set<Connection*> connections{};
    ExchangeList spare_exchanges{};
    std::string spare_buffer{};                   // an outbox's buffer, between its uses
    std::string log_lines{};                      // of this round
    std::array<char, 64 << 10> receive_buffer{};  // what was just received
    std::minstd_rand random{};                    // whose turn it is among those who wait for a rate
    Bytes left_of_turn = 0;                       // of what the connection whose turn it is may send

    const Behaviour& behaviour() const noexcept { return site->behaviour; }

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

    // One that is not being served, to make room. False when none was found at once.
    bool end_idle_connection();

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
