// What a keeper does by itself: syncs on schedule, and looks after the store now and then.
//
// Times follow from what the catalogue remembers (app/keeper/timetable_plan.hpp), so a restart changes none.
// Here it is read, and what is due is handed out.
#pragma once

#include "app/config/config.hpp"
#include "app/keeper/job_queue.hpp"
#include "app/keeper/timetable_plan.hpp"
#include "core/clock.hpp"
#include "core/log.hpp"
#include "core/store/store.hpp"

#include <future>
#include <map>
#include <string>

namespace mirrorseed::app {

class Timetable {
public:
    // `store` has a connection of its own. All else outlives this.
    Timetable(Store store, JobQueue& queue, const Log& log, Clock clock);

    // To be called about once a second: hands what is due to the queue.
    void tend(const Config& config);
    // Another config counts from now on.
    void take_up();

private:
    void plan(const Config& config, UnixTime now);
    void hand_out(const Due& due, UnixTime now);
    void hear_of_describing();

    Store store_;
    JobQueue& queue_;
    const Log& log_;
    Clock clock_;
    TimetablePlan plan_;
    UnixTime planned_ = 0, last_look_ = 0;
    std::uint64_t seen_ = 0;                                    // of the queue's changes
    std::map<std::string, std::future<JobAnswer>> describing_;  // the last job of each tree
};

}  // namespace mirrorseed::app
