// One event loop with its thread, its share of the listening sockets and its connections.
#pragma once

#include "httpd/listener.hpp"
#include "httpd/loop_state.hpp"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace mirrorseed::httpd {

class Acceptor;
class TlsIdentity;
class Tracking;
class UdpTracker;

class Worker final : private TimerWheel::Timer {
public:
    struct Parts {
        Descriptors& descriptors;
        SourceShelf& shelf;
        Helpers& helpers;
        Clients& clients;
        Pace& pace_of_all;
        AccessLog* access_log = nullptr;
        Troubles& troubles;
        SharedTexts& texts;
        std::shared_ptr<const Site> site;
        std::size_t max_connections = 1;
        ResourceCache::Limits cache;
    };
    explicit Worker(const Parts& parts);
    ~Worker() override;
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void start();
    const Counters& counters() const noexcept { return state_.counters; }

    // From any thread, before start() too.
    // With an identity, by TLS.
    void listen(const Listener::Socket& socket, Latecomers latecomers,
                const std::shared_ptr<const TlsIdentity>& identity = {});
    void stop_listening(const Listener::Socket& socket);
    // Packets of the tracker.
    void take_packets(const Listener::Socket& socket, const std::shared_ptr<Tracking>& tracking);
    void stop_packets(const Listener::Socket& socket);
    // To be done by a helper about once a second; throws nothing.
    void each_second(std::function<void()> chore);
    void change_site(std::shared_ptr<const Site> site, std::size_t max_connections);
    // From any thread but its own. Accepts no more, and lets go of connections that ask for nothing.
    void begin_to_drain();
    // True when no connection is left.
    bool wait_until_drained(std::chrono::steady_clock::time_point deadline);
    void end_connections();
    // When no helper works any more.
    void stop();

private:
    void run();
    void after_round();
    void on_time() override;

    EventLoop loop_;
    LoopState state_;
    std::vector<std::unique_ptr<Acceptor>> acceptors_;
    std::vector<std::shared_ptr<UdpTracker>> packet_takers_;
    std::function<void()> chore_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool drained_ = false;  // under the mutex
    std::thread thread_;
};

}  // namespace mirrorseed::httpd
