// Jobs of whoever holds the store, each on a thread and with a connection to the catalogue of its own. Who
// waits for whom is decided by app/keeper/turns.hpp; what they write takes turns (core/store/write_gate.hpp).
#pragma once

#include "app/config/config.hpp"
#include "app/keeper/job_ticket.hpp"
#include "app/keeper/turns.hpp"
#include "core/log.hpp"
#include "core/store/store.hpp"
#include "sync/metalink_memory.hpp"

#include <atomic>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace mirrorseed::app {

class JobQueue : public JobTaker {
public:
    // Who asked is answered; a keeper's log hears of it too, and its timetable hands out what is due behind a
    // job.
    enum class Owner { command, keeper };
    JobQueue(const Config& config, Store store, const Log& log, Owner owner);
    ~JobQueue() override;  // stops, and waits for all jobs

    // Asks all jobs to stop, and refuses those that come.
    void stop();
    // Refuses those that come, and waits for all that were taken.
    void finish();
    std::shared_ptr<JobTicket> add(Arguments arguments) override;
    // Somebody outside says that a tree's upstream has something new. However often, one look comes of it
    // that begins after that; a tree that an operator paused is passed over.
    // False: there is no such tree.
    bool push(const std::string& tree) override;
    // Does that job of the tree (of none, where it has none) wait or run? A sync that names no tree is of
    // all.
    bool has(std::string_view command, std::string_view tree) const;
    // Another number when a job has come or ended, or the config is another.
    std::uint64_t changes() const { return changes_; }
    // Jobs that mended damage.
    std::uint64_t mendings() const { return mendings_; }
    // When trees are synced by themselves next; told with the state.
    void note_next(std::map<std::string, UnixTime> syncs);
    // On this thread.
    JobAnswer do_here(const Arguments& arguments, Progress& progress);
    LiveState state() const override;
    // Programs of an operator's run, and may call commands.
    bool is_telling() const { return turns_.is_telling(); }
    // Told with the state.
    void note_server(const std::optional<ServerCounts>& counts);
    // From now on the jobs work by this config.
    void use(Config config);

private:
    struct Job {
        std::shared_ptr<JobTicket> ticket;
        std::uint64_t number = 0;
        std::thread thread;
        std::atomic<bool> over{false};
    };
    void reap();
    Job& enter(const std::shared_ptr<JobTicket>& ticket);
    JobAnswer run(Job& job, const Config& config);
    JobAnswer run(Store& store, Job& job, const Config& config);
    void tell_log(const std::string& name, const JobAnswer& answer) const;

    Config config_;
    Store store_;
    const Log& log_;
    const Owner owner_;
    UnixTime started_;
    Turns turns_;
    const std::shared_ptr<sync::HostPlaces> places_ = std::make_shared<sync::HostPlaces>();
    const std::shared_ptr<sync::MetalinkMemory> metalinks_ = std::make_shared<sync::MetalinkMemory>();
    mutable std::mutex mutex_;
    std::list<Job> jobs_;  // in the order in which they came
    bool stopping_ = false;
    std::optional<ServerCounts> server_;
    std::map<std::string, UnixTime> next_;
    std::atomic<std::uint64_t> changes_{1};
    std::atomic<std::uint64_t> mendings_{0};
};

}  // namespace mirrorseed::app
