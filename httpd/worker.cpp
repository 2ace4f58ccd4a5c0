#include "httpd/worker.hpp"

#include "httpd/acceptor.hpp"
#include "httpd/connection.hpp"
#include "httpd/udp_tracker.hpp"

#include <time.h>

#include <algorithm>
#include <utility>

namespace mirrorseed::httpd {
namespace {

constexpr std::chrono::seconds between_sweeps(1);
constexpr std::size_t swept_at_once = 512;

std::chrono::nanoseconds computed_by_this_thread() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

Worker::Worker(const Parts& parts)
    : state_{.loop = loop_,
             .descriptors = parts.descriptors,
             .shelf = parts.shelf,
             .helpers = parts.helpers,
             .clients = parts.clients,
             .pace_of_all = parts.pace_of_all,
             .access_log = parts.access_log,
             .troubles = parts.troubles,
             .texts = parts.texts,
             .site = parts.site,
             .max_connections = parts.max_connections,
             .cache = ResourceCache(parts.cache)} {
    loop_.after_each_round([this] { after_round(); });
}

Worker::~Worker() {
    stop();
}

void Worker::listen(const Listener::Socket& socket, Latecomers latecomers,
                    const std::shared_ptr<const TlsIdentity>& identity) {
    loop_.post([this, socket, latecomers, identity] {
        acceptors_.push_back(std::make_unique<Acceptor>(socket, latecomers, identity, state_));
        acceptors_.back()->open();
    });
}

void Worker::stop_listening(const Listener::Socket& socket) {
    loop_.post([this, socket] {
        const auto gone = std::find_if(acceptors_.begin(), acceptors_.end(),
                                       [&](const auto& acceptor) { return acceptor->socket() == socket; });
        if (gone == acceptors_.end()) return;
        (*gone)->close();
        loop_.dispose(std::move(*gone));
        acceptors_.erase(gone);
    });
}

void Worker::take_packets(const Listener::Socket& socket, const std::shared_ptr<Tracking>& tracking) {
    loop_.post([this, socket, tracking] {
        packet_takers_.push_back(std::make_shared<UdpTracker>(socket, tracking, state_));
        packet_takers_.back()->open();
    });
}

void Worker::stop_packets(const Listener::Socket& socket) {
    loop_.post([this, socket] {
        const auto gone = std::find_if(packet_takers_.begin(), packet_takers_.end(),
                                       [&](const auto& taker) { return taker->socket() == socket; });
        if (gone == packet_takers_.end()) return;
        (*gone)->close();
        // This round may still come to it.
        loop_.post([kept = std::move(*gone)] {});
        packet_takers_.erase(gone);
    });
}

void Worker::each_second(std::function<void()> chore) {
    loop_.post([this, chore = std::move(chore)] { chore_ = chore; });
}

void Worker::start() {
    thread_ = std::thread([this] { run(); });
}

void Worker::run() {
    on_time();
    loop_.run();
    while (!state_.connections.empty())
        (*state_.connections.begin())->end();
    loop_.clean_up();
    after_round();
}

void Worker::on_time() {
    state_.cache.sweep(swept_at_once);
    if (const auto& tracking = state_.site->tracking) tracking->sweep(loop_.now());
    // Another loop may want what this one only keeps.
    if (!state_.descriptors.has_room_for_file()) state_.cache.shed_files();
    const auto since_boot = std::chrono::floor<std::chrono::seconds>(loop_.now().time_since_epoch());
    state_.counters.beat.store(since_boot.count(), std::memory_order_relaxed);
    if (chore_ && !state_.draining) state_.helpers.status.post(chore_);
    loop_.timers().set(*this, loop_.now() + between_sweeps);
}

void Worker::after_round() {
    if (state_.portions.is_due())
        state_.portions.note(computed_by_this_thread(), state_.counters.all_answers());
    state_.counters.open.store(state_.connections.size(), std::memory_order_relaxed);
    state_.counters.look_ups.store(state_.look_ups.begun(), std::memory_order_relaxed);
    if (!state_.log_lines.empty()) {
        state_.access_log->add(state_.log_lines);
        state_.log_lines.clear();
    }
    if (!state_.draining || !state_.connections.empty()) return;
    const std::lock_guard lock(mutex_);
    drained_ = true;
    changed_.notify_all();
}

void Worker::change_site(std::shared_ptr<const Site> site, std::size_t max_connections) {
    loop_.post([this, site = std::move(site), max_connections] {
        state_.site = site;
        state_.max_connections = max_connections;
        // Heads were put together in the old way.
        state_.cache.clear();
        state_.look_ups.keep_no_more();
    });
}

void Worker::begin_to_drain() {
    loop_.post([this] {
        state_.draining = true;
        state_.look_ups.end_waiting();
        for (auto& acceptor : acceptors_)
            acceptor->close();
        for (auto& taker : packet_takers_)
            taker->close();
        const std::vector<Connection*> connections(state_.connections.begin(), state_.connections.end());
        for (auto* connection : connections)
            connection->drain();
    });
}

bool Worker::wait_until_drained(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, deadline, [this] { return drained_; });
}

void Worker::end_connections() {
    loop_.post([this] {
        const std::vector<Connection*> connections(state_.connections.begin(), state_.connections.end());
        for (auto* connection : connections)
            connection->end();
    });
}

void Worker::stop() {
    if (!thread_.joinable()) return;
    loop_.post([this] { loop_.stop(); });
    thread_.join();
}

}  // namespace mirrorseed::httpd
