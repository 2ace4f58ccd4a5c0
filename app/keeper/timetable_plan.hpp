// What a keeper does by itself, and when: decided from what the catalogue remembers, and from what was handed
// out before. Pure; app/keeper/timetable.hpp reads the facts and hands out.
#pragma once

#include "app/config/config.hpp"
#include "app/keeper/schedule_rules.hpp"
#include "core/store/catalogue_releases.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::app {

struct TendedTree {
    std::string name{};
    Schedule schedule = Manual();
    bool is_paused = false;  // it waits for its operator
    SyncHistory history{};
    std::int64_t last_run = 0;     // its number; 0: there was none
    bool is_described = true;      // for the terms of the config; what was never published is
    bool has_undescribed = false;  // of what is published
    bool has_somebody_to_tell = false;
};

struct TendedStore {
    std::vector<TendedTree> trees{};                 // of the config
    std::map<std::string, UnixTime> chores_began{};  // those that were ever begun
    bool has_web_seeds = false;                      // that rules name
    std::set<ReleaseId> never_asked{};               // whose web seeds nobody has asked
    bool has_releases = false;
    std::uint64_t mendings = 0;  // jobs that mended damage, since the start
    Bytes stored = 0;            // where contents are scrubbed
};

struct Due {
    std::string command{};
    std::string tree{};  // empty: of none
    Bytes budget = 0;    // of a scrub
    bool operator==(const Due&) const = default;
};

class TimetablePlan {
public:
    // Where a chore was never done, its time counts from `started`.
    explicit TimetablePlan(UnixTime started) : started_(started) {}

    // From other facts, or when time has gone by.
    void plan(const SyncConfig& config, const TendedStore& facts, UnixTime now);
    // Does such a job wait or run?
    using AtWork = std::function<bool(std::string_view command, std::string_view tree)>;
    // What nobody is at. It counts as handed out.
    std::vector<Due> due(UnixTime now, const AtWork& at_work);
    // How a tree's describing ended.
    void note_described(const std::string& tree, bool well);
    // Another config may mean releases that rules ask for only now, and other web seeds.
    void take_up();
    // Nothing is due until it is planned anew: some of what was due may not have been handed out.
    void drop();

    // When trees are synced next.
    const std::map<std::string, UnixTime>& syncs() const noexcept { return syncs_; }

private:
    void plan_sync(const SyncConfig& config, const TendedTree& tree, UnixTime now);
    void plan_chores(const SyncConfig& config, const TendedStore& facts, UnixTime now);
    void plan_seeds(const TendedStore& facts, UnixTime now);
    void plan_describing(const TendedStore& facts, UnixTime now);
    void plan_telling(const TendedStore& facts, UnixTime now);
    void add_syncs(std::vector<Due>& all, UnixTime now, const AtWork& at_work) const;
    void add_describing(std::vector<Due>& all, UnixTime now, const AtWork& at_work);
    void add_telling(std::vector<Due>& all, UnixTime now, const AtWork& at_work);
    void add_chores(std::vector<Due>& all, UnixTime now, const AtWork& at_work);

    UnixTime started_;
    std::map<std::string, UnixTime> syncs_, chores_, telling_;
    std::map<std::string, unsigned> tries_;  // of telling
    struct Describing {
        unsigned tries = 0;
        UnixTime next = 0;
        bool ended_well = false;  // the last one
    };
    std::map<std::string, Describing> describing_;
    // What may have cleared what stood in a release's way: a tree's last sync (two may end in one second),
    // and jobs that mended.
    struct Chance {
        std::int64_t run = 0;
        UnixTime ended = 0;
        std::uint64_t mendings = 0;
        bool operator==(const Chance&) const = default;
    };
    std::map<std::string, Chance> chances_;
    std::map<std::string, Chance> looked_again_;  // that describing came after
    unsigned max_describing_ = 0;
    // Those of the facts, and those of them that a job was handed out for.
    std::set<ReleaseId> never_asked_, handed_out_;
    bool are_seeds_others_ = false;
    Bytes scrub_budget_ = 0;
};

}  // namespace mirrorseed::app
