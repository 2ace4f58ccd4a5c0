#include "httpd/server.hpp"

#include "httpd/acceptor.hpp"
#include "httpd/listener.hpp"
#include "httpd/metrics.hpp"
#include "httpd/source_shelf.hpp"
#include "httpd/tls_identity.hpp"
#include "httpd/worker.hpp"

#include "core/blocking_pool.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace mirrorseed::httpd {
namespace {

// Of a loop, which otherwise beats once a second.
constexpr std::chrono::seconds longest_silence(10);

// Cores that this process may run on, which may be fewer than the machine has.
std::size_t usable_cores() {
    cpu_set_t cores;
    if (::sched_getaffinity(0, sizeof cores, &cores) != 0) return 1;
    return static_cast<std::size_t>(std::max(1, CPU_COUNT(&cores)));
}

std::size_t loops_of(const ServerOptions& options) {
    return options.threads > 0 ? options.threads : usable_cores();
}

// Connections need a descriptor each, so the limit goes up as far as it may.
std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return static_cast<std::size_t>(std::min<rlim_t>(limit.rlim_cur, 1 << 20));
}

ResourceCache::Limits cache_limits(std::size_t loops) {
    ResourceCache::Limits limits;
    limits.files = std::clamp<std::size_t>(raise_descriptor_limit() / 4 / loops, 16, 16'384);
    return limits;
}

Result<std::vector<Listener>> listen_on_all(const std::vector<std::string>& addresses, std::size_t loops) {
    std::vector<Listener> listeners;
    for (const auto& address : addresses) {
        auto listener = listen_on(address, loops);
        if (!listener) return listener.error();
        listeners.push_back(std::move(*listener));
    }
    return listeners;
}

std::vector<std::string> texts_of(const std::vector<Listener>& listeners) {
    std::vector<std::string> texts;
    texts.reserve(listeners.size());
    for (const auto& listener : listeners)
        texts.push_back(address_text(listener.address));
    return texts;
}

std::vector<std::uint16_t> ports_of(const std::vector<Listener>& listeners) {
    std::vector<std::uint16_t> numbers;
    numbers.reserve(listeners.size());
    for (const auto& listener : listeners)
        numbers.push_back(port_of(listener.address));
    return numbers;
}

// Whoever passed a socket has it served by the next process.
Latecomers latecomers_of(const Listener& listener) {
    return listener.passed ? Latecomers::left_waiting : Latecomers::refused;
}

// As many as there are descriptors for, beside those that the cache and everything else need.
std::size_t most_connections(const ServerOptions& options, std::size_t loops) {
    constexpr std::size_t others = 40;
    const auto taken = cache_limits(loops).files * loops + others;
    const auto limit = raise_descriptor_limit();
    return std::min(options.max_connections, limit > taken ? limit - taken : 1);
}

Manners manners_of(const ServerOptions& options, std::size_t loops) {
    return {.head_timeout = options.head_timeout,
            .idle_timeout = options.idle_timeout,
            .min_send_rate = options.min_send_rate,
            .rate_limit = options.rate_limit,
            .rate_limit_per_client = options.rate_limit_per_client,
            .max_per_client = options.max_connections_per_client,
            .limits_local_clients = options.limits_local_clients,
            .trusted_proxies = Networks::parse(options.trusted_proxies).value(),
            .proxy_protocol = options.proxy_protocol,
            .max_connections = std::max<std::size_t>(1, most_connections(options, loops) / loops),
            .site = {.cors = options.cors ? Cors::on : Cors::off,
                     .status_access = options.status_access,
                     .admin_token = options.admin_token,
                     .status = options.status}};
}

std::vector<const Counters*> counters_of(const std::vector<std::unique_ptr<Worker>>& workers) {
    std::vector<const Counters*> counters;
    counters.reserve(workers.size());
    for (const auto& worker : workers)
        counters.push_back(&worker->counters());
    return counters;
}

}  // namespace

struct Server::Parts {
    Parts(ServerOptions given, SourceFactory make_source, const Log& told)
        : options(std::move(given)), log(told), shelf(std::move(make_source)), helpers(options.helpers) {}

    ServerOptions options;
    const Log& log;
    SourceShelf shelf;
    Clients clients;
    Pace everybody;
    std::unique_ptr<AccessLog> access_log;
    std::vector<Listener> listeners, tls_listeners;
    std::unique_ptr<TlsIdentity> identity;
    BlockingPool helpers;
    std::vector<std::unique_ptr<Worker>> workers;
};

Server::Server(ServerOptions options, SourceFactory make_source, const Log& log)
    : parts_(std::make_unique<Parts>(std::move(options), std::move(make_source), log)) {}

Server::~Server() {
    parts_->options.drain = std::chrono::seconds(0);
    stop();
}

