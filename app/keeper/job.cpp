#include "app/keeper/job.hpp"

#include "app/command_line/report_json.hpp"
#include "app/keeper/bring_job.hpp"
#include "app/keeper/follow_up.hpp"
#include "app/keeper/job_turn.hpp"
#include "app/keeper/upkeep_jobs.hpp"
#include "app/release/describer.hpp"
#include "app/release/release_upkeep.hpp"
#include "app/wiring/wiring.hpp"
#include "core/system/descriptor_limit.hpp"
#include "core/text.hpp"
#include "core/whole_number.hpp"
#include "sync/generation/forget.hpp"
#include "sync/generation/operator_jobs.hpp"
#include "sync/run/sync_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <list>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace mirrorseed::app {
namespace json = boost::json;
namespace {

Error unknown_tree(const Config& config, const std::string& name) {
    std::vector<std::string_view> names;
    for (const auto& tree : config.trees)
        names.push_back(tree.name);
    const auto near = nearest(name, names);
    auto text = "the config has no tree \"" + escape_text(name) + "\"";
    if (!near.empty()) text += "; did you mean \"" + std::string(near) + "\"?";
    return {Fault::bad_input, text};
}

const TreeConfig& the_tree(const JobContext& context) {
    return *find_tree(context.config, context.arguments.value("TREE").value_or(""));
}

void tell_steps(const std::string& tree, const std::vector<sync::UnfinishedStep>& unfinished,
                const std::vector<sync::DoneStep>& caught_up, JobAnswer& answer) {
    for (const auto& item : unfinished)
        answer.notes.push_back(fmt::format("{}: unfinished, {} of generation {}: {}{}", tree, item.step,
                                           item.generation, item.error.text(), advice_for(item.error)));
    for (const auto& item : caught_up)
        answer.notes.push_back(
            fmt::format("{}: done now, {} of generation {}, which an earlier run left unfinished", tree,
                        item.step, item.generation));
}

void add_result(const sync::SyncResult& result, JobAnswer& answer) {
    const auto say = [&](const std::string& text) { answer.notes.push_back(result.tree + ": " + text); };
    for (const auto& failure : result.failed_upstreams)
        say(failure + "; the next upstream was asked");
    if (result.error) say(result.error->text() + advice_for(*result.error));
    if (!result.note.empty()) say(result.note);
    if (result.outcome == sync::Outcome::held && !result.asks) say("held back: " + result.held_reason);
    for (const auto& item : result.quarantined)
        say("quarantined " + escape_text(item.path.str()) + ": " + item.reason);
    tell_steps(result.tree, result.unfinished, result.caught_up, answer);
    for (const auto& item : result.left_out)
        say("left out " + escape_text(item.path.str()) + ": " + item.reason);
    for (const auto& item : result.warnings)
        say("warning: " + escape_text(item.path.str()) + ": " + item.reason);
    // A failure outweighs what waits for a person.
    const auto exit = exit_of(result);
    if (answer.exit == Exit::done || exit == Exit::failed) answer.exit = exit;
}

JobAnswer answer_of(const sync::SyncResult& result) {
    JobAnswer answer{.report = to_json(result)};
    add_result(result, answer);
    return answer;
}

JobAnswer answer_of(const Result<sync::SyncResult>& result) {
    return result ? answer_of(*result) : JobAnswer::failure(result.error());
}

// What an earlier job left is told first, behind the manifest and the checkout that it may have left too. An
// operator's job waits for no hook.
void catch_up(const JobContext& context, const std::string& tree, FollowUp& follow_up) {
    if (!follow_up.is_owing() || !sync::catalogue_knows_all(context.store, tree)) return;
    Progress part(context.progress);
    auto turn =
        std::optional(context.turns.take({.job = context.number, .work = Work::syncs, .tree = tree}, part));
    if (!*turn) return;
    auto followed = publisher_of(context, part).follow(tree);
    turn.reset();
    follow_up.catch_up(std::move(followed));
}

// With what the operator wants to follow, whatever becomes of it.
Result<sync::SyncResult> followed_up(const JobContext& context, const TreeConfig& tree, Work kind,
                                     const TreeWork& work) {
    FollowUp follow_up(context, tree);
    try {
        if (kind == Work::syncs) catch_up(context, tree.name, follow_up);
        auto [result, is_overruled] = in_turn(context, kind, tree.name, work);
        if (result && !is_overruled) follow_up.after(*result);
        return std::move(result);
    } catch (const Failure& failure) {
        follow_up.after_failure(failure.error().text());
        throw;
    }
}

sync::SyncResult failed(const TreeConfig& tree, const Error& error) {
    sync::SyncResult result;
    result.tree = tree.name;
    result.error = error;
    return result;
}

sync::SyncResult sync_one(const JobContext& context, const TreeConfig& tree, const Result<sync::Wish>& wish) {
    const auto done =
        followed_up(context, tree, Work::syncs, [&](sync::Publisher& publisher) -> Result<sync::SyncResult> {
            auto& store = publisher.store();
            publisher.progress().about(tree.name);
            if (const auto paused = tree_to_pass_over(store.catalogue(), context.arguments, tree.name))
                return sync::pass_over(publisher, *paused);
            // What one tree asks for in vain is no reason to leave the others as they are.
            if (!wish) return failed(tree, wish.error());
            return sync::sync_tree(store, *wish, context.clock, publisher.progress());
        });
    auto result = done ? *done : failed(tree, done.error());
    if (context.has_timetable) return result;
    for (auto& trouble : describe_late(context, tree))
        result.unfinished.push_back({result.generation, "release", std::move(trouble)});
    return result;
}

struct TreeToSync {
    const TreeConfig* tree;
    Result<sync::Wish> wish;
    std::optional<sync::SyncResult> result{};
};

// As many at once as may be; each thread has a connection of its own.
void sync_all(const JobContext& context, std::vector<TreeToSync>& trees) {
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::exception_ptr trouble;
    const auto work = [&](const JobContext& own) {
        try {
            for (std::size_t at = next++; at < trees.size() && !own.progress.stop_requested(); at = next++)
                trees[at].result = sync_one(own, *trees[at].tree, trees[at].wish);
        } catch (...) {
            next = trees.size();
            const std::lock_guard lock(mutex);
            if (!trouble) trouble = std::current_exception();
        }
    };
    const auto work_beside = [&] {
        try {
            auto store = context.store.again();
            work({context.config, store, context.arguments, context.log, context.clock, context.progress,
                  context.turns, context.number, context.places, context.metalinks, context.has_timetable});
        } catch (const Failure&) {
            // Then there is one fewer.
        }
    };
    {
        std::vector<std::jthread> beside;
        for (std::size_t i = 1; i < std::min<std::size_t>(trees.size(), context.config.sync.max_syncs); ++i)
            beside.emplace_back(work_beside);
        work(context);
    }
    if (trouble) std::rethrow_exception(trouble);
}

JobAnswer sync_job(const JobContext& context) {
    std::vector<TreeToSync> trees;
    for (const auto* tree : trees_of(context)) {
        trees.push_back({tree, wish_for(context.config, *tree, context.arguments)});
        auto& wish = trees.back().wish;
        if (!wish && !wish.error().is(Fault::unsupported))
            return JobAnswer::failure(wish.error(), Exit::usage);
        if (!wish) continue;
        wish->manners.places = context.places;
        wish->metalinks.memory = context.metalinks;
        wish->describe = describe_releases(context.config, context.log);
    }
    sync_all(context, trees);
    if (!context.has_timetable) check_seeds_of(context, trees_of(context));
    JobAnswer answer;
    json::array reports;
    for (const auto& [tree, wish, result] : trees) {
        if (!result) continue;
        reports.push_back(to_json(*result));
        add_result(*result, answer);
    }
    answer.report = trees.size() == 1 && !reports.empty() ? reports.front() : json::value(reports);
    return answer;
}

JobAnswer adopt_job(const JobContext& context) {
    const auto& tree = the_tree(context);
    const auto folder = context.arguments.value("DIR").value_or("");
    auto wish = wish_for(context.config, tree, Arguments());
    if (!wish) return JobAnswer::failure(wish.error(), Exit::usage);
    wish->describe = describe_releases(context.config, context.log);
    const auto writers = sync::find_shared_writers(folder, context.progress);
    if (!writers) return JobAnswer::failure(writers.error());
    auto answer = answer_of(followed_up(context, tree, Work::syncs, [&](auto& publisher) {
        return sync::adopt_folder(publisher.store(), *wish, folder, context.clock, publisher.progress());
    }));
    if (writers->files > 0)
        answer.notes.push_back(fmt::format(
            "warning: others may write to {} of the files in {} (such as {}). The store now shares these "
            "files, so a change to them damages what is published. Take write permission away from group "
            "and others, and let nothing else update {}",
            writers->files, escape_text(folder), escape_text(writers->example.str()), escape_text(folder)));
    return answer;
}

JobAnswer rollback_job(const JobContext& context) {
    std::optional<Generation> number;
    if (const auto text = context.arguments.value("GENERATION"))
        number = whole_number<Generation>(*text).value_or(0);
    const auto& tree = the_tree(context);
    return answer_of(followed_up(context, tree, Work::operates, [&](auto& publisher) {
        return sync::roll_back(publisher, tree.name, number);
    }));
}

JobAnswer approve_job(const JobContext& context) {
    const auto& tree = the_tree(context);
    return answer_of(followed_up(context, tree, Work::operates, [&](auto& publisher) {
        return sync::approve(publisher, tree.name, context.arguments.value("CANDIDATE"));
    }));
}

// A content, or all that a torrent has. A SHA-256 that is no torrent's is of a content, also of one that
// never came.
std::vector<Digest> contents_named(Catalogue& catalogue, const std::string& hash) {
    const auto digest = Digest::parse_hex(hash);
    const auto releases = catalogue.releases().with_hash(hash);
    std::vector<Digest> contents;
    for (const auto& release : releases)
        for (const auto& file : catalogue.releases().files(release.id))
            if (file.content && file.size > 0 && std::ranges::find(contents, *file.content) == contents.end())
                contents.push_back(*file.content);
    if (contents.empty() && digest) contents.push_back(*digest);
    return contents;
}

JobAnswer withdraw_job(const JobContext& context) {
    const auto text = context.arguments.value("HASH").value_or("");
    const auto digests = contents_named(context.store.catalogue(), text);
    if (digests == std::vector<Digest>{Sha256::of({})})
        return JobAnswer::failure(Error(Fault::refused, "that is the content of every empty file"));
    if (digests.empty())
        return JobAnswer::failure(
            Error(Fault::not_found, "no release has the info hash " + escape_text(text)));
    std::list<std::pair<std::string, FollowUp>> follow_ups;
    for (const auto& tree : context.config.trees)
        follow_ups.emplace_back(std::piecewise_construct, std::forward_as_tuple(tree.name),
                                std::forward_as_tuple(context, tree));
    const auto result = in_turn<sync::WithdrawResult>(context, Work::withdraws, [&](Progress& progress) {
        auto publisher = publisher_of(context, progress);
        return sync::withdraw(publisher, digests);
    });
    if (!result) return JobAnswer::failure(result.error());
    JobAnswer answer{.report = to_json(*result, digests)};
    std::vector<sync::UnfinishedStep> unfinished;
    for (auto& [tree, follow_up] : follow_ups) {
        const auto told = follow_up.tell();
        tell_steps(tree, told.unfinished, told.done, answer);
        unfinished.insert(unfinished.end(), told.unfinished.begin(), told.unfinished.end());
    }
    answer.report.as_object()["unfinished"] = to_json(unfinished);
    if (!unfinished.empty()) answer.exit = Exit::needs_person;
    return answer;
}

JobAnswer forget_job(const JobContext& context) {
    const auto tree = context.arguments.value("TREE").value_or("");
    const auto forgotten = in_turn<sync::Forgettable>(
        context, Work::forgets, [&](Progress& progress) -> Result<sync::Forgettable> {
            auto done = sync::forget_tree(context.store, tree, context.clock(), progress);
            const auto offered = done ? offer_forgotten(context.store, context.config, tree) : Status();
            return offered ? done : Result<sync::Forgettable>(offered.error());
        });
    if (!forgotten) return JobAnswer::failure(forgotten.error());
    return {.report = to_json(*forgotten, Forgotten::yes)};
}

// Who could not be told of what was published.
JobAnswer tell_job(const JobContext& context) {
    JobAnswer answer;
    for (const auto* tree : trees_of(context)) {
        FollowUp follow_up(context, *tree);
        catch_up(context, tree->name, follow_up);
        const auto told = follow_up.tell();
        tell_steps(tree->name, told.unfinished, told.done, answer);
    }
    if (!answer.notes.empty()) answer.exit = Exit::needs_person;
    return answer;
}

// in_passing: at once too, and so often that nobody is told when all went well.
enum class Pace { at_once, in_background, in_passing };
struct JobEntry {
    std::string_view command;
    JobAnswer (*run)(const JobContext&);
    Pace pace = Pace::in_background;
};
constexpr std::array jobs{
    JobEntry{"sync", sync_job},
    JobEntry{"adopt", adopt_job},
    JobEntry{"rollback", rollback_job, Pace::at_once},
    JobEntry{"approve", approve_job, Pace::at_once},
    JobEntry{"withdraw", withdraw_job, Pace::at_once},
    JobEntry{"forget", forget_job, Pace::at_once},
    JobEntry{"verify", verify_job},
    JobEntry{"gc", gc_job},
    // No command line says these; a keeper does.
    JobEntry{"scrub", scrub_job},
    JobEntry{"describe", describe_job},
    JobEntry{"seeds", seeds_job},
    JobEntry{"tell", tell_job},
    JobEntry{bring_command, bring_job, Pace::in_passing},
};

const JobEntry* find_job(std::string_view command) {
    const auto found =
        std::find_if(jobs.begin(), jobs.end(), [&](const auto& job) { return job.command == command; });
    return found == jobs.end() ? nullptr : &*found;
}

}  // namespace

