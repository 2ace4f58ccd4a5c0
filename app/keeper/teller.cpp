#include "app/keeper/teller.hpp"

#include "app/keeper/hooks.hpp"
#include "app/keeper/notify.hpp"
#include "app/keeper/telling_rules.hpp"

#include <memory>

namespace mirrorseed::app {
namespace {

// As the catalogue remembers it, and as a log may show it.
std::string name_of_hook(const HookCommand& hook) {
    std::string name;
    for (const auto& argument : hook.arguments)
        (name += argument) += '\0';
    return name;
}

}  // namespace

Teller::Teller(const TreeConfig& tree, Store& store, const Log& log, const Clock& clock,
               const Progress& progress)
    : tree_(tree), store_(store), log_(log), clock_(clock), progress_(progress) {}

bool Teller::is_owing() const {
    const auto row = store_.catalogue().trees().find(tree_.name);
    return row && store_.catalogue().owed().oldest(row->id);
}

sync::Followed Teller::work_off() {
    sync::Followed followed;
    for (const auto step : {Telling::hooks, Telling::notify})
        followed.attempt(0, name_of(step), [&] {
            work_off(step, followed);
            return Status();
        });
    return followed;
}

void Teller::work_off(Telling step, sync::Followed& followed) {
    const auto tree = store_.catalogue().trees().find(tree_.name);
    if (!tree) return;
    if (gave_up_.insert(step).second) give_up(tree->id, step, followed);
    for (const auto& row : store_.catalogue().owed().all(tree->id))
        if (row.step == step && !row.is_given_up) tell(tree->id, row, followed);
}

void Teller::give_up(TreeId tree, Telling step, sync::Followed& followed) {
    auto& owed = store_.catalogue().owed();
    for (const auto& [row, why] : give_up_now(owed.all(tree), step, clock_())) {
        owed.give_up(tree, row);
        report(row, Error(Fault::failed, why + (row.error.empty() ? "" : ": " + row.error)), followed);
    }
}

void Teller::tell(TreeId tree, const OwedRow& row, sync::Followed& followed) {
    auto& owed = store_.catalogue().owed();
    const auto targets = still_to_tell(tree, row);
    if (targets.empty()) return owed.settle(tree, row);
    Status told;
    bool has_begun = false;
    for (const auto& target : targets) {
        if (progress_.stop_requested() || failed_.contains(target.whom)) continue;
        if (!std::exchange(has_begun, true)) owed.begin_try(tree, row, clock_());
        const auto done = target.tell();
        if (done) {
            owed.note_told(tree, row, target.whom);
            continue;
        }
        failed_.insert(target.whom);
        if (told) told = done;
    }
    if (!told) owed.fail(tree, row, told.error().text());
    const auto left = still_to_tell(tree, row);
    if (left.empty()) {
        owed.settle(tree, row);
        followed.done.push_back({row.generation, std::string(name_of(row.step))});
    } else if (!told) {
        report(row, told.error(), followed);
    } else {
        report(
            row,
            Error(Fault::busy, progress_.stop_requested() ? "stopped" : "waits for an earlier generation's"),
            followed);
    }
}

std::vector<Teller::Target> Teller::still_to_tell(TreeId tree, const OwedRow& row) const {
    auto targets = targets_of(tree, row);
    std::erase_if(targets, [&](const Target& target) {
        return store_.catalogue().owed().was_told(tree, row, target.whom);
    });
    return targets;
}

std::vector<Teller::Target> Teller::targets_of(TreeId tree, const OwedRow& row) const {
    std::vector<Target> targets;
    const auto stop = progress_.stop_token();
    if (row.step == Telling::notify) {
        for (const auto& url : tree_.notify)
            targets.push_back({url, [this, &url, stop] { return wake_node(tree_, url, stop); }});
        return targets;
    }
    const auto event = std::make_shared<HookRun>(
        HookEvent{.tree = tree_.name,
                  .generation = row.generation,
                  .each_change =
                      [this, tree, generation = row.generation](const auto& seen) {
                          store_.catalogue().entries().each_change(tree, generation, seen);
                      },
                  .error = {}},
        log_);
    for (const auto& hook : tree_.on_publish)
        targets.push_back({name_of_hook(hook), [event, &hook, stop] { return event->run(hook, stop); }});
    return targets;
}

// Once in a run.
void Teller::report(const OwedRow& row, Error error, sync::Followed& followed) {
    if (reported_.emplace(row.generation, row.step).second)
        followed.unfinished.push_back({row.generation, std::string(name_of(row.step)), std::move(error)});
}

}  // namespace mirrorseed::app
