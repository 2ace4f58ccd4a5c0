// What a keeper does by itself, and when: syncs on schedule, and looks after the store now and then.
//
// Times follow from what the catalogue remembers (app/keeper/schedule_rules.hpp), so a restart changes none.
#pragma once

#include "app/config/config.hpp"
#include "app/keeper/job_queue.hpp"
#include "core/clock.hpp"
#include "core/log.hpp"
#include "core/store/store.hpp"

#include <future>
#include <map>
#include <set>
#include <string>

namespace mirrorseed::app {

class Timetable {
public:
    // `store` has a connection of its own. All else outlives this.
    Timetable(Store store, JobQueue& queue, const Log& log, Clock clock);

    // To be called about once a second: hands what is due to the queue.
    void tend(const Config& config);
    // Another config may mean other times, releases that rules ask for only now, and other web seeds.
    void take_up();

private:
    void plan(const Config& config, UnixTime now);
    void plan_trees(const Config& config, UnixTime now);
    void plan_chores(const Config& config, UnixTime now);
    void plan_describing(const Config& config, UnixTime now);
    void plan_seeds(const Config& config, UnixTime now);
    void plan_telling(const Config& config, UnixTime now);
    void describe(const Config& config, UnixTime now);
    void do_chore(const std::string& name, Arguments arguments, UnixTime now);

    Store store_;
    JobQueue& queue_;
    const Log& log_;
    Clock clock_;
    UnixTime started_;
    UnixTime planned_ = 0, last_look_ = 0;
    std::uint64_t seen_ = 0;  // of the queue's changes
    std::map<std::string, UnixTime> syncs_, chores_, telling_;
    std::map<std::string, unsigned> tries_;  // of telling
    struct Describing {
        unsigned tries = 0;
        UnixTime next = 0;
        std::future<JobAnswer> job{};  // the last one
    };
    // What may have cleared what stood in a release's way: the last sync, and jobs that mended.
    struct Chance {
        UnixTime synced = 0;
        std::uint64_t mendings = 0;
        bool operator==(const Chance&) const = default;
    };
    Chance chance_of_tree(TreeId tree);
    std::map<std::string, Chance> looked_again_;  // what the last describe job came after
    std::map<std::string, Describing>
        describing_;  // trees that are described for other terms than the config's
    // Releases whose web seeds nobody has asked, and those of them that a job was handed out for.
    std::set<ReleaseId> never_asked_, handed_out_;
    bool are_seeds_others_ = false;
    Bytes scrub_budget_ = 0;
};

}  // namespace mirrorseed::app
