#include "app/keeper/timetable.hpp"

#include "app/keeper/job.hpp"
#include "app/keeper/schedule_rules.hpp"
#include "app/release/late_describer.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <utility>

namespace mirrorseed::app {
namespace {

constexpr UnixTime longest_plan = 60;

Arguments of_tree(const char* command, const std::string& tree) {
    return {.command = {command}, .given = {{"TREE", {tree}}}, .flags = {by_itself}};
}

SyncHistory history_of(Catalogue& catalogue, TreeId tree) {
    const auto run = catalogue.runs().last(tree);
    if (!run) return {};
    return {
        .began = run->started, .ended = run->ended, .failing_since = catalogue.runs().failing_since(tree)};
}

bool has_ended_well(std::future<JobAnswer>& job) {
    if (!job.valid() || job.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return false;
    return job.get().exit != Exit::failed;
}

bool has_web_seeds(const Config& config) {
    return std::ranges::any_of(config.trees, [](const TreeConfig& tree) {
        return std::ranges::any_of(tree.releases, [](const auto& rule) { return !rule.web_seeds.empty(); });
    });
}

}  // namespace

Timetable::Timetable(Store store, JobQueue& queue, const Log& log, Clock clock)
    : store_(std::move(store)), queue_(queue), log_(log), clock_(std::move(clock)), started_(clock_()) {}

void Timetable::take_up() {
    describing_.clear();
    are_seeds_others_ = true;
    planned_ = 0;
}

void Timetable::tend(const Config& config) {
    const auto now = clock_();
    const auto changes = queue_.changes();
    const bool is_stale = changes != seen_ || now - planned_ >= longest_plan || now < last_look_;
    last_look_ = now;
    try {
        if (is_stale) plan(config, now);
        seen_ = changes;
        for (const auto& [tree, at] : syncs_)
            if (at <= now && !queue_.has("sync", tree)) queue_.add(of_tree("sync", tree));
        describe(config, now);
        for (const auto& [tree, at] : telling_)
            if (at <= now && !queue_.has("tell", tree)) {
                ++tries_[tree];
                queue_.add(of_tree("tell", tree));
            }
        for (const auto& [name, at] : chores_)
            if (at <= now && !queue_.has(name, {})) {
                Arguments arguments{.command = {name}, .given = {}, .flags = {by_itself}};
                if (name == "scrub") arguments.given["budget"] = {std::to_string(scrub_budget_)};
                do_chore(name, std::move(arguments), now);
            }
    } catch (const Failure& failure) {
        log_.warning("the schedule waits: {}", outside(failure.error().text()));
        planned_ = now;
        syncs_.clear();
        chores_.clear();
        telling_.clear();
        describing_.clear();
    }
}

void Timetable::plan(const Config& config, UnixTime now) {
    planned_ = now;
    plan_trees(config, now);
    plan_chores(config, now);
    plan_seeds(config, now);
    plan_describing(config, now);
    plan_telling(config, now);
    queue_.note_next(syncs_);
}

// One that is paused waits for its operator.
void Timetable::plan_trees(const Config& config, UnixTime now) {
    syncs_.clear();
    auto& catalogue = store_.catalogue();
    for (const auto& tree : config.trees) {
        const auto row = catalogue.trees().find(tree.name);
        if (row && row->paused) continue;
        const auto history = row ? history_of(catalogue, row->id) : SyncHistory();
        const auto chance = chance_of(tree.name, history.began.value_or(0));
        const auto at = next_sync(tree.schedule, history, config.sync.jitter, chance, now);
        if (at) syncs_[tree.name] = *at;
    }
}

void Timetable::plan_chores(const Config& config, UnixTime now) {
    chores_.clear();
    auto& runs = store_.catalogue().runs();
    const auto set = [&](const char* name, std::chrono::seconds every) {
        chores_[name] = next_chore(runs.chore_began(name), every, started_, now);
    };
    set("gc", config.sync.gc);
    if (has_web_seeds(config)) set("seeds", std::max(std::chrono::seconds(1), config.sync.seed_check / 6));
    if (!config.sync.scrub) return;
    const auto step = scrub_step(*config.sync.scrub, store_.catalogue().contents().stored().bytes);
    scrub_budget_ = step.budget;
    set("scrub", step.every);
}

// At once where nobody was asked yet, or others are to be asked.
void Timetable::plan_seeds(const Config& config, UnixTime now) {
    never_asked_.clear();
    auto& catalogue = store_.catalogue();
    for (const auto& tree : config.trees) {
        const auto row = catalogue.trees().find(tree.name);
        if (!row) continue;
        for (const auto& rule : tree.releases) {
            if (rule.web_seeds.empty()) continue;
            const auto ids = catalogue.web_seeds().never_asked(row->id, rule.match.str());
            never_asked_.insert(ids.begin(), ids.end());
        }
    }
    if (are_seeds_others_ && catalogue.releases().trees().empty()) are_seeds_others_ = false;
    if (are_seeds_others_ || !std::ranges::includes(handed_out_, never_asked_)) chores_["seeds"] = now;
}

// One that could not be described to its end is tried again after pauses; one that was, and has since been
// given something by a job of an older config, at once.
void Timetable::plan_describing(const Config& config, UnixTime now) {
    auto& catalogue = store_.catalogue();
    std::map<std::string, Describing> describing;
    for (const auto& tree : config.trees) {
        const auto row = catalogue.trees().find(tree.name);
        if (!row || row->generation == 0) continue;
        // What could not be described is looked at again after each sync.
        const auto last = catalogue.runs().last(row->id);
        const auto synced = last ? last->ended : 0;
        const bool is_left =
            !catalogue.releases().undescribed(row->id).empty() && looked_again_[tree.name] != synced;
        if (is_described(catalogue, config, tree, row->id) && !is_left) continue;
        auto& due = describing[tree.name];
        due.next = now;
        const auto before = describing_.find(tree.name);
        if (before != describing_.end() && !has_ended_well(before->second.job))
            due = std::move(before->second);
    }
    describing_ = std::move(describing);
}

// Each reads the disk from end to end; a tree is never described by two.
void Timetable::describe(const Config& config, UnixTime now) {
    unsigned running = 0;
    for (const auto& tree : config.trees)
        if (queue_.has("describe", tree.name)) ++running;
    for (auto& [tree, due] : describing_) {
        if (running >= config.sync.max_syncs) return;
        if (due.next > now || queue_.has("describe", tree)) continue;
        due.next = now + pause_before_telling(++due.tries).count();
        const auto row = store_.catalogue().trees().find(tree);
        const auto last = row ? store_.catalogue().runs().last(row->id) : std::nullopt;
        looked_again_[tree] = last ? last->ended : 0;
        due.job = queue_.add(of_tree("describe", tree))->answer.get_future();
        ++running;
    }
}

// As long as somebody is still to be told, and nobody tells by another job.
void Timetable::plan_telling(const Config& config, UnixTime now) {
    std::map<std::string, UnixTime> telling;
    auto& catalogue = store_.catalogue();
    for (const auto& tree : config.trees) {
        const auto row = catalogue.trees().find(tree.name);
        if (!row || !catalogue.owed().oldest(row->id)) {
            tries_.erase(tree.name);
            continue;
        }
        const auto before = telling_.find(tree.name);
        const bool is_waiting = before != telling_.end() && before->second > now;
        telling[tree.name] =
            is_waiting ? before->second : now + pause_before_telling(tries_[tree.name] + 1).count();
    }
    telling_ = std::move(telling);
}

void Timetable::do_chore(const std::string& name, Arguments arguments, UnixTime now) {
    store_.catalogue().runs().note_chore(name, now);
    chores_[name] = now + 1;  // until it is planned again
    if (name == "seeds") {
        handed_out_ = never_asked_;
        are_seeds_others_ = false;
    }
    queue_.add(std::move(arguments));
}

}  // namespace mirrorseed::app