Status Server::start() {
    auto& parts = *parts_;
    parts.shelf.prepare();
    if (!parts.options.access_log.empty()) {
        auto opened = AccessLog::open(parts.options.access_log, parts.options.access_log_format);
        if (!opened) return opened.error();
        parts.access_log = std::move(*opened);
    }
    const auto loops = loops_of(parts.options);
    if (!parts.options.tls_listen.empty()) {
        auto identity = TlsIdentity::load(parts.options.tls_files);
        if (!identity) return identity.error();
        parts.identity = std::move(*identity);
    }
    auto listeners = listen_on_all(parts.options.listen, loops);
    if (!listeners) return listeners.error();
    auto tls_listeners = listen_on_all(parts.options.tls_listen, loops);
    if (!tls_listeners) return tls_listeners.error();
    parts.listeners = std::move(*listeners);
    parts.tls_listeners = std::move(*tls_listeners);
    const Worker::Parts for_each{.shelf = parts.shelf,
                                 .helpers = parts.helpers,
                                 .clients = parts.clients,
                                 .everybody = parts.everybody,
                                 .access_log = parts.access_log.get(),
                                 .log = parts.log,
                                 .manners = manners(parts.options, loops),
                                 .cache = cache_limits(loops)};
    for (std::size_t i = 0; i < loops; ++i) {
        auto worker = std::make_unique<Worker>(for_each);
        for (const auto& listener : parts.listeners)
            worker->listen(listener.sockets[i % listener.sockets.size()], latecomers_of(listener));
        for (const auto& listener : parts.tls_listeners)
            worker->listen(listener.sockets[i % listener.sockets.size()], latecomers_of(listener),
                           parts.identity.get());
        parts.workers.push_back(std::move(worker));
    }
    if (parts.identity)
        parts.workers.front()->each_second(
            [&identity = *parts.identity, &log = parts.log] { identity.look(log); });
    for (auto& worker : parts.workers)
        worker->start();
    return {};
}

std::vector<std::string> Server::bound() const {
    return texts_of(parts_->listeners);
}

std::vector<std::uint16_t> Server::ports() const {
    return ports_of(parts_->listeners);
}

std::vector<std::string> Server::tls_bound() const {
    return texts_of(parts_->tls_listeners);
}

std::vector<std::uint16_t> Server::tls_ports() const {
    return ports_of(parts_->tls_listeners);
}

void Server::stop() {
    auto& parts = *parts_;
    for (auto& worker : parts.workers)
        worker->begin_to_drain();
    for (const auto* listeners : {&parts.listeners, &parts.tls_listeners})
        for (const auto& listener : *listeners)
            remove_socket_file(listener);
    const auto deadline = std::chrono::steady_clock::now() + parts.options.drain;
    for (auto& worker : parts.workers)
        worker->wait_until_drained(deadline);
    for (auto& worker : parts.workers)
        worker->end_connections();
    for (auto& worker : parts.workers)
        worker->wait_until_drained(std::chrono::steady_clock::time_point::max());
    // What helpers still do was for connections that have ended, which wait for it.
    parts.helpers.join();
    parts.workers.clear();
    parts.listeners.clear();
    parts.tls_listeners.clear();
    parts.access_log.reset();
}

// With what the server alone can tell.
Manners Server::manners(const ServerOptions& options, std::size_t loops) const {
    auto manners = manners_of(options, loops);
    manners.site.metrics = [this, further = options.metrics] {
        auto text = metrics_text(counters_of(parts_->workers), parts_->clients.count());
        return further ? text + further() : text;
    };
    return manners;
}

void Server::behave(const ServerOptions& options, SourceFactory make_source) {
    parts_->shelf.change(std::move(make_source));
    const auto manners_now = manners(options, parts_->workers.size());
    for (auto& worker : parts_->workers)
        worker->behave(manners_now);
    if (parts_->identity && !options.tls_listen.empty())
        parts_->identity->reload(options.tls_files, parts_->log);
}

void Server::reopen_log() {
    if (!parts_->access_log) return;
    const auto reopened = parts_->access_log->reopen();
    if (!reopened) parts_->log.error("{}", outside(reopened.error().text()));
}

bool Server::is_alive() const {
    const auto now =
        std::chrono::floor<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch());
    for (const auto& worker : parts_->workers)
        if (now.count() - worker->counters().beat > longest_silence.count()) return false;
    return true;
}

Server::Counts Server::counts() const {
    Counts counts;
    for (const auto& worker : parts_->workers) {
        counts.connections += worker->counters().open;
        counts.bytes_sent += worker->counters().bytes_sent;
        for (const auto& answers : worker->counters().answers)
            counts.requests += answers;
    }
    return counts;
}

}  // namespace mirrorseed::httpd
