#include "app/keeper/timetable.hpp"

#include "app/keeper/job.hpp"
#include "app/release/late_describer.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <set>
#include <utility>

namespace mirrorseed::app {
namespace {

constexpr UnixTime longest_plan = 60;

bool has_web_seeds(const TreeConfig& tree) {
    return std::ranges::any_of(tree.releases, [](const auto& rule) { return !rule.web_seeds.empty(); });
}

TendedTree facts_of(Catalogue& catalogue, const Config& config, const TreeConfig& tree) {
    TendedTree facts{.name = tree.name, .schedule = tree.schedule};
    const auto row = catalogue.trees().find(tree.name);
    if (!row) return facts;
    facts.is_paused = row->paused;
    facts.has_somebody_to_tell = catalogue.owed().oldest(row->id).has_value();
    if (const auto run = catalogue.runs().last(row->id)) {
        facts.history = {.began = run->started,
                         .ended = run->ended,
                         .failing_since = catalogue.runs().failing_since(row->id)};
        facts.last_run = run->number;
    }
    if (row->generation == 0) return facts;
    facts.is_described = is_described(catalogue, config, tree, row->id);
    facts.has_undescribed = !catalogue.releases().undescribed(row->id).empty();
    return facts;
}

std::set<ReleaseId> never_asked(Catalogue& catalogue, const Config& config) {
    std::set<ReleaseId> all;
    for (const auto& tree : config.trees) {
        const auto row = catalogue.trees().find(tree.name);
        if (!row) continue;
        for (const auto& rule : tree.releases) {
            if (rule.web_seeds.empty()) continue;
            const auto ids = catalogue.web_seeds().never_asked(row->id, rule.match.str());
            all.insert(ids.begin(), ids.end());
        }
    }
    return all;
}

TendedStore facts_of(Catalogue& catalogue, const Config& config) {
    TendedStore facts{.has_web_seeds = std::ranges::any_of(config.trees, has_web_seeds),
                      .never_asked = never_asked(catalogue, config),
                      .has_releases = !catalogue.releases().trees().empty()};
    for (const auto& tree : config.trees)
        facts.trees.push_back(facts_of(catalogue, config, tree));
    for (const auto* name : {"gc", "seeds", "scrub"})
        if (const auto began = catalogue.runs().chore_began(name)) facts.chores_began[name] = *began;
    if (config.sync.scrub) facts.stored = catalogue.contents().stored().bytes;
    return facts;
}

Arguments arguments_of(const Due& due) {
    Arguments arguments{.command = {due.command}, .given = {}, .flags = {by_itself}};
    if (!due.tree.empty()) arguments.given["TREE"] = {due.tree};
    if (due.command == "scrub") arguments.given["budget"] = {std::to_string(due.budget)};
    return arguments;
}

}  // namespace

Timetable::Timetable(Store store, JobQueue& queue, const Log& log, Clock clock)
    : store_(std::move(store)), queue_(queue), log_(log), clock_(std::move(clock)), plan_(clock_()) {}

void Timetable::take_up() {
    plan_.take_up();
    describing_.clear();
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
        const auto at_work = [this](std::string_view command, std::string_view tree) {
            return queue_.has(command, tree);
        };
        for (const auto& due : plan_.due(now, at_work))
            hand_out(due, now);
    } catch (const Failure& failure) {
        log_.warning("the schedule waits: {}", outside(failure.error().text()));
        planned_ = now;
        plan_.drop();
        describing_.clear();
    }
}

void Timetable::plan(const Config& config, UnixTime now) {
    planned_ = now;
    hear_of_describing();
    auto facts = facts_of(store_.catalogue(), config);
    facts.mendings = queue_.mendings();
    plan_.plan(config.sync, facts, now);
    queue_.note_next(plan_.syncs());
}

void Timetable::hear_of_describing() {
    for (auto at = describing_.begin(); at != describing_.end();) {
        const auto& tree = at->first;
        auto& job = at->second;
        const bool has_ended = job.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
        if (has_ended) plan_.note_described(tree, job.get().exit != Exit::failed);
        at = has_ended ? describing_.erase(at) : std::next(at);
    }
}

void Timetable::hand_out(const Due& due, UnixTime now) {
    if (due.tree.empty()) store_.catalogue().runs().note_chore(due.command, now);
    const auto ticket = queue_.add(arguments_of(due));
    if (due.command == "describe") describing_[due.tree] = ticket->answer.get_future();
}

}  // namespace mirrorseed::app
