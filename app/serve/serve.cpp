#include "app/serve/serve.hpp"

#include "app/config/config_reader.hpp"
#include "app/config/secret_file.hpp"
#include "app/keeper/service_manager.hpp"
#include "app/keeper/status.hpp"
#include "app/keeper/swarm_numbers.hpp"
#include "app/serve/confinement.hpp"
#include "app/serve/describing.hpp"
#include "app/serve/grace.hpp"
#include "app/serve/keeper_line.hpp"
#include "app/serve/mirror_metrics.hpp"
#include "app/serve/reloading.hpp"
#include "app/serve/serving_source.hpp"
#include "app/serve/tender.hpp"
#include "app/wiring/wiring.hpp"
#include "core/system/no_connections.hpp"
#include "core/system/signal_line.hpp"
#include "httpd/plain_folder.hpp"
#include "httpd/server.hpp"
#include "httpd/tracking.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>

namespace mirrorseed::app {
namespace {

using Line = std::shared_ptr<KeeperLine>;

// As the keeper told, where there is one; else whoever holds the store is asked.
std::optional<LiveState> live_state(const Config& config, const Line& line) {
    if (!line) return ask_live_state(places_of(config).store);
    boost::json::error_code error;
    const auto told = boost::json::parse(line->live(), error);
    return error ? std::nullopt : live_state_from_json(told);
}

using Tracking = std::shared_ptr<httpd::Tracking>;

ServerCounts words_of(const httpd::Counts& counts) {
    return {counts.connections, counts.requests, counts.bytes_sent, counts.tracker};
}

std::string status_text(const Config& config, const Line& line, const httpd::Counts& counts) {
    const auto places = places_of(config);
    const auto live = live_state(config, line);
    auto catalogue = Catalogue::open_to_read(places.catalogue_file());
    return boost::json::serialize(status_json(config, &catalogue, live, words_of(counts), system_clock()()));
}

// What the command line or the service manager names takes the place of the config's.
std::vector<std::string> addresses(const Config& config, const Arguments& arguments,
                                   const ServiceManager& manager) {
    std::vector<std::string> listen;
    for (const auto fd : manager.sockets())
        listen.push_back("fd:" + std::to_string(fd));
    if (listen.empty()) listen = arguments.values("listen");
    if (listen.empty())
        for (const auto& address : config.server.listen)
            listen.push_back(address.str());
    return listen;
}

httpd::ServerOptions server_options(const std::shared_ptr<const Config>& shared, const Arguments& arguments,
                                    const ServiceManager& manager, const Line& line,
                                    const Tracking& tracking) {
    const auto& config = *shared;
    httpd::ServerOptions options;
    options.listen = addresses(config, arguments, manager);
    for (const auto& address : config.server.tls_listen)
        options.tls_listen.push_back(address.str());
    options.tls_files = {.certificate = config.server.tls_certificate, .key = config.server.tls_key};
    options.behaviour = config.server.behaviour;
    if (const auto drain = arguments.value("drain")) options.drain = parse_duration(*drain).value();
    options.leaves_tls_files_to_others = line != nullptr;
    options.threads = config.server.threads;
    options.disk_readers = config.server.disk_readers;
    options.access_log = config.server.access_log;
    if (arguments.has("DIR")) return options;
    options.descriptors_of_source =
        6;  // the catalogue, its log and its shared memory, and folders of the store
    options.ask_sync = [shared, line](const std::string& tree) {
        if (find_tree(*shared, tree) == nullptr) return httpd::SyncNote::no_such_tree;
        const bool is_noted = line && line->ask_sync(tree);
        return is_noted ? httpd::SyncNote::noted : httpd::SyncNote::nobody_there;
    };
    for (const auto& tree : config.trees)
        if (tree.missing == MissingFiles::fetch)
            options.longest_wait =
                std::max(options.longest_wait, std::chrono::ceil<std::chrono::seconds>(tree.manners.timeout));
    if (line)
        options.want = [line](const httpd::Awaited& file, const std::string& client) {
            return line->want(file.wanted, client);
        };
    options.status = [shared, line](const httpd::Counts& counts) {
        return status_text(*shared, line, counts);
    };
    options.tracking = tracking;
    options.tracker = config.server.tracker;
    for (const auto& address : config.server.tracker_udp)
        options.tracker_udp.push_back(address.str());
    options.metrics = [shared, line, reader = std::make_shared<MirrorFactsReader>()] {
        auto catalogue = Catalogue::open_to_read(places_of(*shared).catalogue_file());
        const auto now = system_clock()();
        return mirror_metrics(*shared, reader->read(*shared, catalogue, live_state(*shared, line), now), now);
    };
    return options;
}

using Key = std::shared_ptr<const SigningKey>;

Result<Key> signing_key(const Config& config) {
    Key key;
    const auto& file = config.store.signing_key_file;
    if (file.empty()) return key;
    const auto pem = read_file(file, 65536);
    if (!pem) return pem.error();
    auto parsed = SigningKey::parse_pem(*pem);
    if (!parsed) return parsed.error().within(file);
    key = std::make_shared<const SigningKey>(std::move(*parsed));
    return key;
}

httpd::PublishedStore::Doubt doubt_told_by(const Line& line) {
    if (!line) return {};
    return [line](const Digest& digest) { line->looks_changed(digest); };
}

// Only a keeper that syncs brings anything.
httpd::OnDemandRule on_demand_by(const Config& config, const Line& line) {
    std::unordered_map<std::string, Bytes> most;
    for (const auto& tree : config.trees)
        if (tree.missing == MissingFiles::fetch) most.emplace(tree.name, tree.missing_budget);
    if (!line || !line->brings() || most.empty()) return {};
    return {.most =
                [most = std::move(most)](const std::string& name) {
                    const auto found = most.find(name);
                    return found != most.end() ? std::optional(found->second) : std::nullopt;
                },
            .is_gone = [line](const httpd::WantedContent& file) { return line->is_gone(file); },
            .note_use = [line](const httpd::WantedContent& file) { line->note_use(file); }};
}

Result<httpd::SourceFactory> make_sources(const Config& config, const Arguments& arguments, const Key& key,
                                          const Line& line, ServerRights::Kind rights,
                                          const Tracking& tracking, const Log& log) {
    if (const auto folder = arguments.value("DIR")) {
        const auto troubles = std::make_shared<httpd::Troubles>(log);
        using Folder = httpd::PlainFolder;
        const Folder::Manner manner{
            .pages = arguments.has("no-sandbox") ? Folder::Pages::trusted : Folder::Pages::sandboxed,
            .gives = rights == ServerRights::Kind::bare_root ? Folder::Gives::what_all_may_read
                                                             : Folder::Gives::what_we_may_read};
        const auto opened = Folder::open(*folder, troubles, manner);
        if (!opened) return opened.error();
        return httpd::SourceFactory(
            [path = *folder, troubles, manner] { return Folder::open(path, troubles, manner).value(); });
    }
    const auto places = places_of(config);
    if (!places.exists())
        return Error(Fault::not_found,
                     "there is no store at " + places.store + " yet; `mirrorseed sync` makes it");
    auto describing = describing_for(config, tracking);
    describing.on_demand = on_demand_by(config, line);
    return serving_sources(places, key, describing, grace_for(config), doubt_told_by(line), log);
}

void tell_addresses(const httpd::Server& server, const Log& log) {
    for (const auto& address : server.bound())
        log.info("serving on {}", address);
    for (const auto& address : server.tls_bound())
        log.info("serving on {} by TLS", address);
    for (const auto& address : server.udp_bound())
        log.info("the tracker answers on {} by UDP", address);
}

// Where there is no tracker nothing is said, and whoever asked waits a little.
void answer_questions(KeeperLine& line, const Tracking& tracking) {
    for (const auto& question : line.take_questions()) {
        if (!tracking) continue;
        Swarms swarms;
        for (const auto& [hash, counts] : tracking->tracker().swarms.all_counts())
            swarms.emplace(hash, counts);
        const auto text = to_text(swarms);
        if (write_all(question.sheet, as_bytes(text), "the swarms")) line.answered(question);
    }
}

// Until somebody asks it to end.
void obey(const SignalLine& signals, httpd::Server& server, Reloading& reloading,
          const ServiceManager& manager, const Line& line, const Tracking& tracking) {
    constexpr std::chrono::seconds beat{1};
    for (;;) {
        const bool is_alive = server.is_alive();
        if (line && is_alive) line->say_alive(words_of(server.counts()));
        if (manager.watchdog() && is_alive) manager.alive();
        const auto signal = signals.wait(beat, {line ? line->socket() : -1});
        if (signal == SIGTERM || signal == SIGINT) return;
        while (auto files = line ? line->hear() : std::nullopt)
            reloading.take(std::move(*files), server);
        if (line) answer_questions(*line, tracking);
        if (line && line->ends_us()) return;
        if (signal == SIGHUP && !line) {
            manager.reloading();
            reloading.reload(server);
            manager.ready();
        }
    }
}

std::string folder_of(const std::string& file) {
    const auto folder = std::filesystem::absolute(file).parent_path();
    return folder.string();
}

// Whoever renews a certificate may link to it from another folder.
void add_folders_of(const std::string& file, std::vector<std::string>& folders) {
    folders.push_back(folder_of(file));
    std::error_code trouble;
    const auto real = std::filesystem::canonical(file, trouble);
    if (!trouble) folders.push_back(real.parent_path().string());
}

// What the server needs of the file system, also for a reload.
Confines confines_of(const Config& config, const std::string& config_file, const Arguments& arguments) {
    Confines confines{.readable = {"/etc", "/usr", "/proc", "/dev"}, .writable = {}};
    const auto& server = config.server;
    for (const auto& file : {config_file, server.tls_certificate, server.tls_key, server.admin_token_file})
        if (!file.empty()) add_folders_of(file, confines.readable);
    for (const auto& file : {server.access_log, config.log.file})
        if (!file.empty()) confines.writable.push_back(folder_of(file));
    for (const auto* addresses : {&server.listen, &server.tls_listen})
        for (const auto& address : *addresses)
            if (address.is_unix()) confines.writable.push_back(folder_of(address.unix_path));
    for (const auto& address : arguments.values("listen"))
        if (address.starts_with("unix:")) confines.writable.push_back(folder_of(address.substr(5)));
    if (const auto folder = arguments.value("DIR")) {
        confines.readable.push_back(*folder);
        return confines;
    }
    const auto places = places_of(config);
    // Parts of a store may lie elsewhere, behind links.
    for (const auto* part : {"", "/blobs", "/manifests", "/trees"})
        confines.readable.push_back(places.store + part);
    const auto catalogue = places.catalogue_file();
    confines.readable.push_back(folder_of(catalogue));
    confines.writable.push_back(catalogue + "-shm");
    // Where a damaged catalogue is rebuilt for reading.
    confines.writable.push_back(std::filesystem::temp_directory_path().string());
    return confines;
}

// What is not needed once all is open. Whoever has a keeper asks it, and connects to nothing; the others ask
// who holds the store, and the service manager.
Status give_up(const ServerRights& rights, const Line& line, const Log& log) {
    const auto taken = take_on(rights, log);
    if (!taken) return taken;
    return line ? forbid_connections() : forbid_meddling();
}

// Keeps the catalogue's shared memory in its place, so that it can be named before the process is confined.
std::optional<Catalogue> hold_catalogue_open(const Config& config, const Arguments& arguments) {
    if (arguments.has("DIR")) return std::nullopt;
    try {
        auto catalogue = Catalogue::open_to_read(places_of(config).catalogue_file());
        catalogue.trees().all();
        return catalogue;
    } catch (const CatalogueTrouble&) {
        return std::nullopt;  // whoever asks for it tells
    }
}

}  // namespace

Exit serve(const Config& config, const std::string& config_file, const Arguments& arguments, Log& log) {
    const auto manager = ServiceManager::from_environment();
    const auto line = KeeperLine::from_environment();
    const auto fail = [&log](const Error& error) {
        log.error("{}", outside(error.text()));
        return Exit::failed;
    };
    const auto rights = rights_here(config.server.user);
    if (!rights) return fail(rights.error());
    if (rights->kind == ServerRights::Kind::of_user && !line)
        return tend_server(config, config_file, arguments, manager, log);
    const SignalLine signals{SIGTERM, SIGINT, SIGHUP};
    const auto catalogue = hold_catalogue_open(config, arguments);
    const auto key = signing_key(config);
    if (!key) return fail(key.error());
    // That the file can be read was checked with the config.
    auto token = read_secret(config.server.admin_token_file);
    if (const auto confined = confine(confines_of(config, config_file, arguments), log); !confined)
        log.warning("{}", confined.error().text());
    Tracking tracking;  // from when it is first wanted; its swarms outlive every reload
    const auto make = [&](const Config& now) -> Result<Reloading::Made> {
        if (now.server.tracks() && !tracking && !arguments.has("DIR"))
            tracking = std::make_shared<httpd::Tracking>(places_of(now).catalogue_file());
        auto sources = make_sources(now, arguments, *key, line, rights->kind, tracking, log);
        if (!sources) return sources.error();
        return Reloading::Made{
            server_options(std::make_shared<const Config>(now), arguments, manager, line, tracking),
            std::move(*sources)};
    };
    auto made = make(config);
    if (!made) return fail(made.error());
    made->options.admin_token = token ? *token : std::string();
    made->options.before_strangers = [&] { return give_up(*rights, line, log); };
    Reloading reloading(config, config_file,
                        arguments.has("DIR") ? ConfigUse::server_alone : ConfigUse::whole,
                        made->options.admin_token, make, log);
    httpd::Server server(std::move(made->options), std::move(made->sources), log);
    const auto started = server.start();
    if (!started) return fail(started.error());
    tell_addresses(server, log);
    manager.ready();
    obey(signals, server, reloading, manager, line, tracking);
    log.info("stopping");
    manager.stopping();
    server.stop();
    return Exit::done;
}

}  // namespace mirrorseed::app
