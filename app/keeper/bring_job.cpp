#include "app/keeper/bring_job.hpp"

#include "app/keeper/job_turn.hpp"
#include "app/wiring/wiring.hpp"
#include "sync/run/on_demand.hpp"

#include <boost/json/object.hpp>

#include <utility>

namespace mirrorseed::app {
namespace {

namespace json = boost::json;

Result<sync::BroughtOnDemand> bring_now(const JobContext& context, const TreeConfig& tree,
                                        const sync::WantedOnDemand& wanted) {
    auto wish = wish_for(context.config, tree, context.arguments);
    if (!wish) return wish.error();
    wish->manners.places = context.places;
    wish->metalinks.memory = context.metalinks;
    wish->metalinks.may_be_remembered = true;
    wish->manners.haste = sync::Haste::somebody_waits;
    const sync::OnDemandTerms terms{.budget = tree.missing_budget,
                                    .place = std::to_string(context.number),
                                    .shown = [&](Descriptor part) {
                                        if (context.part != nullptr) context.part->begin(std::move(part));
                                    }};
    const auto work = sync::takes_long(context.store, wish->tree, wanted) ? Work::brings_much : Work::brings;
    return in_turn<sync::BroughtOnDemand>(context, work, [&](Progress& progress) {
        return sync::bring_on_demand(context.store, *wish, wanted, terms, context.clock, progress);
    });
}

JobAnswer answer_with(const char* outcome) {
    return {.report = json::object{{"brought", outcome}}};
}

bool is_true(const json::object& report, std::string_view key) {
    const auto* told = report.if_contains(key);
    return told != nullptr && told->is_bool() && told->get_bool();
}

}  // namespace

Arguments bring(const FileWanted& wanted) {
    return {.command = {bring_command},
            .given = {{"TREE", {wanted.file.tree}},
                      {"PATH", {wanted.file.path.str()}},
                      {"SHA256", {wanted.file.content.hex()}}},
            .flags = {}};
}

JobAnswer bring_job(const JobContext& context) {
    const auto* tree = find_tree(context.config, context.arguments.value("TREE").value_or(""));
    const auto path = RelPath::parse(context.arguments.value("PATH").value_or(""));
    const auto content = Digest::parse_hex(context.arguments.value("SHA256").value_or(""));
    if (tree == nullptr || !path || !content || tree->missing != MissingFiles::fetch)
        return answer_with("gone");
    const auto brought = bring_now(context, *tree, {*path, *content});
    if (brought && brought->is_full) return answer_with("full");
    if (brought)
        return {.report = json::object{{"brought", "here"},
                                       {"is_what_was_shown", brought->is_what_was_shown},
                                       {"wants_gc", brought->wants_gc}}};
    const auto& why = brought.error();
    // What was stopped may be had a moment later.
    const bool is_gone =
        !context.progress.stop_requested() && (why.is(Fault::not_found) || why.is(Fault::refused));
    auto answer = answer_with(is_gone ? "gone" : "failed");
    answer.notes.push_back(tree->name + ": " + why.text());
    return answer;
}

BringingEnd end_of_bringing(const JobAnswer& answer) {
    const auto* report = answer.report.if_object();
    const auto* told = report != nullptr ? report->if_contains("brought") : nullptr;
    const auto* text = told != nullptr ? told->if_string() : nullptr;
    if (text == nullptr) return {};
    if (*text == "full") return {.outcome = Brought::full, .wants_gc = true};
    if (*text == "gone") return {.outcome = Brought::gone};
    if (*text != "here") return {};
    return {.outcome = Brought::here,
            .is_what_was_shown = is_true(*report, "is_what_was_shown"),
            .wants_gc = is_true(*report, "wants_gc")};
}

}  // namespace mirrorseed::app
