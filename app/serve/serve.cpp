#include "app/serve/serve.hpp"

#include "app/config/config_reader.hpp"
#include "app/config/secret_file.hpp"
#include "app/keeper/doubts.hpp"
#include "app/keeper/service_manager.hpp"
#include "app/keeper/status.hpp"
#include "app/serve/confinement.hpp"
#include "app/serve/describing.hpp"
#include "app/serve/serving_source.hpp"
#include "app/serve/tree_metrics.hpp"
#include "app/wiring/wiring.hpp"
#include "httpd/plain_folder.hpp"
#include "httpd/server.hpp"

#include <boost/json/serialize.hpp>

#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>

namespace mirrorseed::app {
namespace {

// That the file can be read was checked with the config.
std::string admin_token(const Config& config) {
    auto token = read_secret(config.server.admin_token_file);
    return token ? std::move(*token) : std::string();
}

std::string status_text(const Config& config) {
    const auto places = places_of(config);
    const auto live = ask_live_state(places.store);
    auto catalogue = Catalogue::open_to_read(places.catalogue_file());
    return boost::json::serialize(status_json(config, &catalogue, live, system_clock()()));
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
                                    const ServiceManager& manager) {
    const auto& config = *shared;
    httpd::ServerOptions options;
    options.listen = addresses(config, arguments, manager);
    for (const auto& address : config.server.tls_listen)
        options.tls_listen.push_back(address.str());
    options.tls_files = {.certificate = config.server.tls_certificate, .key = config.server.tls_key};
    options.behaviour = config.server.behaviour;
    if (const auto drain = arguments.value("drain")) options.drain = parse_duration(*drain).value();
    options.admin_token = admin_token(config);
    options.threads = config.server.threads;
    options.disk_readers = config.server.disk_readers;
    options.access_log = config.server.access_log;
    if (arguments.has("DIR")) return options;
    options.descriptors_of_source =
        6;  // the catalogue, its log and its shared memory, and folders of the store
    options.status = [shared] { return status_text(*shared); };
    options.metrics = [shared] {
        auto catalogue = Catalogue::open_to_read(places_of(*shared).catalogue_file());
        return tree_metrics(*shared, catalogue.trees().all(), system_clock()());
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

using Teller = std::shared_ptr<DoubtTeller>;

httpd::PublishedStore::Doubt doubt_told_by(const Teller& teller) {
    if (!teller) return {};
    return [teller](const Digest& digest) { teller->tell(digest); };
}

Result<httpd::SourceFactory> make_sources(const Config& config, const Arguments& arguments, const Key& key,
                                          const Teller& teller, const Log& log) {
    if (const auto folder = arguments.value("DIR")) {
        const auto troubles = std::make_shared<httpd::Troubles>(log);
        const auto opened = httpd::PlainFolder::open(*folder, troubles);
        if (!opened) return opened.error();
        return httpd::SourceFactory(
            [path = *folder, troubles] { return httpd::PlainFolder::open(path, troubles).value(); });
    }
    const auto places = places_of(config);
    if (!places.exists())
        return Error(Fault::not_found,
                     "there is no store at " + places.store + " yet; `mirrorseed sync` makes it");
    return serving_sources(places, key, describing_for(config), doubt_told_by(teller), log);
}

void tell_addresses(const httpd::Server& server, const Log& log) {
    for (const auto& address : server.bound())
        log.info("serving on {}", address);
    for (const auto& address : server.tls_bound())
        log.info("serving on {} by TLS", address);
}

// What comes of the config may change while the server runs; the threads, the store and its key stay.
class Reloading {
public:
    Reloading(const std::string& config_file, const Arguments& arguments, const ServiceManager& manager,
              Key key, Teller teller, Log& log)
        : config_file_(config_file),
          arguments_(arguments),
          manager_(manager),
          key_(std::move(key)),
          teller_(std::move(teller)),
          log_(log) {}

    void reload(httpd::Server& server) const {
        log_.reopen();
        server.reopen_log();
        if (config_file_.empty()) return;
        const auto use = arguments_.has("DIR") ? ConfigUse::server_alone : ConfigUse::whole;
        const auto loaded = load_config(config_file_, use);
        if (!loaded) return log_.error("the config stays as it was: {}", outside(loaded.error().text()));
        for (const auto& fault : loaded->faults)
            log_.error("{}", format_fault(fault));
        if (!loaded->good()) return log_.error("the config stays as it was");
        auto sources = make_sources(loaded->config, arguments_, key_, teller_, log_);
        if (!sources) return log_.error("the config stays as it was: {}", outside(sources.error().text()));
        server.reload(server_options(std::make_shared<const Config>(loaded->config), arguments_, manager_),
                      std::move(*sources));
        tell_addresses(server, log_);
        log_.info("read {} again", config_file_);
    }

private:
    const std::string& config_file_;
    const Arguments& arguments_;
    const ServiceManager& manager_;
    const Key key_;
    const Teller teller_;
    Log& log_;
};

// Until somebody asks it to end.
void obey_signals(const sigset_t& signals, httpd::Server& server, const Reloading& reloading,
                  const ServiceManager& manager) {
    const auto between = manager.watchdog().value_or(std::chrono::hours(1));
    const timespec patience{std::chrono::floor<std::chrono::seconds>(between).count(),
                            (between % std::chrono::seconds(1)).count() * 1'000'000};
    for (;;) {
        const int signal = ::sigtimedwait(&signals, nullptr, &patience);
        if (signal == SIGTERM || signal == SIGINT) return;
        if (signal == SIGHUP) {
            manager.reloading();
            reloading.reload(server);
            manager.ready();
        }
        if (manager.watchdog() && server.is_alive()) manager.alive();
    }
}

// Before there is any thread, so that none is interrupted.
sigset_t block_signals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP})
        ::sigaddset(&signals, signal);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

std::string folder_of(const std::string& file) {
    const auto folder = std::filesystem::absolute(file).parent_path();
    return folder.string();
}

// What the server needs of the file system, also for a reload.
Confines confines_of(const Config& config, const std::string& config_file, const Arguments& arguments) {
    Confines confines{.readable = {"/etc", "/usr", "/proc", "/dev"}, .writable = {}};
    const auto& server = config.server;
    for (const auto& file : {config_file, server.tls_certificate, server.tls_key, server.admin_token_file})
        if (!file.empty()) confines.readable.push_back(folder_of(file));
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
    const auto signals = block_signals();
    const auto manager = ServiceManager::from_environment();
    const auto teller = DoubtTeller::from_environment();
    const auto catalogue = hold_catalogue_open(config, arguments);
    if (const auto confined = confine(confines_of(config, config_file, arguments), log); !confined)
        log.warning("{}", confined.error().text());
    const auto key = signing_key(config);
    auto sources = key ? make_sources(config, arguments, *key, teller, log) : key.error();
    if (!sources) {
        log.error("{}", outside(sources.error().text()));
        return Exit::failed;
    }
    httpd::Server server(server_options(std::make_shared<const Config>(config), arguments, manager),
                         std::move(*sources), log);
    const auto started = server.start();
    if (!started) {
        log.error("{}", outside(started.error().text()));
        return Exit::failed;
    }
    if (const auto became = become_user(config.server.user, log); !became) {
        log.error("{}", outside(became.error().text()));
        return Exit::failed;
    }
    tell_addresses(server, log);
    manager.ready();
    obey_signals(signals, server, Reloading(config_file, arguments, manager, *key, teller, log), manager);
    log.info("stopping");
    manager.stopping();
    server.stop();
    return Exit::done;
}

}  // namespace mirrorseed::app
