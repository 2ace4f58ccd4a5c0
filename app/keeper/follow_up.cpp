#include "app/keeper/follow_up.hpp"

#include "app/keeper/hooks.hpp"

#include <utility>

namespace mirrorseed::app {

FollowUp::FollowUp(const JobContext& context, const TreeConfig& tree)
    : context_(context),
      tree_(tree),
      teller_(tree, context.store, context.log, context.clock, context.progress),
      before_(published()) {}

Generation FollowUp::published() const {
    const auto row = context_.store.catalogue().trees().find(tree_.name);
    return row ? row->generation : 0;
}

void FollowUp::catch_up(sync::Followed followed) {
    caught_up_ = std::move(followed);
    caught_up_.unfinished.clear();  // the job itself tries, and tells of it
    caught_up_.add(work_off());
}

sync::Followed FollowUp::work_off() {
    sync::Followed followed;
    if (!context_.turns.begin_telling(tree_.name)) return followed;
    context_.progress.about(tree_.name);
    context_.progress.start("tell");
    try {
        do
            followed.add(teller_.work_off());
        while (!context_.turns.end_telling(tree_.name));
    } catch (...) {
        while (!context_.turns.end_telling(tree_.name)) {
        }
        throw;
    }
    return followed;
}

sync::Followed FollowUp::tell() {
    auto told = caught_up_;
    auto later = work_off();
    std::erase_if(later.done, [this](const auto& step) { return step.generation > before_; });
    told.add(std::move(later));
    return told;
}

void FollowUp::after(sync::SyncResult& result) {
    auto told = tell();
    result.caught_up.insert(result.caught_up.begin(), told.done.begin(), told.done.end());
    result.unfinished.insert(result.unfinished.end(), told.unfinished.begin(), told.unfinished.end());
    if (result.asks) return;  // whoever is asked knows
    if (result.outcome == sync::Outcome::failed) after_failure(result.error ? result.error->text() : "");
    if (result.outcome == sync::Outcome::held) after_failure("held back: " + result.held_reason);
}

void FollowUp::after_failure(const std::string& reason) const {
    const auto& progress = context_.progress;
    // Whoever stopped the job knows that it is stopped.
    if (progress.stop_requested() || tree_.on_failure.empty()) return;
    HookEvent event{.tree = tree_.name, .error = reason.empty() ? "it failed" : reason};
    try {
        event.generation = published();
    } catch (const Failure&) {
        event.generation = before_;  // the catalogue may be what failed
    }
    run_hooks(tree_.on_failure, event, context_.log, progress.stop_token());
}

}  // namespace mirrorseed::app
