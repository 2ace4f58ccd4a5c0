#include "app/keeper/follow_up.hpp"

#include "app/keeper/hooks.hpp"
#include "app/keeper/notify.hpp"

namespace mirrorseed::app {

FollowUp::FollowUp(const TreeConfig& tree, Store& store, const Log& log, const Progress& progress)
    : tree_(tree), store_(store), log_(log), progress_(progress), before_(published()) {}

Generation FollowUp::published() const {
    const auto row = store_.catalogue().trees().find(tree_.name);
    return row ? row->generation : 0;
}

void FollowUp::after(const sync::SyncResult& result) const {
    if (result.outcome == sync::Outcome::failed)
        return after_failure(result.error ? result.error->text() : "");
    if (result.asks) return;  // whoever is asked knows
    if (result.outcome == sync::Outcome::held) return after_failure("held back: " + result.held_reason);
    const auto row = store_.catalogue().trees().find(tree_.name);
    if (!row || row->generation == before_) return;
    HookEvent event{.tree = tree_.name, .generation = row->generation};
    event.each_change = [&](const auto& seen) {
        store_.catalogue().entries().each_change(row->id, row->generation, seen);
    };
    run_hooks(tree_.on_publish, event, log_, progress_.stop_token());
    notify_nodes(tree_, log_, progress_.stop_token());
}

void FollowUp::after_failure(const std::string& reason) const {
    // Whoever stopped the job knows that it is stopped.
    if (progress_.stop_requested() || tree_.on_failure.empty()) return;
    HookEvent event{.tree = tree_.name, .error = reason.empty() ? "it failed" : reason};
    try {
        event.generation = published();
    } catch (const Failure&) {
        event.generation = before_;  // the catalogue may be what failed
    }
    run_hooks(tree_.on_failure, event, log_, progress_.stop_token());
}

}  // namespace mirrorseed::app
