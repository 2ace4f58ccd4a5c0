// Jobs of a keeper, one after another on a thread of their own. Each has its own connection to the catalogue;
// what they write takes turns (core/store/write_gate.hpp).
#pragma once

#include "app/keeper/job.hpp"
#include "app/keeper/status.hpp"
#include "core/log.hpp"

#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace mirrorseed::app {

class JobQueue {
public:
    // A job that waits or runs. Whoever asked for it may watch it and may ask it to stop.
    struct Ticket {
        Arguments arguments;
        Progress progress;
        std::promise<JobAnswer> answer;
    };

    JobQueue(const Config& config, Store store, const Log& log);
    ~JobQueue();  // stops, and waits for the running job

    // Asks the running job to stop, and refuses those that wait or come.
    void stop();
    std::shared_ptr<Ticket> add(Arguments arguments);
    LiveState state() const;
    // From now on the jobs work by this config.
    void use(Config config);

private:
    void work();
    JobAnswer run(const Config& config, Ticket& ticket) const;
    void finish(Ticket& ticket, JobAnswer answer) const;

    Config config_;
    Store store_;
    const Log& log_;
    UnixTime started_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::shared_ptr<Ticket>> waiting_;
    std::shared_ptr<Ticket> running_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace mirrorseed::app
