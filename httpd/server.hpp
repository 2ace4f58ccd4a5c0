// The HTTP server.
//
//     httpd::Server server(options, make_source, log);
//     const auto started = server.start();    // listens and serves, or says in one line why not
//     ... server.bound() ...
//     server.stop();
//
// `make_source` is called on helper threads, once for each that is busy at a time:
//     [=] { return httpd::Published::open({.store = ..., .catalogue = ...}, troubles).value(); }
//     [=] { return httpd::PlainFolder::open(folder, troubles).value(); }
//
// Each event loop is a thread with sockets, connections and a cache of its own;
// look-ups and waits for the disk happen on helper threads. A Server is used from
// one thread; `log` outlives it.
#pragma once

#include "httpd/behaviour.hpp"
#include "httpd/resource.hpp"
#include "httpd/source.hpp"
#include "httpd/tls_context.hpp"
#include "httpd/tracker_facts.hpp"

#include "core/log.hpp"
#include "core/result.hpp"
#include "core/units.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::httpd {

class Tracking;

struct Counts {
    std::uint64_t connections = 0;  // open now
    std::uint64_t requests = 0, bytes_sent = 0;
    std::optional<TrackerFacts> tracker{};  // where it is on
};

struct ServerOptions {
    std::vector<std::string> listen{};      // as httpd/listener.hpp reads them
    std::vector<std::string> tls_listen{};  // with the files below
    TlsFiles tls_files{};
    std::optional<TlsPem> tls_pem{};  // where somebody else reads and watches them
    bool leaves_tls_files_to_others = false;
    Behaviour behaviour{};
    std::chrono::seconds drain{30};  // how long downloads may go on after stop()
    std::string access_log{};        // a file; empty: none
    std::function<std::string(const Counts&)>
        status{};                            // the JSON of /-/status.json; called on helper threads
    std::string admin_token{};               // opens the status where that asks for one; empty: nothing does
    std::function<std::string()> metrics{};  // further lines of /-/metrics; called on helper threads
    std::function<SyncNote(const std::string& tree)> ask_sync{};                // as Site says
    std::function<Prospect(const Awaited&, const std::string& client)> want{};  // likewise
    std::chrono::seconds longest_wait{1};
    std::shared_ptr<Tracking> tracking{};    // swarms, which outlive reloads; may be empty; then
    bool tracker = false;                    // it is asked by HTTP
    std::vector<std::string> tracker_udp{};  // and at these addresses by UDP
    std::size_t threads = 0;                 // event loops; 0: one for each core
    std::size_t look_ups = 4;                // threads that ask sources
    std::size_t disk_readers = 0;            // threads that read what is not in memory; 0: by the machine
    std::size_t descriptors_of_source = 2;   // that one source holds
    // After all addresses and files are open, before there is any thread: what is not needed any more is
    // given up there.
    std::function<Status()> before_strangers{};
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
    std::vector<std::string> udp_bound() const;
    std::vector<std::uint16_t> tls_ports() const;

    // Accepts no more, lets what is being answered finish for the time to drain, then ends it.
    void stop();
    // Takes on all that can change while it runs: not the threads, helpers and the log's place. Addresses
    // that it served on already stay open; where one of the new ones cannot be had, all stay as they were.
    void reload(const ServerOptions& options, SourceFactory make_source);
    // After something has moved the access log away.
    void go_on_in(Descriptor access_log);
    void take_token(const std::string& token);
    // For connections that begin from now on.
    void take_certificate(TlsPem pem);

    // Every loop has gone round within the last seconds.
    bool is_alive() const;

    // On the thread that reloads.
    Counts counts() const;

private:
    Counts counts_with(const std::shared_ptr<Tracking>& tracking) const;
    std::shared_ptr<const Site> site(const ServerOptions& options) const;
    void show(std::shared_ptr<const Site> site);
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace mirrorseed::httpd
