#include "app/keeper/upkeep_jobs.hpp"

#include "app/command_line/report_json.hpp"
#include "app/keeper/job_turn.hpp"
#include "app/release/late_describer.hpp"
#include "app/release/release_upkeep.hpp"
#include "app/release/seed_care.hpp"
#include "app/wiring/wiring.hpp"
#include "core/text.hpp"
#include "core/whole_number.hpp"
#include "sync/generation/upkeep.hpp"
#include "sync/run/open_upstream.hpp"

#include <fmt/format.h>

#include <utility>

namespace mirrorseed::app {
namespace {

JobAnswer verify_with(const JobContext& context, sync::VerifyWish wish) {
    wish.open = [](const std::string& url, const sync::Manners& manners) {
        return sync::open_upstream(url, manners);
    };
    wish.upstreams_of = [&](const std::string& name) {
        const auto* tree = find_tree(context.config, name);
        return tree == nullptr ? std::vector<std::string>() : tree->upstreams;
    };
    wish.manners_of = [&](const std::string& name) {
        const auto* tree = find_tree(context.config, name);
        const auto manners = tree == nullptr ? Result<sync::Manners>(sync::Manners())
                                             : manners_for(context.config, *tree, Arguments());
        return manners ? *manners : sync::Manners();
    };
    sync::VerifyResult so_far;
    const auto began = context.clock();
    const auto result = in_turn<sync::VerifyResult>(
        context, Work::verifies, [&](Progress& progress) -> Result<sync::VerifyResult> {
            const auto done = sync::go_on_verifying(context.store, wish, context.clock, progress, so_far);
            wish.not_since = began;
            if (!done) return done.error();
            return so_far;
        });
    if (!result) return JobAnswer::failure(result.error());
    JobAnswer answer{.report = to_json(*result)};
    for (const auto& item : result->damaged)
        answer.notes.push_back(item.tree.empty()
                                   ? "damaged: " + item.digest.hex() +
                                         ", which only old generations or former releases use"
                                   : fmt::format("damaged: {}/{} ({})", item.tree,
                                                 escape_text(item.path.str()), item.digest.hex()));
    if (!result->damaged.empty()) {
        answer.exit = Exit::needs_person;
        answer.notes.push_back(wish.repair ? "no upstream has a good copy of what is still damaged"
                                           : "`mirrorseed verify --repair` fetches it again");
    }
    return answer;
}

}  // namespace

JobAnswer verify_job(const JobContext& context) {
    sync::VerifyWish wish{.trees = context.arguments.values("TREE"),
                          .repair = context.arguments.has("repair")};
    // What a server is in doubt of; no command line names contents.
    for (const auto& text : context.arguments.values("CONTENT"))
        if (const auto digest = Digest::parse_hex(text)) wish.contents.push_back(*digest);
    if (const auto budget = context.arguments.value("budget")) wish.budget = parse_size(*budget).value();
    return verify_with(context, std::move(wish));
}

JobAnswer scrub_job(const JobContext& context) {
    sync::VerifyWish wish{.trees = {}, .leaves_memory = true, .dress = false};
    wish.budget = whole_number<Bytes>(context.arguments.value("budget").value_or("")).value_or(0);
    sync::VerifyResult found;
    const auto began = context.clock();
    const auto done = in_turn<sync::VerifyResult>(
        context, Work::scrubs, [&](Progress& progress) -> Result<sync::VerifyResult> {
            const auto read = sync::go_on_verifying(context.store, wish, context.clock, progress, found);
            wish.not_since = began;
            if (!read) return read.error();
            return found;
        });
    if (!done) return JobAnswer::failure(done.error());
    if (done->damaged.empty()) return {.report = to_json(*done)};
    sync::VerifyWish mending{.trees = {}, .repair = true};
    for (const auto& item : done->damaged)
        mending.contents.push_back(item.digest);
    return verify_with(context, std::move(mending));
}

bool has_mended(const JobAnswer& answer) {
    const auto* report = answer.report.if_object();
    const auto* repaired = report == nullptr ? nullptr : report->if_contains("repaired");
    return repaired != nullptr && repaired->is_array() && !repaired->get_array().empty();
}

JobAnswer gc_job(const JobContext& context) {
    // Of a tree that the config names no more nothing is served that is not in it.
    const auto grace = [&](const std::string& name) {
        const auto* tree = find_tree(context.config, name);
        return tree == nullptr ? std::chrono::seconds(0) : grace_of(*tree);
    };
    const auto budget = [&](const std::string& name) -> Bytes {
        const auto* tree = find_tree(context.config, name);
        return tree != nullptr && tree->missing == MissingFiles::fetch ? tree->missing_budget : 0;
    };
    const auto result = in_turn<sync::CollectResult>(
        context, Work::collects, [&](Progress& progress) -> Result<sync::CollectResult> {
            const auto forgotten = forget_old_releases(context.store, context.config, context.clock());
            if (!forgotten) return forgotten.error();
            return sync::collect_garbage(context.store, grace, budget, context.clock, progress);
        });
    if (!result) return JobAnswer::failure(result.error());
    return {.report = to_json(*result)};
}

std::vector<Error> describe_late(const JobContext& context, const TreeConfig& tree) {
    Progress part(context.progress);
    part.about(tree.name);
    return describe_published(context.store, context.config, tree, context.log, context.clock, part);
}

JobAnswer describe_job(const JobContext& context) {
    JobAnswer answer;
    for (const auto* tree : trees_of(context))
        for (const auto& trouble : describe_late(context, *tree))
            answer.notes.push_back(tree->name + ": " + trouble.text());
    if (!answer.notes.empty()) answer.exit = Exit::needs_person;
    return answer;
}

void check_seeds_of(const JobContext& context, const std::vector<const TreeConfig*>& trees) {
    SeedHosts hosts;
    for (const auto* tree : trees) {
        Progress part(context.progress);
        part.about(tree->name);
        const auto done =
            care_for_seeds(context.store, context.config, *tree, context.log, context.clock, hosts, part);
        if (!done && !context.progress.stop_requested())
            context.log.warning("{}: web seeds: {}", tree->name, outside(done.error().text()));
    }
}

JobAnswer seeds_job(const JobContext& context) {
    check_seeds_of(context, trees_of(context));
    return {};
}

}  // namespace mirrorseed::app
