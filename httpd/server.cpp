#include "httpd/server.hpp"

#include "httpd/descriptors.hpp"
#include "httpd/helpers.hpp"
#include "httpd/metrics.hpp"
#include "httpd/places.hpp"
#include "httpd/source_shelf.hpp"
#include "httpd/tls_identity.hpp"
#include "httpd/tracking.hpp"
#include "httpd/troubles.hpp"
#include "httpd/worker.hpp"

#include "core/system/descriptor_limit.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
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

ResourceCache::Limits cache_limits(std::size_t loops, std::size_t files) {
    ResourceCache::Limits limits;
    limits.bytes = std::clamp<Bytes>((Bytes{512} << 20) / loops, Bytes{32} << 20, Bytes{128} << 20);
    limits.files = files;
    return limits;
}

DescriptorShares descriptors_for(const ServerOptions& options) {
    return share_out(
        raise_descriptor_limit(),
        {.loops = loops_of(options),
         .addresses = options.listen.size() + options.tls_listen.size() + options.tracker_udp.size(),
         .sources = options.look_ups,
         .of_source = options.descriptors_of_source});
}

std::size_t share_of_loop(const Behaviour& behaviour, std::size_t loops) {
    return std::max<std::size_t>(1, behaviour.max_connections / loops);
}

std::vector<const Counters*> counters_of(const std::vector<std::unique_ptr<Worker>>& workers) {
    std::vector<const Counters*> counters;
    counters.reserve(workers.size());
    for (const auto& worker : workers)
        counters.push_back(&worker->counters());
    return counters;
}

TrackerFacts facts_of(Tracking& tracking, const std::vector<std::unique_ptr<Worker>>& workers) {
    return tracker_facts(counters_of(workers), tracking.tracker().swarms.totals());
}

// Where the tracker is on.
std::shared_ptr<Tracking> tracking_told_of(const ServerOptions& options) {
    return options.tracker || !options.tracker_udp.empty() ? options.tracking : nullptr;
}

// What a config's addresses come to, opened and not yet served on.
struct Opened {
    Spots asked, tls_asked, udp_asked;
    Places places{}, tls_places{}, udp_places{};
    std::shared_ptr<TlsIdentity> identity{};
};

}  // namespace

struct Server::Parts {
    Parts(ServerOptions given, SourceFactory make_source, const Log& told)
        : options(std::move(given)),
          log(told),
          troubles(told),
          descriptors(descriptors_for(options)),
          shelf(std::move(make_source)) {}

    ServerOptions options;
    const Log& log;
    Troubles troubles;
    SharedTexts texts{};
    Descriptors descriptors;
    SourceShelf shelf;
    Clients clients;
    Pace pace_of_all;
    std::unique_ptr<AccessLog> access_log;
    Places places, tls_places, udp_places;
    std::shared_ptr<TlsIdentity> identity;
    std::optional<Helpers> helpers;
    std::vector<std::unique_ptr<Worker>> workers;
    std::shared_ptr<const Site> site;   // that they show
    std::shared_ptr<Tracking> counted;  // for counts(), as the last options have it

    // All or none.
    Result<Opened> open_addresses(const ServerOptions& wanted, std::size_t loops) const {
        auto everything = wanted.listen;
        everything.insert(everything.end(), wanted.tls_listen.begin(), wanted.tls_listen.end());
        Opened all{.asked = spots_of(wanted.listen, everything),
                   .tls_asked = spots_of(wanted.tls_listen, everything),
                   .udp_asked = spots_of(wanted.tracker_udp, wanted.tracker_udp),
                   .identity = identity};
        if (!all.identity && !wanted.tls_listen.empty()) {
            auto loaded =
                wanted.tls_pem ? TlsIdentity::handed(*wanted.tls_pem) : TlsIdentity::load(wanted.tls_files);
            if (!loaded) return loaded.error();
            if (wanted.leaves_tls_files_to_others) (*loaded)->leave_to_others();
            all.identity = std::move(*loaded);
        }
        const Standing plain{places, all.asked}, tls{tls_places, all.tls_asked};
        auto opened = open_new({plain, tls}, loops);
        if (!opened) return opened.error();
        auto tls_opened = open_new({tls, plain, {*opened, all.asked}}, loops);
        if (!tls_opened) return tls_opened.error();
        auto udp_opened = open_new({{udp_places, all.udp_asked}}, loops, Carries::packets);
        if (!udp_opened) return udp_opened.error();
        all.places = std::move(*opened);
        all.tls_places = std::move(*tls_opened);
        all.udp_places = std::move(*udp_opened);
        return all;
    }

