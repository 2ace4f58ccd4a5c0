// A job has its turn at the store, as often as it takes: who made room for another goes on when that is done.
#pragma once

#include "app/keeper/job_context.hpp"
#include "core/result.hpp"
#include "sync/generation/publisher.hpp"
#include "sync/run/sync_job.hpp"

#include <functional>
#include <string>

namespace mirrorseed::app {

sync::Publisher publisher_of(const JobContext& context, Progress& progress);

// What the store is taken for as a whole. `work` is done again where it had to make room.
template <class Made>
Result<Made> in_turn(const JobContext& context, Work kind,
                     const std::function<Result<Made>(Progress&)>& work) {
    for (;;) {
        Progress part(context.progress);
        const auto turn = context.turns.take({.job = context.number, .work = kind}, part);
        if (!turn) return turn.error();
        auto made = work(part);
        if (made || turn->yield() == Yield::no || context.progress.stop_requested()) return made;
    }
}

// What works on one tree.
using TreeWork = std::function<Result<sync::SyncResult>(sync::Publisher&)>;
struct TreeTurn {
    Result<sync::SyncResult> result;
    bool is_overruled = false;  // it was stopped, and the operator who did it knows
};
TreeTurn in_turn(const JobContext& context, Work kind, const std::string& tree, const TreeWork& work);

}  // namespace mirrorseed::app
