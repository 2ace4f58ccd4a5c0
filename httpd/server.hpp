// The HTTP server.
//
//     asio::io_context context(1);
//     httpd::Server server(context, options, make_source, log);   // after the context: destroyed before it
//     const auto started = server.start();                        // listens, or says in one line why not
//     ... server.bound() ...
//     context.run();
//     // to end it: co_spawn(context, server.stop(), ...)
//
// `make_source` is called on pool threads, once for each that is busy at a time:
//     [&] { return httpd::Published::open({.store = ..., .catalogue = ...}, log).value(); }
//     [&] { return httpd::PlainFolder::open(folder).value(); }
//
// Connections are coroutines on the context, which one thread runs; look-ups and
// file reads happen on the server's own pool. Everything here is called from the
// context's thread, or before it runs. `log` and the context outlive the server.
#pragma once

#include "httpd/access_log.hpp"
#include "httpd/handle.hpp"
#include "httpd/source.hpp"

#include "core/log.hpp"
#include "core/result.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mirrorseed::httpd {

struct ServerOptions {
    std::vector<std::string> listen{"[::]:8080"};  // as httpd/listener.hpp reads them
    std::chrono::seconds head_timeout{30};
    std::chrono::seconds idle_timeout{75};
    std::chrono::seconds drain{30};  // how long downloads may go on after stop()
    bool cors = true;
    std::string access_log{};  // a file; empty: none
    AccessLogFormat access_log_format = AccessLogFormat::combined;
    StatusAccess status_access = StatusAccess::local;
    std::function<std::string()> status{};  // the JSON of /-/status.json; called on pool threads
    std::size_t pool_threads = 4;
};

class Server {
public:
    Server(boost::asio::io_context& context, ServerOptions options, SourceFactory make_source,
           const Log& log);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // All addresses or none. Opens a first source too; what that throws passes through.
    Status start();
    std::vector<std::string> bound() const;    // "127.0.0.1:8080", with the port that was really given
    std::vector<std::uint16_t> ports() const;  // in the order of `listen`; 0 for a Unix socket

    // Accepts no more, lets what is being answered finish for the time to drain, then ends it.
    boost::asio::awaitable<void> stop();
    // After something has moved the access log away.
    void reopen_log();

    struct Counts {
        std::uint64_t connections = 0;  // open now
        std::uint64_t requests = 0, bytes_sent = 0;
    };
    Counts counts() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace mirrorseed::httpd
