// One connection: requests in turn, each answered whole before the next is looked at.
#pragma once

#include "httpd/access_log.hpp"
#include "httpd/handle.hpp"
#include "httpd/source_shelf.hpp"
#include "httpd/stream.hpp"

#include "core/blocking_pool.hpp"
#include "core/log.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>

namespace mirrorseed::httpd {

// What the sessions of a server share. They and the server use it from one thread, but for `shelf`.
struct SessionWorld {
    std::chrono::seconds head_timeout{30};  // for a whole head, from its first byte
    std::chrono::seconds idle_timeout{75};  // between requests, and for a peer that takes nothing
    Site site;
    SourceShelf& shelf;
    BlockingPool& pool;
    AccessLog& access_log;
    const Log& log;
    Clock clock = system_clock();
    bool draining = false;  // a connection ends after the answer that it is at
    std::uint64_t connections = 0, requests = 0, bytes_sent = 0;
};

// Ends when the peer goes, breaks the rules or is silent for too long. While it waits for a request it may be
// asked to end (TaskGroup::ask). `world` outlives it.
boost::asio::awaitable<void> serve_connection(Socket socket, Peer peer, SessionWorld& world);

}  // namespace mirrorseed::httpd
