#include "app/keeper/keeper.hpp"

#include "app/config/server_rights.hpp"
#include "app/keeper/control_service.hpp"
#include "app/keeper/doubts.hpp"
#include "app/keeper/job_queue.hpp"
#include "app/keeper/recovery.hpp"
#include "app/keeper/server_care.hpp"
#include "app/keeper/service_manager.hpp"
#include "app/keeper/status.hpp"
#include "app/keeper/swarm_questions.hpp"
#include "app/keeper/timetable.hpp"
#include "app/keeper/wanted_files.hpp"
#include "app/wiring/wiring.hpp"
#include "core/system/control_socket.hpp"
#include "core/system/signal_line.hpp"

#include <fmt/ranges.h>
#include <boost/json/serialize.hpp>

#include <signal.h>
#include <sys/prctl.h>

namespace mirrorseed::app {
namespace {

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

// The config that counts from then on.
void reload(const std::string& config_file, Config& config, JobQueue& queue, Timetable& timetable,
            ServerCare& care, Log& log) {
    care.begin_reload();
    log.reopen();
    auto loaded = care.read_again();
    if (!loaded) return care.renew_files();
    tell_what_is_not_built(loaded->config, log);
    care.renew(loaded->config);
    config = std::move(loaded->config);
    queue.use(config);
    timetable.take_up();
    log.info("read {} again", config_file);
}

// What the control socket brings to a keeper.
class KeeperTaker final : public JobTaker {
public:
    KeeperTaker(JobQueue& queue, SwarmQuestions& swarms) : queue_(queue), swarms_(swarms) {}
    std::shared_ptr<JobTicket> add(Arguments arguments) override { return queue_.add(std::move(arguments)); }
    bool push(const std::string& tree) override { return queue_.push(tree); }
    LiveState state() const override { return queue_.state(); }
    std::optional<Swarms> swarms() override { return swarms_.ask(); }

private:
    JobQueue& queue_;
    SwarmQuestions& swarms_;
};

constexpr std::chrono::milliseconds usual_pause{1000}, while_read_along{100};

// Until somebody asks for an end.
void keep(const SignalLine& signals, const std::string& config_file, Config config, JobQueue& queue,
          Timetable& timetable, ServerCare& care, SwarmQuestions& swarms, Log& log) {
    Doubts doubts;
    WantedFiles wanted;
    timetable.take_up();
    for (;;) {
        queue.note_server(care.line().counts());
        care.line().tell_live(boost::json::serialize(to_json(queue.state())));
        const auto signal = signals.wait(wanted.is_shown() ? while_read_along : usual_pause,
                                         {care.line().socket(), swarms.bell()});
        if (signal == SIGTERM || signal == SIGINT) return wanted.give_up(care.line());
        if (signal == SIGHUP) reload(config_file, config, queue, timetable, care, log);
        // What it said while we were away is heard before its silence is judged.
        const auto words = care.look_after();
        care.process().tend();
        for (const auto& word : words) {
            if (const auto* changed = std::get_if<LooksChanged>(&word)) doubts.note(changed->content);
            if (const auto* asked = std::get_if<SyncAsked>(&word)) queue.push(asked->tree);
            if (const auto* file = std::get_if<FileWanted>(&word)) wanted.note(*file);
            if (const auto* told = std::get_if<SwarmsTold>(&word)) swarms.told(*told);
        }
        swarms.tend(care.line());
        doubts.tend(queue);
        wanted.tend(queue, care.line());
        timetable.tend(config);
    }
}

// The server may be of the same user and fall to strangers.
void hide_memory_from_server() {
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace

Exit run_keeper(const Config& config, const std::string& config_file, const Arguments& arguments, Log& log) {
    const SignalLine signals{SIGTERM, SIGINT, SIGHUP, SIGCHLD};
    hide_memory_from_server();
    const auto manager = ServiceManager::from_environment();
    if (const auto rights = rights_here(config.server.user); !rights) {
        log.error("{}", outside(rights.error().text()));
        return Exit::failed;
    }
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
    ServerCare care(config, config_file, arguments, &*folder, ServerLine::Orphans::serve_on, manager, log);
    auto& server = care.process();
    const auto at_start = first_sync(config, *store);
    server.end_left_over();
    server.start();
    {
        auto of_timetable = store->again();
        JobQueue queue(config, std::move(*store), log, JobQueue::Owner::keeper);
        Timetable timetable(std::move(of_timetable), queue, log, system_clock());
        // Before anybody's command: it names trees, and so would end the pause of a rollback that came first.
        if (at_start.has("TREE")) queue.add(at_start);
        SwarmQuestions swarms;
        KeeperTaker taker(queue, swarms);
        const ControlService service(std::move(*listener), taker, log);
        keep(signals, config_file, config, queue, timetable, care, swarms, log);
        log.info("stopping");
        manager.stopping();
        queue.stop();
        swarms.stop();
        server.send(SIGTERM);  // downloads drain while the running job comes to its end
    }
    (void)folder->remove_file(RelPath::parse("control.sock").value()).has_value();
    care.stop();
    return Exit::done;
}

}  // namespace mirrorseed::app
