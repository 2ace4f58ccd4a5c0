#include "app/planning_commands.hpp"

#include "app/command_line/console.hpp"
#include "app/command_line/report_json.hpp"
#include "app/keeper/hand_over.hpp"
#include "app/keeper/job.hpp"
#include "app/wiring/wiring.hpp"
#include "core/text.hpp"
#include "sync/generation/operator_jobs.hpp"
#include "sync/run/sync_job.hpp"

#include <algorithm>
#include <functional>

namespace mirrorseed::app {
namespace json = boost::json;
namespace {

// A tree, and what is asked of its upstreams; an error where that is not built yet.
using Ask = std::function<void(const std::string& tree, const Result<sync::Wish>&, Progress&, JobAnswer&)>;

void say(JobAnswer& answer, const std::string& tree, const std::string& text) {
    answer.notes.push_back(tree + ": " + text);
}

void tell_failed_upstreams(JobAnswer& answer, const std::string& tree,
                           const std::vector<std::string>& failures) {
    for (const auto& failure : failures)
        say(answer, tree, failure + "; the next upstream was asked");
}

// The report is a list, with an item for each tree.
JobAnswer ask_trees(const Config& config, const Arguments& arguments, const Ask& ask) {
    const auto known = check_trees(config, arguments);
    if (!known) return JobAnswer::failure(known.error(), Exit::usage);
    const auto names = arguments.values("TREE");
    return with_progress(arguments, [&](Progress& progress) {
        JobAnswer answer{.report = json::array()};
        for (const auto& tree : config.trees) {
            if (!names.empty() && std::find(names.begin(), names.end(), tree.name) == names.end()) continue;
            const auto wish = wish_for(config, tree, arguments);
            if (!wish && !wish.error().is(Fault::unsupported))
                return JobAnswer::failure(wish.error(), Exit::usage);
            ask(tree.name, wish, progress, answer);
            if (progress.stop_requested()) break;
        }
        return answer;
    });
}

sync::SyncResult plan(Catalogue* catalogue, const Arguments& arguments, const std::string& tree,
                      const Result<sync::Wish>& wish, Progress& progress) {
    const auto paused = catalogue == nullptr ? std::nullopt : tree_to_pass_over(*catalogue, arguments, tree);
    if (paused) return sync::passed_over(*catalogue, *paused);
    if (wish) return sync::plan_tree(catalogue, *wish, progress);
    sync::SyncResult result;
    result.tree = tree;
    result.error = wish.error();
    return result;
}

void tell_plan(const sync::SyncResult& result, JobAnswer& answer) {
    answer.report.as_array().push_back(to_json(result));
    tell_failed_upstreams(answer, result.tree, result.failed_upstreams);
    if (!result.note.empty()) say(answer, result.tree, result.note);
    if (result.error) {
        say(answer, result.tree, result.error->text());
        answer.exit = Exit::failed;
    } else if (result.outcome == sync::Outcome::held) {
        say(answer, result.tree, "would be held back: " + result.held_reason);
        if (answer.exit == Exit::done) answer.exit = Exit::needs_person;
    }
}

void tell_estimate(const std::string& tree, const sync::Estimate& estimate, JobAnswer& answer) {
    tell_failed_upstreams(answer, tree, estimate.failed_upstreams);
    json::object item{{"tree", tree}};
    if (estimate.selection) {
        item["files"] = estimate.selection->amount.files;
        item["bytes"] = estimate.selection->amount.bytes;
        if (!estimate.selection->parts.empty()) item["selection"] = to_json(estimate.selection->parts);
    } else {
        item["error"] = as_utf8(estimate.selection.error().text());
        say(answer, tree, estimate.selection.error().text());
        answer.exit = Exit::failed;
    }
    answer.report.as_array().push_back(std::move(item));
}

}  // namespace

std::optional<Catalogue> catalogue_of(const Config& config) {
    const auto places = places_of(config);
    if (!places.exists()) return std::nullopt;
    return Catalogue::open_to_read(places.catalogue_file());
}

Exit dry_run_command(const Arguments& arguments) {
    const auto loaded = usable_config(arguments);
    if (!loaded) return Exit::usage;
    try {
        auto catalogue = catalogue_of(loaded->config);
        const auto ask = [&](const std::string& tree, const Result<sync::Wish>& wish, Progress& progress,
                             JobAnswer& answer) {
            tell_plan(plan(catalogue ? &*catalogue : nullptr, arguments, tree, wish, progress), answer);
        };
        auto answer = ask_trees(loaded->config, arguments, ask);
        if (const auto* list = answer.report.if_array(); list != nullptr && list->size() == 1)
            answer.report = json::value(list->front());
        return give(arguments, answer);
    } catch (const Failure& failure) {
        return give(arguments, JobAnswer::failure(failure.error()));
    }
}

Exit estimate_command(const Arguments& arguments) {
    const auto loaded = usable_config(arguments);
    if (!loaded) return Exit::usage;
    const auto answer = ask_trees(
        loaded->config, arguments,
        [&](const std::string& tree, const Result<sync::Wish>& wish, Progress& progress, JobAnswer& made) {
            tell_estimate(
                tree, wish ? sync::estimate_tree(*wish, progress) : sync::Estimate{wish.error(), {}}, made);
        });
    return give(arguments, answer);
}

}  // namespace mirrorseed::app
