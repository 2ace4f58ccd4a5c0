#include "app/keeper/hand_over.hpp"

#include "app/command_line/console.hpp"
#include "app/command_line/progress_display.hpp"
#include "app/keeper/job.hpp"
#include "app/keeper/lone_job.hpp"
#include "app/keeper/status.hpp"
#include "app/wiring/wiring.hpp"
#include "core/system/control_socket.hpp"

#include <signal.h>
#include <unistd.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

namespace mirrorseed::app {
namespace json = boost::json;
namespace {

constexpr std::chrono::milliseconds glance{200};

// Turns SIGINT and SIGTERM into a call, from a thread that waits for them.
class StopSignals {
public:
    explicit StopSignals(std::function<void()> stop) {
        ::sigemptyset(&signals_);
        ::sigaddset(&signals_, SIGINT);
        ::sigaddset(&signals_, SIGTERM);
        ::pthread_sigmask(SIG_BLOCK, &signals_, &before_);
        thread_ = std::thread([this, kept = std::move(stop)] {
            for (int signal = 0; ::sigwait(&signals_, &signal) == 0 && !over_;)
                kept();
        });
    }
    ~StopSignals() {
        over_ = true;
        ::pthread_kill(thread_.native_handle(), SIGTERM);  // for that thread alone
        thread_.join();
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

private:
    sigset_t signals_{}, before_{};
    std::atomic<bool> over_{false};
    std::thread thread_;
};

ProgressStyle style_of(const Arguments& arguments) {
    if (arguments.has("quiet")) return ProgressStyle::none;
    const auto style =
        progress_style(arguments.value("progress").value_or("auto"), ::isatty(STDERR_FILENO) == 1);
    // A bar is no line.
    const bool is_json = arguments.value("log-format").value_or("") == "json";
    return is_json && style == ProgressStyle::bar ? ProgressStyle::plain : style;
}

// What the keeper last told of the job.
class RemoteView {
public:
    Progress::View get() const {
        const std::lock_guard lock(mutex_);
        return view_;
    }
    void set(Progress::View view) {
        const std::lock_guard lock(mutex_);
        view_ = std::move(view);
    }

private:
    mutable std::mutex mutex_;
    Progress::View view_;
};

JobAnswer follow(ControlChannel& channel, const Arguments& arguments) {
    std::atomic<bool> stopped{false};
    RemoteView view;
    const StopSignals signals([&] { stopped = true; });
    const ProgressDisplay display(style_of(arguments), [&] { return view.get(); });
    const auto sent = channel.send(json::serialize(to_json(arguments)));
    if (!sent) return JobAnswer::failure(sent.error());
    while (!stopped) {
        const auto line = channel.receive(glance);
        if (!line)
            return JobAnswer::failure(line.error().within("the running mirrorseed did not finish the job"));
        if (!*line) continue;
        json::error_code error;
        const auto message = json::parse(**line, error);
        const auto* object = error ? nullptr : message.if_object();
        if (object == nullptr) continue;
        if (const auto* answer = object->if_contains("answer")) {
            auto parsed = job_answer_from_json(*answer);
            return parsed ? std::move(*parsed) : JobAnswer::failure(parsed.error());
        }
        const auto* progress = object->if_contains("progress");
        if (const auto state = progress == nullptr ? std::nullopt : live_state_from_json(*progress))
            view.set(state->progress);
    }
    // Closing the connection is what asks the keeper to stop the job.
    return JobAnswer::failure(Error(Fault::refused, "stopped; the running mirrorseed stops the job too"));
}

Result<Store> open_store(const Config& config, const Arguments& arguments) {
    const auto places = places_of(config);
    const auto who = "mirrorseed " + arguments.name();
    if (arguments.name() != "gc") return Store::open(places, who);
    // It is wanted most on a full disk, where it cannot even begin without some room.
    try {
        auto store = Store::open(places, who);
        if (store || !store.error().is_full_disk()) return store;
    } catch (const CatalogueTrouble& trouble) {
        if (!trouble.error().is_full_disk()) throw;
    }
    Store::give_up_reserve(places);
    return Store::open(places, who);
}

JobAnswer do_here(const Config& config, const Arguments& arguments) {
    return with_progress(arguments, [&](Progress& progress) {
        auto store = open_store(config, arguments);
        if (!store) return JobAnswer::failure(store.error());
        auto logging = config.log;
        logging.file.clear();  // whoever started the command looks here
        const auto log = open_log(logging, arguments);
        if (!log) return JobAnswer::failure(log.error());
        return LoneJob(config, std::move(*store), *log).run(arguments, progress);
    });
}

}  // namespace

JobAnswer with_progress(const Arguments& arguments, const std::function<JobAnswer(Progress&)>& work) {
    Progress progress;
    const StopSignals signals([&] { progress.request_stop(); });
    const ProgressDisplay display(style_of(arguments), [&] { return progress.view(); });
    try {
        return work(progress);
    } catch (const Failure& failure) {
        return JobAnswer::failure(failure.error());
    }
}

JobAnswer do_job(const Config& config, const Arguments& arguments) {
    const auto known = check_trees(config, arguments);
    if (!known) return JobAnswer::failure(known.error(), Exit::usage);
    auto channel = ControlChannel::connect(places_of(config).store);
    if (!channel) return JobAnswer::failure(channel.error());
    return *channel ? follow(**channel, arguments) : do_here(config, arguments);
}

}  // namespace mirrorseed::app
