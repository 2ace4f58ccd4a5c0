#include "app/keeper/follow_up.hpp"

#include "app/keeper/hooks.hpp"

namespace mirrorseed::app {

FollowUp::FollowUp(const TreeConfig& tree, sync::Publisher& publisher, const Log& log, const Clock& clock)
    : tree_(tree),
      publisher_(publisher),
      log_(log),
      teller_(tree, publisher.store(), log, clock, publisher.progress()),
      before_(published()),
      caught_up_(catch_up()) {}

Generation FollowUp::published() const {
    const auto row = publisher_.store().catalogue().trees().find(tree_.name);
    return row ? row->generation : 0;
}

sync::Followed FollowUp::catch_up() {
    if (!teller_.is_owing() || !sync::catalogue_knows_all(publisher_.store(), tree_.name)) return {};
    // Whoever is told may look at the checkout. What this cannot finish the job itself tries, and tells of.
    auto caught_up = publisher_.follow(tree_.name);
    caught_up.unfinished.clear();
    caught_up.add(teller_.work_off());
    return caught_up;
}

sync::Followed FollowUp::tell() {
    auto told = caught_up_;
    auto later = teller_.work_off();
    later.done.clear();  // nobody left it unfinished
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
    const auto& progress = publisher_.progress();
    // Whoever stopped the job knows that it is stopped.
    if (progress.stop_requested() || tree_.on_failure.empty()) return;
    HookEvent event{.tree = tree_.name, .error = reason.empty() ? "it failed" : reason};
    try {
        event.generation = published();
    } catch (const Failure&) {
        event.generation = before_;  // the catalogue may be what failed
    }
    run_hooks(tree_.on_failure, event, log_, progress.stop_token());
}

}  // namespace mirrorseed::app
