// Works off what is owed of a tree's generations: hooks are run and nodes are woken, each for every
// generation, in their order, at least once.
//
// What the config names now is who is told: a program or node that it names no longer is owed nothing. Each
// is told by itself, so that one that fails holds up nobody but itself, is not tried twice in one run, and
// those that were told are not told again.
#pragma once

#include "app/config/config.hpp"
#include "core/clock.hpp"
#include "core/log.hpp"
#include "core/progress.hpp"
#include "core/store/store.hpp"
#include "sync/follow_steps.hpp"

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mirrorseed::app {

class Teller {
public:
    // All of them outlive this.
    Teller(const TreeConfig& tree, Store& store, const Log& log, const Clock& clock,
           const Progress& progress);

    // Is there anything that somebody will still try?
    bool is_owing() const;
    // All of it, as far as it goes. Throws nothing of the catalogue's.
    sync::Followed work_off();

private:
    // Somebody to tell, and how.
    struct Target {
        std::string whom;
        std::function<Status()> tell;
    };
    void work_off(Telling step, sync::Followed& followed);
    void give_up(TreeId tree, Telling step, sync::Followed& followed);
    void tell(TreeId tree, const OwedRow& row, sync::Followed& followed);
    std::vector<Target> targets_of(TreeId tree, const OwedRow& row) const;
    std::vector<Target> still_to_tell(TreeId tree, const OwedRow& row) const;
    void report(const OwedRow& row, Error error, sync::Followed& followed);

    const TreeConfig& tree_;
    Store& store_;
    const Log& log_;
    const Clock& clock_;
    const Progress& progress_;
    std::set<std::string> failed_;  // in this run
    std::set<std::pair<Generation, Telling>> reported_;
    std::set<Telling> gave_up_;  // before anything of that was tried, once in a run
};

}  // namespace mirrorseed::app
