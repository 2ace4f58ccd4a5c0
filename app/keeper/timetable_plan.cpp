#include "app/keeper/timetable_plan.hpp"

#include <algorithm>
#include <utility>

namespace mirrorseed::app {

void TimetablePlan::take_up() {
    describing_.clear();
    are_seeds_others_ = true;
}

void TimetablePlan::drop() {
    syncs_.clear();
    chores_.clear();
    telling_.clear();
    describing_.clear();
    handed_out_.clear();
}

void TimetablePlan::plan(const SyncConfig& config, const TendedStore& facts, UnixTime now) {
    max_describing_ = config.max_syncs;
    syncs_.clear();
    for (const auto& tree : facts.trees)
        plan_sync(config, tree, now);
    plan_chores(config, facts, now);
    plan_seeds(facts, now);
    plan_describing(facts, now);
    plan_telling(facts, now);
}

void TimetablePlan::plan_sync(const SyncConfig& config, const TendedTree& tree, UnixTime now) {
    if (tree.is_paused) return;
    const auto chance = chance_of(tree.name, tree.history.began.value_or(0));
    const auto at = next_sync(tree.schedule, tree.history, config.jitter, chance, now);
    if (at) syncs_[tree.name] = *at;
}

void TimetablePlan::plan_chores(const SyncConfig& config, const TendedStore& facts, UnixTime now) {
    chores_.clear();
    const auto set = [&](const char* name, std::chrono::seconds every) {
        const auto began = facts.chores_began.find(name);
        const auto then = began == facts.chores_began.end() ? std::nullopt : std::optional(began->second);
        chores_[name] = next_chore(then, every, started_, now);
    };
    set("gc", config.gc);
    if (facts.has_web_seeds) set("seeds", std::max(std::chrono::seconds(1), config.seed_check / 6));
    if (!config.scrub) return;
    const auto step = scrub_step(*config.scrub, facts.stored);
    scrub_budget_ = step.budget;
    set("scrub", step.every);
}

// At once where nobody was asked yet, or others are to be asked.
void TimetablePlan::plan_seeds(const TendedStore& facts, UnixTime now) {
    never_asked_ = facts.never_asked;
    if (are_seeds_others_ && !facts.has_releases) are_seeds_others_ = false;
    if (are_seeds_others_ || !std::ranges::includes(handed_out_, never_asked_)) chores_["seeds"] = now;
}

// One that could not be described to its end is tried again after pauses; one that was, and has since been
// given something by a job of an older config, at once. What could not be described is looked at again after
// each sync, and when damage was mended.
void TimetablePlan::plan_describing(const TendedStore& facts, UnixTime now) {
    std::map<std::string, Describing> describing;
    for (const auto& tree : facts.trees) {
        const auto chance = chances_[tree.name] =
            Chance{.run = tree.last_run, .ended = tree.history.ended, .mendings = facts.mendings};
        const auto seen = looked_again_.find(tree.name);
        const bool is_left = tree.has_undescribed && (seen == looked_again_.end() || seen->second != chance);
        if (tree.is_described && !is_left) continue;
        const auto before = describing_.find(tree.name);
        const bool goes_on = before != describing_.end() && !before->second.ended_well;
        describing[tree.name] = goes_on ? before->second : Describing{.next = now};
    }
    describing_ = std::move(describing);
}

// As long as somebody is still to be told, and nobody tells by another job.
void TimetablePlan::plan_telling(const TendedStore& facts, UnixTime now) {
    std::map<std::string, UnixTime> telling;
    for (const auto& tree : facts.trees) {
        if (!tree.has_somebody_to_tell) {
            tries_.erase(tree.name);
            continue;
        }
        const auto before = telling_.find(tree.name);
        const auto planned = before == telling_.end() ? std::nullopt : std::optional(before->second);
        telling[tree.name] = next_telling(planned, tries_[tree.name], now);
    }
    telling_ = std::move(telling);
}

void TimetablePlan::note_described(const std::string& tree, bool well) {
    const auto described = describing_.find(tree);
    if (described != describing_.end()) described->second.ended_well = well;
}

std::vector<Due> TimetablePlan::due(UnixTime now, const AtWork& at_work) {
    std::vector<Due> all;
    add_syncs(all, now, at_work);
    add_describing(all, now, at_work);
    add_telling(all, now, at_work);
    add_chores(all, now, at_work);
    return all;
}

void TimetablePlan::add_syncs(std::vector<Due>& all, UnixTime now, const AtWork& at_work) const {
    for (const auto& [tree, at] : syncs_)
        if (at <= now && !at_work("sync", tree)) all.push_back({.command = "sync", .tree = tree});
}

// Each reads the disk from end to end; a tree is never described by two.
void TimetablePlan::add_describing(std::vector<Due>& all, UnixTime now, const AtWork& at_work) {
    unsigned running = 0;
    for (const auto& [tree, chance] : chances_)
        if (at_work("describe", tree)) ++running;
    for (auto& [tree, due] : describing_) {
        if (running >= max_describing_) return;
        if (due.next > now || at_work("describe", tree)) continue;
        due.next = now + pause_before_telling(++due.tries).count();
        due.ended_well = false;
        looked_again_[tree] = chances_[tree];
        all.push_back({.command = "describe", .tree = tree});
        ++running;
    }
}

void TimetablePlan::add_telling(std::vector<Due>& all, UnixTime now, const AtWork& at_work) {
    for (auto& [tree, at] : telling_) {
        if (at > now || at_work("tell", tree)) continue;
        at = next_telling({}, ++tries_[tree], now);
        all.push_back({.command = "tell", .tree = tree});
    }
}

void TimetablePlan::add_chores(std::vector<Due>& all, UnixTime now, const AtWork& at_work) {
    for (auto& [name, at] : chores_) {
        if (at > now || at_work(name, {})) continue;
        at = now + 1;  // until it is planned again
        if (name == "seeds") {
            handed_out_ = never_asked_;
            are_seeds_others_ = false;
        }
        all.push_back({.command = name, .budget = name == "scrub" ? scrub_budget_ : 0});
    }
}

}  // namespace mirrorseed::app
