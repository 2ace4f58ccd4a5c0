#include "app/keeper/keeper.hpp"

#include "app/config/config_reader.hpp"
#include "app/keeper/control_service.hpp"
#include "app/keeper/doubts.hpp"
#include "app/keeper/job_queue.hpp"
#include "app/keeper/recovery.hpp"
#include "app/keeper/server_process.hpp"
#include "app/keeper/service_manager.hpp"
#include "app/wiring/wiring.hpp"
#include "core/system/control_socket.hpp"

#include <fmt/ranges.h>

#include <signal.h>

#include <ctime>

namespace mirrorseed::app {
namespace {

constexpr std::chrono::seconds insist_after{5};  // beyond the time that downloads are given

// Signals are taken one at a time by the keeper's own loop, so no thread may be interrupted by them.
sigset_t block_signals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const auto signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD})
        ::sigaddset(&signals, signal);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

std::chrono::seconds drain_time(const Arguments& arguments) {
    const auto text = arguments.value("drain");
    return text ? parse_duration(*text).value() : std::chrono::seconds(30);
}

std::vector<std::string> server_arguments(const std::string& config_file, const Arguments& arguments,
                                          const ServiceManager& manager) {
    std::vector<std::string> words{"serve", "--config", config_file};
    for (const auto* flag : {"verbose", "quiet"})
        if (arguments.has(flag)) words.push_back(std::string("--") + flag);
    for (const auto* option : {"log-format", "drain"})
        if (const auto value = arguments.value(option))
            words.insert(words.end(), {std::string("--") + option, *value});
    for (const auto fd : manager.sockets())
        words.insert(words.end(), {"--listen", "fd:" + std::to_string(fd)});
    return words;
}

// Trees that an operator paused wait for him also over a restart.
Arguments first_sync(const Config& config, Store& store) {
    Arguments arguments{.command = {"sync"}, .given = {}, .flags = {}};
    for (const auto& tree : config.trees) {
        const auto row = store.catalogue().trees().find(tree.name);
        const bool paused = row && row->paused;
        if (!paused && !std::holds_alternative<Manual>(tree.schedule))
            arguments.given["TREE"].push_back(tree.name);
    }
    return arguments;
}

void tell_what_is_not_built(const Config& config, const Log& log) {
    if (config.not_built.empty()) return;
    log.warning("these settings do nothing yet: {} (`mirrorseed check-config` tells what happens instead)",
                fmt::join(config.not_built, ", "));
}

void reload(const std::string& config_file, JobQueue& queue, Log& log) {
    log.reopen();
    auto loaded = load_config(config_file);
    if (!loaded) return log.error("the config stays as it was: {}", outside(loaded.error().text()));
    for (const auto& fault : loaded->faults)
        log.error("{}", format_fault(fault));
    if (!loaded->good()) return log.error("the config stays as it was");
    tell_what_is_not_built(loaded->config, log);
    queue.use(std::move(loaded->config));
    log.info("read {} again", config_file);
}

}  // namespace

Exit run_keeper(const Config& config, const std::string& config_file, const Arguments& arguments, Log& log) {
    const auto signals = block_signals();
    const auto manager = ServiceManager::from_environment();
    auto store = open_or_rebuild(places_of(config), "mirrorseed run", log);
    if (!store) {
        log.error("{}", store.error().text());
        return Exit::failed;
    }
    tell_what_is_not_built(config, log);
    const auto folder = store->folder().again();
    auto listener = ControlListener::listen(store->folder());
    if (!listener || !folder) {
        log.error("{}", (listener ? folder.error() : listener.error()).text());
        return Exit::failed;
    }
    Doubts doubts;
    auto inherited = manager.sockets();
    inherited.push_back(doubts.for_server());
    ServerProcess server(*folder, server_arguments(config_file, arguments, manager), inherited, log);
    const auto at_start = first_sync(config, *store);
    server.end_left_over();
    server.start();
    {
        JobQueue queue(config, std::move(*store), log, JobQueue::Tells::log_too);
        // Before anybody's command: it names trees, and so would end the pause of a rollback that came first.
        if (at_start.has("TREE")) queue.add(at_start);
        const ControlService service(std::move(*listener), queue, log);
        manager.ready();
        for (bool stopping = false; !stopping;) {
            const timespec a_second{1, 0};
            const auto signal = ::sigtimedwait(&signals, nullptr, &a_second);
            stopping = signal == SIGTERM || signal == SIGINT;
            if (signal == SIGHUP) {
                manager.reloading();
                reload(config_file, queue, log);
                server.send(SIGHUP);
                manager.ready();
            }
            if (manager.watchdog()) manager.alive();
            if (!stopping) server.tend();
            if (!stopping) doubts.tend(queue);
        }
        log.info("stopping");
        manager.stopping();
        queue.stop();
        server.send(SIGTERM);  // downloads drain while the running job comes to its end
    }
    (void)folder->remove_file(RelPath::parse("control.sock").value()).has_value();
    server.stop(drain_time(arguments) + insist_after);
    return Exit::done;
}

}  // namespace mirrorseed::app
