#include "app/keeper/server_care.hpp"

#include "httpd/listener.hpp"

#include <algorithm>
#include <utility>

namespace mirrorseed::app {
namespace {

std::vector<std::string> server_arguments(const std::string& config_file, const Arguments& arguments,
                                          const ServiceManager& manager) {
    std::vector<std::string> words{"serve"};
    if (!config_file.empty()) words.insert(words.end(), {"--config", config_file});
    for (const auto* flag : {"verbose", "quiet"})
        if (arguments.has(flag)) words.push_back(std::string("--") + flag);
    for (const auto* option : {"log-format", "drain"})
        if (const auto value = arguments.value(option))
            words.insert(words.end(), {std::string("--") + option, *value});
    for (const auto fd : manager.sockets())
        words.insert(words.end(), {"--listen", "fd:" + std::to_string(fd)});
    if (manager.sockets().empty())
        for (const auto& address : arguments.values("listen"))
            words.insert(words.end(), {"--listen", address});
    if (const auto folder = arguments.value("DIR")) words.insert(words.end(), {"--", *folder});
    return words;
}

std::chrono::seconds patience_of(const Arguments& arguments) {
    constexpr std::chrono::seconds usual_drain{30}, insist_after{5};
    const auto drain = arguments.value("drain");
    return (drain ? parse_duration(*drain).value() : usual_drain) + insist_after;
}

std::optional<httpd::StableChange> watch_on(const ServerFilePlaces& places) {
    if (places.certificate.empty()) return std::nullopt;
    return httpd::StableChange(httpd::facts_of({.certificate = places.certificate, .key = places.key}));
}

}  // namespace

ServerCare::ServerCare(const Config& at_start, std::string config_file, const Arguments& arguments,
                       const Folder* store, ServerLine::Orphans orphans, const ServiceManager& manager,
                       const Log& log)
    : at_start_(at_start),
      config_file_(std::move(config_file)),
      use_(arguments.has("DIR") ? ConfigUse::server_alone : ConfigUse::whole),
      manager_(manager),
      log_(log),
      line_(orphans),
      process_(
          store, server_arguments(config_file_, arguments, manager), manager.sockets(), line_,
          [this] { note_start(); }, log),
      patience_(patience_of(arguments)) {}

// A server reads the config when it starts, whatever its keeper has read since; its logs then stay where that
// says.
void ServerCare::note_start() {
    if (!config_file_.empty()) {
        auto found = load_config(config_file_, use_);
        if (found && found->good()) at_start_ = std::move(found->config);
    }
    places_ = file_places(at_start_, config_file_, at_start_);
    certificate_ = watch_on(places_);
}

std::vector<ServerWord> ServerCare::look_after() {
    auto words = line_.hear();
    tell_manager();
    watch_certificate();
    return words;
}

void ServerCare::tell_manager() {
    if (!line_.is_well()) return;
    if (!std::exchange(told_ready_, true)) manager_.ready();
    if (manager_.watchdog()) manager_.alive();
}

void ServerCare::watch_certificate() {
    if (!certificate_) return;
    if (!certificate_->observe(httpd::facts_of({.certificate = places_.certificate, .key = places_.key})))
        return;
    const auto files = open_tls_files(places_);
    if (!files) return log_.error("the certificate stays as it was: {}", outside(files.error().text()));
    line_.hand_over(*files);
}

void ServerCare::stop() {
    process_.stop(patience_);
}

void ServerCare::begin_reload() {
    if (std::exchange(told_ready_, false)) manager_.reloading();
}

std::optional<LoadedConfig> ServerCare::read_again() const {
    auto loaded = load_config(config_file_, use_);
    if (!loaded) {
        log_.error("the config stays as it was: {}", outside(loaded.error().text()));
        return std::nullopt;
    }
    for (const auto& fault : loaded->faults)
        log_.error("{}", format_fault(fault));
    if (loaded->good()) return std::move(*loaded);
    log_.error("the config stays as it was");
    return std::nullopt;
}

void ServerCare::renew(const Config& now) {
    places_ = file_places(now, config_file_, at_start_);
    certificate_ = watch_on(places_);
    make_way(now);
    hand_over(places_);
}

// The server finds out by a connection whether somebody listens at a new address, which it may not make any
// more.
void ServerCare::make_way(const Config& now) const {
    const auto& server = at_start_.server;
    for (const auto* addresses : {&now.server.listen, &now.server.tls_listen})
        for (const auto& address : *addresses)
            if (std::find(server.listen.begin(), server.listen.end(), address) == server.listen.end() &&
                std::find(server.tls_listen.begin(), server.tls_listen.end(), address) ==
                    server.tls_listen.end())
                httpd::remove_leftover(address.str());
}

void ServerCare::renew_files() {
    auto places = places_;
    places.config.clear();
    hand_over(places);
}

void ServerCare::hand_over(const ServerFilePlaces& places) {
    // One that is started later finds what is there then.
    if (!process_.is_running()) return;
    if (!line_.hand_over(open_server_files(places, log_)))
        log_.error("the server does not take on what changed; it is told again at the next reload");
}

}  // namespace mirrorseed::app
