// The HTTP server.
//
//     httpd::Server server(options, make_source, log);
//     const auto started = server.start();    // listens and serves, or says in one line why not
//     ... server.bound() ...
//     server.stop();
//
// `make_source` is called on helper threads, once for each that is busy at a time:
//     [&] { return httpd::Published::open({.store = ..., .catalogue = ...}, log).value(); }
//     [&] { return httpd::PlainFolder::open(folder).value(); }
//
// Each event loop is a thread with sockets, connections and a cache of its own;
// look-ups and waits for the disk happen on helper threads. A Server is used from
// one thread; `log` outlives it.
#pragma once

#include "httpd/access_log.hpp"
#include "httpd/resource.hpp"
#include "httpd/source.hpp"
#include "httpd/tls_context.hpp"

#include "core/log.hpp"
#include "core/result.hpp"
#include "core/units.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mirrorseed::httpd {

struct Manners;

struct ServerOptions {
    std::vector<std::string> listen{"[::]:8080"};  // as httpd/listener.hpp reads them
    std::vector<std::string> tls_listen{};         // with the files below
    TlsFiles tls_files{};
    std::chrono::seconds head_timeout{30};
    std::chrono::seconds idle_timeout{75};
    std::chrono::seconds drain{30};  // how long downloads may go on after stop()
    bool cors = true;
    std::string access_log{};  // a file; empty: none
    AccessLogFormat access_log_format = AccessLogFormat::combined;
    StatusAccess status_access = StatusAccess::local;
    std::function<std::string()> status{};  // the JSON of /-/status.json; called on helper threads
    Rate min_send_rate{200};                // over a minute
    Rate rate_limit{};                      // over everybody
    Rate rate_limit_per_client{};
    std::size_t max_connections = 20'000;
    std::uint32_t max_connections_per_client = 64;  // 0: any number
    bool limits_local_clients = false;              // those of this machine too
    std::vector<std::string> trusted_proxies{};     // addresses and networks
    bool proxy_protocol = false;                    // their connections begin with it
    std::string admin_token{};               // opens the status where that asks for one; empty: nothing does
    std::function<std::string()> metrics{};  // further lines of /-/metrics; called on helper threads
    std::size_t threads = 0;                 // event loops; 0: one for each core
    std::size_t helpers = 4;
};

class Server {
public:
    Server(ServerOptions options, SourceFactory make_source, const Log& log);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // All addresses or none. Opens a first source too; what that throws passes through.
    Status start();
    std::vector<std::string> bound() const;    // "127.0.0.1:8080", with the port that was really given
    std::vector<std::uint16_t> ports() const;  // in the order of `listen`; 0 for a Unix socket
    std::vector<std::string> tls_bound() const;
    std::vector<std::uint16_t> tls_ports() const;

    // Accepts no more, lets what is being answered finish for the time to drain, then ends it.
    void stop();
    // Takes on all that can change while it runs: not the threads, helpers and the log's place. Addresses
    // that it served on already stay open; where one of the new ones cannot be had, all stay as they were.
    void reload(const ServerOptions& options, SourceFactory make_source);
    // After something has moved the access log away.
    void reopen_log();

    // Every loop has gone round within the last seconds.
    bool is_alive() const;

    struct Counts {
        std::uint64_t connections = 0;  // open now
        std::uint64_t requests = 0, bytes_sent = 0;
    };
    Counts counts() const;

private:
    Status listen(const ServerOptions& options);
    Manners manners(const ServerOptions& options, std::size_t loops) const;
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace mirrorseed::httpd