    void take_on(Opened opened, const std::shared_ptr<Tracking>& tracking) {
        if (opened.identity && !identity)
            workers.front()->each_second([it = opened.identity, &to = log] { it->refresh(to); });
        identity = opened.identity;
        close_others(places, opened.asked);
        close_others(tls_places, opened.tls_asked);
        add(places, std::move(opened.places), {});
        add(tls_places, std::move(opened.tls_places), opened.identity);
        close_others(udp_places, opened.udp_asked, &Worker::stop_packets);
        for (auto& place : opened.udp_places) {
            for (std::size_t i = 0; i < workers.size(); ++i)
                workers[i]->take_packets(place.listener.of_loop(i), tracking);
            udp_places.push_back(std::move(place));
        }
    }

    void add(Places& to, Places opened, const std::shared_ptr<const TlsIdentity>& shown) {
        for (auto& place : opened) {
            for (std::size_t i = 0; i < workers.size(); ++i)
                workers[i]->listen(place.listener.of_loop(i), place.listener.latecomers(), shown);
            to.push_back(std::move(place));
        }
    }

    // What came over them goes on.
    void close_others(Places& present, const Spots& asked,
                      void (Worker::*stop)(const Listener::Socket&) = &Worker::stop_listening) {
        std::erase_if(present, [&](const Place& place) {
            if (std::find(asked.begin(), asked.end(), place.asked) != asked.end()) return false;
            for (std::size_t i = 0; i < workers.size(); ++i)
                ((*workers[i]).*stop)(place.listener.of_loop(i));
            remove_socket_file(place.listener);
            return true;
        });
    }
};

Server::Server(ServerOptions options, SourceFactory make_source, const Log& log)
    : parts_(std::make_unique<Parts>(std::move(options), std::move(make_source), log)) {}

Server::~Server() {
    parts_->options.drain = std::chrono::seconds(0);
    stop();
}

Status Server::start() {
    auto& parts = *parts_;
    Descriptor access_log;
    if (!parts.options.access_log.empty()) {
        auto file = AccessLog::open(parts.options.access_log);
        if (!file) return file.error();
        access_log = std::move(*file);
    }
    const auto loops = loops_of(parts.options);
    parts.site = site(parts.options);
    parts.counted = tracking_told_of(parts.options);
    auto opened = parts.open_addresses(parts.options, loops);
    if (!opened) return opened.error();
    if (parts.options.before_strangers)
        if (const auto given_up = parts.options.before_strangers(); !given_up) return given_up;
    parts.shelf.prepare();
    if (access_log.is_open())
        parts.access_log =
            std::make_unique<AccessLog>(std::move(access_log), parts.options.behaviour.access_log_format);
    parts.helpers.emplace(
        Helpers::Threads{.look_ups = parts.options.look_ups,
                         .disk_readers = disk_readers_of(parts.options.disk_readers, usable_cores())});
    const Worker::Parts for_each{.descriptors = parts.descriptors,
                                 .shelf = parts.shelf,
                                 .helpers = *parts.helpers,
                                 .clients = parts.clients,
                                 .pace_of_all = parts.pace_of_all,
                                 .access_log = parts.access_log.get(),
                                 .troubles = parts.troubles,
                                 .texts = parts.texts,
                                 .site = parts.site,
                                 .max_connections = share_of_loop(parts.options.behaviour, loops),
                                 .cache = cache_limits(loops, parts.descriptors.shares().cached)};
    for (std::size_t i = 0; i < loops; ++i)
        parts.workers.push_back(std::make_unique<Worker>(for_each));
    parts.take_on(std::move(*opened), parts.options.tracking);
    for (auto& worker : parts.workers)
        worker->start();
    if (const auto most = parts.descriptors.shares().for_connections();
        most < parts.options.behaviour.max_connections)
        parts.log.info(
            "the limit on open files leaves room for {} connections; [server] max_connections asks for {}",
            most, parts.options.behaviour.max_connections);
    return {};
}

std::vector<std::string> Server::bound() const {
    return texts_of(parts_->places);
}

std::vector<std::uint16_t> Server::ports() const {
    return ports_of(parts_->places);
}

std::vector<std::string> Server::tls_bound() const {
    return texts_of(parts_->tls_places);
}

