#include "app/serve/tender.hpp"

#include "app/keeper/server_care.hpp"
#include "app/keeper/status.hpp"
#include "app/wiring/wiring.hpp"
#include "core/system/signal_line.hpp"

#include <boost/json/serialize.hpp>

#include <signal.h>
#include <sys/wait.h>

#include <optional>

namespace mirrorseed::app {
namespace {

void reload(const std::string& config_file, const Config& at_start, ServerCare& care, Log& log) {
    care.begin_reload();
    log.reopen();
    if (config_file.empty()) return care.renew(at_start);
    const auto loaded = care.read_again();
    if (!loaded) return care.renew_files();
    care.renew(loaded->config);
}

// What runs at the store is asked of whoever holds it, which the server cannot.
std::string live_text(const Config& config) {
    const auto live = ask_live_state(places_of(config).store);
    return live ? boost::json::serialize(to_json(*live)) : std::string();
}

}  // namespace

Exit tend_server(const Config& config, const std::string& config_file, const Arguments& arguments,
                 const ServiceManager& manager, Log& log) {
    const SignalLine signals{SIGTERM, SIGINT, SIGHUP, SIGCHLD};
    const bool is_plain = arguments.has("DIR");
    ServerCare care(config, config_file, arguments, nullptr, ServerLine::Orphans::end, manager, log);
    auto& server = care.process();
    server.start();
    for (;;) {
        if (!is_plain) care.line().tell_live(live_text(config));
        const auto signal = signals.wait(std::chrono::seconds(1), {care.line().socket()});
        if (signal == SIGTERM || signal == SIGINT) break;
        if (signal == SIGHUP) reload(config_file, config, care, log);
        (void)care.look_after();
        if (care.line().is_silent()) {
            server.end_if_silent();
            server.stop(std::chrono::seconds(0));  // it is killed already
            server.start();
        }
        if (!server.is_running()) return Exit::failed;
        if (const auto status = server.ended())
            return WIFEXITED(*status) ? static_cast<Exit>(WEXITSTATUS(*status)) : Exit::failed;
    }
    manager.stopping();
    care.stop();
    return Exit::done;
}

}  // namespace mirrorseed::app