bool is_job(std::string_view command) {
    return find_job(command) != nullptr;
}

bool is_background(std::string_view command) {
    const auto* job = find_job(command);
    return job != nullptr && job->pace == Pace::in_background;
}

bool is_in_passing(std::string_view command) {
    const auto* job = find_job(command);
    return job != nullptr && job->pace == Pace::in_passing;
}

std::optional<TreeRow> tree_to_pass_over(Catalogue& catalogue, const Arguments& arguments,
                                         const std::string& tree) {
    if (arguments.has("TREE") && !arguments.has(pushed) && !arguments.has(by_itself)) return std::nullopt;
    const auto row = catalogue.trees().find(tree);
    return row && row->paused ? row : std::nullopt;
}

Status check_trees(const Config& config, const Arguments& arguments) {
    const bool is_forget = arguments.name() == "forget";
    for (const auto& name : arguments.values("TREE")) {
        const bool is_known = find_tree(config, name) != nullptr;
        if (is_forget && is_known)
            return Error(Fault::refused, "the config names the tree " + name +
                                             ", which would come again: take it out of the config first (a "
                                             "running mirrorseed reads it again on SIGHUP)");
        if (!is_forget && !is_known) return unknown_tree(config, name);
    }
    return {};
}

JobAnswer run_job(const JobContext& context) {
    const auto known = check_trees(context.config, context.arguments);
    if (!known) return JobAnswer::failure(known.error(), Exit::usage);
    const auto* job = find_job(context.arguments.name());
    if (job == nullptr) return JobAnswer::failure(Error(Fault::bad_input, "no such job"), Exit::usage);
    // Folders within folders are walked with a descriptor for each, and an upstream may nest them deeply.
    raise_descriptor_limit();
    try {
        return job->run(context);
    } catch (const Failure& failure) {
        return JobAnswer::failure(failure.error());
    } catch (const std::exception& failure) {
        // A row that no program of ours wrote, most likely; the keeper goes on.
        return JobAnswer::failure(Error(Fault::failed, std::string("the job failed: ") + failure.what()));
    }
}

}  // namespace mirrorseed::app
