#include "app/keeper/bring_job.hpp"

#include "app/keeper/job_turn.hpp"
#include "app/wiring/wiring.hpp"
#include "sync/run/on_demand.hpp"

#include <boost/json/object.hpp>

#include <utility>

namespace mirrorseed::app {
namespace {

Result<sync::BroughtOnDemand> bring_now(const JobContext& context, const TreeConfig& tree,
                                        const RelPath& path) {
    auto wish = wish_for(context.config, tree, context.arguments);
    if (!wish) return wish.error();
    wish->manners.places = context.places;
    wish->metalinks.memory = context.metalinks;
    wish->metalinks.may_be_remembered = true;
    wish->manners.haste = sync::Haste::somebody_waits;
    const auto shown = [&](Descriptor part) {
        if (context.part != nullptr) context.part->begin(std::move(part));
    };
    return in_turn<sync::BroughtOnDemand>(context, Work::brings, [&](Progress& progress) {
        return sync::bring_on_demand(context.store, *wish, path, {tree.missing_budget, shown}, context.clock,
                                     progress);
    });
}

JobAnswer answer_with(const char* outcome) {
    return {.report = boost::json::object{{"brought", outcome}}};
}

}  // namespace

Arguments bring(const FileWanted& wanted) {
    return {.command = {bring_command},
            .given = {{"TREE", {wanted.tree}}, {"PATH", {wanted.path.str()}}},
            .flags = {}};
}

JobAnswer bring_job(const JobContext& context) {
    const auto* tree = find_tree(context.config, context.arguments.value("TREE").value_or(""));
    const auto path = RelPath::parse(context.arguments.value("PATH").value_or(""));
    if (tree == nullptr || !path || tree->missing != MissingFiles::fetch) return answer_with("gone");
    const auto brought = bring_now(context, *tree, *path);
    if (brought && brought->is_full) return answer_with("full");
    if (brought) return answer_with(brought->wants_gc ? "wants_gc" : "here");
    const auto& why = brought.error();
    // What was stopped may be had a moment later.
    const bool is_gone =
        !context.progress.stop_requested() && (why.is(Fault::not_found) || why.is(Fault::refused));
    auto answer = answer_with(is_gone ? "gone" : "failed");
    answer.notes.push_back(tree->name + ": " + why.text());
    return answer;
}

Brought outcome_of_bringing(const JobAnswer& answer) {
    const auto* report = answer.report.if_object();
    const auto* told = report != nullptr ? report->if_contains("brought") : nullptr;
    const auto* text = told != nullptr ? told->if_string() : nullptr;
    if (text != nullptr && *text == "here") return Brought::here;
    if (text != nullptr && *text == "wants_gc") return Brought::wants_gc;
    if (text != nullptr && *text == "full") return Brought::full;
    return text != nullptr && *text == "gone" ? Brought::gone : Brought::failed;
}

}  // namespace mirrorseed::app