std::vector<std::string> Server::udp_bound() const {
    return texts_of(parts_->udp_places);
}

std::vector<std::uint16_t> Server::tls_ports() const {
    return ports_of(parts_->tls_places);
}

void Server::stop() {
    auto& parts = *parts_;
    for (auto& worker : parts.workers)
        worker->begin_to_drain();
    for (const auto* places : {&parts.places, &parts.tls_places})
        for (const auto& place : *places)
            remove_socket_file(place.listener);
    const auto deadline = std::chrono::steady_clock::now() + parts.options.drain;
    for (auto& worker : parts.workers)
        worker->wait_until_drained(deadline);
    for (auto& worker : parts.workers)
        worker->end_connections();
    for (auto& worker : parts.workers)
        worker->wait_until_drained(std::chrono::steady_clock::time_point::max());
    // What helpers still do was for connections that have ended, which wait for it.
    if (parts.helpers) parts.helpers->join();
    parts.workers.clear();
    parts.places.clear();
    parts.tls_places.clear();
    parts.udp_places.clear();
    parts.access_log.reset();
}

// With what the server alone can tell.
std::shared_ptr<const Site> Server::site(const ServerOptions& options) const {
    // What is told of it; it is swept where it is off, too.
    const auto tracking = tracking_told_of(options);
    auto metrics = [this, further = options.metrics, tracking] {
        auto text = metrics_text(counters_of(parts_->workers), parts_->clients.count()) +
                    helper_metrics(*parts_->helpers, parts_->descriptors.open_files());
        if (tracking) text += tracker_metrics(facts_of(*tracking, parts_->workers));
        return further ? text + further() : text;
    };
    std::function<std::string()> status;
    if (options.status)
        status = [this, tell = options.status, tracking] { return tell(counts_with(tracking)); };
    return std::make_shared<const Site>(Site{.behaviour = options.behaviour,
                                             .admin_token = options.admin_token,
                                             .status = std::move(status),
                                             .metrics = std::move(metrics),
                                             .ask_sync = options.ask_sync,
                                             .want = options.want,
                                             .longest_wait = options.longest_wait,
                                             .tracking = options.tracking,
                                             .tracker = options.tracker ? options.tracking : nullptr});
}

void Server::reload(const ServerOptions& options, SourceFactory make_source) {
    auto& parts = *parts_;
    parts.shelf.change(std::move(make_source));
    show(site(options));
    parts.counted = tracking_told_of(options);
    if (parts.identity && options.tls_pem)
        parts.identity->take_handed(*options.tls_pem, parts.log);
    else if (parts.identity && !options.tls_listen.empty() && !options.leaves_tls_files_to_others)
        parts.identity->reload(options.tls_files, parts.log);
    auto opened = parts.open_addresses(options, parts.workers.size());
    if (!opened)
        return parts.log.error("the addresses stay as they were: {}", outside(opened.error().text()));
    parts.take_on(std::move(*opened), options.tracking);
}

void Server::show(std::shared_ptr<const Site> site) {
    auto& parts = *parts_;
    const auto share = share_of_loop(site->behaviour, parts.workers.size());
    for (auto& worker : parts.workers)
        worker->change_site(site, share);
    parts.site = std::move(site);
}

void Server::take_token(const std::string& token) {
    auto site = *parts_->site;
    site.admin_token = token;
    show(std::make_shared<const Site>(std::move(site)));
}

void Server::go_on_in(Descriptor access_log) {
    if (parts_->access_log) parts_->access_log->go_on_in(std::move(access_log));
}

void Server::take_certificate(TlsPem pem) {
    if (parts_->identity) parts_->identity->take_handed(std::move(pem), parts_->log);
}

bool Server::is_alive() const {
    const auto now =
        std::chrono::floor<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch());
    for (const auto& worker : parts_->workers)
        if (now.count() - worker->counters().beat > longest_silence.count()) return false;
    return true;
}

Counts Server::counts() const {
    return counts_with(parts_->counted);
}

Counts Server::counts_with(const std::shared_ptr<Tracking>& tracking) const {
    Counts counts;
    if (tracking) counts.tracker = facts_of(*tracking, parts_->workers);
    for (const auto& worker : parts_->workers) {
        counts.connections += worker->counters().open;
        counts.bytes_sent += worker->counters().bytes_sent;
        for (const auto& answers : worker->counters().answers)
            counts.requests += answers;
    }
    return counts;
}

}  // namespace mirrorseed::httpd
