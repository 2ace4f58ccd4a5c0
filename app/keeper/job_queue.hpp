// Jobs of a keeper, one after another on a thread of their own. Each has its own connection to the catalogue;
// what they write takes turns (core/store/write_gate.hpp).
#pragma once

#include "app/config/config.hpp"
#include "app/keeper/job_ticket.hpp"
#include "core/log.hpp"
#include "core/store/store.hpp"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

namespace mirrorseed::app {

class JobQueue : public JobTaker {
public:
    JobQueue(const Config& config, Store store, const Log& log);
    ~JobQueue() override;  // stops, and waits for the running job

    // Asks the running job to stop, and refuses those that wait or come.
    void stop();
    std::shared_ptr<JobTicket> add(Arguments arguments) override;
    LiveState state() const override;
    // From now on the jobs work by this config.
    void use(Config config);

private:
    void work();
    JobAnswer run(const Config& config, JobTicket& ticket) const;
    void finish(JobTicket& ticket, JobAnswer answer) const;

    Config config_;
    Store store_;
    const Log& log_;
    UnixTime started_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::shared_ptr<JobTicket>> waiting_;
    std::shared_ptr<JobTicket> running_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace mirrorseed::app
