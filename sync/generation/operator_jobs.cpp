#include "sync/generation/operator_jobs.hpp"

#include "core/text.hpp"
#include "sync/generation/approval.hpp"
#include "sync/generation/candidate.hpp"
#include "sync/generation/candidate_name.hpp"
#include "sync/generation/release_records.hpp"
#include "sync/generation/rollback_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

namespace mirrorseed::sync {
namespace {

Result<TreeRow> published_tree(Store& store, const std::string& name) {
    const auto tree = store.catalogue().trees().find(name);
    if (!tree || tree->generation == 0)
        return Error(Fault::not_found, "the tree " + name + " has no published generation yet");
    return *tree;
}

SyncResult result_of(const TreeRow& tree, const GenerationRow& row, Outcome outcome) {
    SyncResult result;
    result.tree = tree.name;
    result.upstream = row.upstream;
    result.outcome = outcome;
    result.generation = outcome == Outcome::published ? tree.generation + 1 : tree.generation;
    result.total = {row.files, row.bytes};
    return result;
}

// Where nothing is published.
SyncResult as_it_is(Catalogue& catalogue, const TreeRow& tree) {
    return result_of(tree, catalogue.trees().generation(tree.id, tree.generation).value_or(GenerationRow{}),
                     Outcome::unchanged);
}

HeldCandidate held_candidate(Store& store, const TreeRow& tree, const GenerationRow& row) {
    return {tree.held_name.empty() ? name_of_candidate(store, tree) : tree.held_name, tree.held_reason,
            row.files};
}

SyncResult asked_again(Catalogue& catalogue, const TreeRow& tree, const std::optional<HeldCandidate>& held,
                       const std::string& question) {
    auto result = as_it_is(catalogue, tree);
    if (held) {
        result.outcome = Outcome::held;
        result.held_reason = held->reason;
        result.candidate = held->name;
    }
    result.note = question;
    result.asks = true;
    return result;
}

// Its bytes stay until no checkout shows it.
Error unfinished_withdrawal(const std::string& tree, const UnfinishedStep& item) {
    return item.error.within("the new generation of " + tree + " is published, but its " + item.step +
                             " is unfinished");
}

Error no_earlier_generation(const TreeRow& tree, const std::vector<GenerationRow>& rows) {
    auto text = "the tree " + tree.name + " has no earlier generation";
    if (rows.size() > 1)
        text += " that is kept and that no rollback has taken back; `mirrorseed history " + tree.name +
                "` lists them, and one that is named is published again";
    return {Fault::not_found, text};
}

Result<Generation> choose_generation(Store& store, const TreeRow& tree, std::optional<Generation> wanted) {
    const auto rows = store.catalogue().trees().generations(tree.id);
    if (!wanted) wanted = generation_to_restore(rows);
    if (!wanted) return no_earlier_generation(tree, rows);
    const auto number = *wanted;
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.number == number; });
    if (found == rows.end())
        return Error(Fault::not_found, "the tree " + tree.name + " has no generation " +
                                           std::to_string(number) + "; `mirrorseed history " + tree.name +
                                           "` lists them");
    if (!found->kept)
        return Error(Fault::not_found, "generation " + std::to_string(number) + " of " + tree.name +
                                           " is history only: its bytes are no longer kept");
    if (number == tree.generation)
        return Error(Fault::refused, "generation " + std::to_string(number) + " of " + tree.name +
                                         " is the published one already");
    return number;
}

}  // namespace

Result<SyncResult> roll_back(Publisher& publisher, const std::string& name, std::optional<Generation> to) {
    auto& store = publisher.store();
    const auto tree = published_tree(store, name);
    if (!tree) return tree.error();
    const auto number = choose_generation(store, *tree, to);
    if (!number) return number.error();
    abandon_candidate(store, name);

    auto& catalogue = store.catalogue();
    const auto next = tree->generation + 1;
    auto row = catalogue.trees().generation(tree->id, *number).value();
    const auto changes = catalogue.entries().touched(tree->id, *number, tree->generation);
    row.restores = row.origin();
    row.added = row.changed = row.removed = 0;
    catalogue.trees().start_candidate(tree->id);
    {
        auto transaction = catalogue.begin();
        for (const auto& change : changes) {
            const auto& then = change.before;
            const auto& now = change.after;
            // What was withdrawn since then has no content and does not come back.
            const bool comes = then && (then->kind != EntryKind::file || then->digest);
            if (comes && then == now) continue;
            const bool is_name = (then ? *then : *now).kind != EntryKind::folder;
            if (comes) {
                catalogue.entries().put(tree->id, next, change.path.parent(), change.path.name(), *then);
                if (is_name) ++(now ? row.changed : row.added);
                continue;
            }
            if (then) {
                --row.entries;
                --row.files;
                row.bytes -= then->size;
            }
            if (!now) continue;
            catalogue.entries().drop(tree->id, next, change.path.parent(), change.path.name());
            if (is_name) ++row.removed;
        }
        catalogue.not_held().replace(tree->id, next, catalogue.not_held().all(tree->id, *number));
        transaction.commit();
    }
    row.manifest.reset();
    row.kept = true;
    const auto behind = behind_after_rollback(*tree, catalogue.trees().generations(tree->id), row.restores);
    const auto committed = publisher.commit(*tree, row, Pause::begins, behind);
    if (!committed) return committed.error();
    auto result = result_of(*tree, row, Outcome::published);
    result.unfinished = publisher.follow(name).unfinished;
    return result;
}

SyncResult passed_over(Catalogue& catalogue, const TreeRow& tree) {
    auto result = as_it_is(catalogue, tree);
    result.note = fmt::format(
        "it is paused since a rollback and is passed over; `mirrorseed sync {0}` syncs it and ends the "
        "pause, "
        "`mirrorseed approve {0}` ends the pause alone",
        tree.name);
    return result;
}

SyncResult pass_over(Publisher& publisher, const TreeRow& tree) {
    auto& store = publisher.store();
    auto result = passed_over(store.catalogue(), tree);
    if (const auto known = catalogue_knows_all(store, tree.name); !known) {
        result.outcome = Outcome::failed;
        result.error = known.error();
        return result;
    }
    auto followed = publisher.follow(tree.name);
    result.caught_up = std::move(followed.done);
    result.unfinished = std::move(followed.unfinished);
    return result;
}

Result<SyncResult> approve(Publisher& publisher, const std::string& name,
                           const std::optional<std::string>& candidate) {
    auto& store = publisher.store();
    auto& catalogue = store.catalogue();
    const auto tree = catalogue.trees().find(name);
    const bool is_held = tree && tree->candidate != 0 && !tree->held_reason.empty();
    auto row = is_held ? count_candidate(store, *tree) : GenerationRow{};
    const auto held = is_held ? std::optional(held_candidate(store, *tree, row)) : std::nullopt;
    const auto question = question_before_approval(name, held, candidate);
    if (!question.empty())
        return asked_again(catalogue, tree.value_or(TreeRow{.name = name}), held, question);
    if (!is_held && !(tree && tree->paused))
        return Error(Fault::not_found, "nothing of " + name + " is held back");
    if (!is_held) {
        const auto ended = publisher.end_pause(*tree);
        if (!ended) return ended.error();
        return as_it_is(catalogue, *tree);
    }
    if (const auto run = catalogue.runs().last(tree->id)) row.upstream = run->upstream;
    const auto committed = publisher.commit(*tree, row, Pause::ends, level);
    if (!committed) return committed.error();
    auto result = result_of(*tree, row, Outcome::published);
    result.unfinished = publisher.follow(name).unfinished;
    return result;
}

namespace {

// Refused from the first moment on, and remembered where a lost catalogue is rebuilt from.
Status refuse_from_now(Store& store, const std::vector<Digest>& digests, UnixTime now) {
    auto& catalogue = store.catalogue();
    std::set<std::string> trees;
    {
        auto transaction = catalogue.begin();
        for (const auto& digest : digests) {
            catalogue.contents().withdraw(digest, now);
            for (const auto& release : catalogue.releases().naming(digest)) {
                catalogue.releases().withdraw(release.id);
                trees.insert(release.tree_name);
            }
        }
        transaction.commit();
    }
    // Of trees that were forgotten, nobody else takes them away.
    for (const auto& tree : trees)
        if (const auto written = write_records(store, tree); !written) return written;
    std::string lines;
    for (const auto& known : catalogue.contents().withdrawn())
        lines += known.hex() + "\n";
    return replace_file(store.folder(), RelPath::parse("manifests/.withdrawn").value(), as_bytes(lines));
}

// A candidate without the names; its counts, and what is told of it.
GenerationRow candidate_without(Catalogue& catalogue, const TreeRow& tree,
                                const std::vector<PathEntry>& paths, WithdrawResult& result) {
    auto row = catalogue.trees().generation(tree.id, tree.generation).value();
    row.restores = row.origin();  // a rollback from it goes further back than to what it takes from
    row.added = row.changed = 0;
    row.removed = paths.size();
    auto left_out = catalogue.contents().left_out(tree.id);
    catalogue.trees().start_candidate(tree.id);
    auto transaction = catalogue.begin();
    for (const auto& [path, entry] : paths) {
        catalogue.entries().drop(tree.id, tree.generation + 1, path.parent(), path.name());
        --row.entries;
        --row.files;
        row.bytes -= entry.size;
        left_out.push_back(
            {path, "its content was withdrawn", StagedFile{path, entry.size, entry.mtime, *entry.digest}});
        result.paths.emplace_back(tree.name, path);
    }
    catalogue.contents().set_left_out(tree.id, left_out);
    transaction.commit();
    row.manifest.reset();
    return row;
}

Status remove_blob(Store& store, const Digest& digest, WithdrawResult& result) {
    auto& catalogue = store.catalogue();
    Contents::Naming naming = 0;
    {
        auto transaction = catalogue.begin();
        naming = catalogue.contents().begin_naming();
        catalogue.contents().strip(digest);
        catalogue.contents().forget_blob(digest);
        transaction.commit();
    }
    const bool had_blob = store.blobs().has(digest);
    result.had_blob = result.had_blob || had_blob;
    const auto removed = had_blob ? store.blobs().remove(digest) : Status();
    if (!removed) return removed;
    catalogue.contents().end_naming(naming);
    return {};
}

}  // namespace

Result<WithdrawResult> withdraw(Publisher& publisher, const std::vector<Digest>& digests) {
    auto& store = publisher.store();
    auto& catalogue = store.catalogue();
    WithdrawResult result;
    const auto refused = refuse_from_now(store, digests, publisher.now());
    if (!refused) return refused.error();
    for (const auto& tree : catalogue.trees().all()) {
        abandon_candidate(store, tree.name);  // the next sync builds it again, without the content
        std::vector<PathEntry> paths;
        for (const auto& digest : digests)
            std::ranges::move(catalogue.entries().paths_of(tree.id, tree.generation, digest),
                              std::back_inserter(paths));
        if (paths.empty()) continue;
        const auto row = candidate_without(catalogue, tree, paths, result);
        const auto committed = publisher.commit(tree, row, Pause::stays, std::nullopt);
        if (!committed) return committed.error();
        result.trees.push_back(tree.name);
    }
    // Also where an earlier try was cut off: it is taken off every checkout before its bytes go.
    for (const auto& tree : catalogue.trees().all()) {
        auto followed = publisher.follow(tree.name);
        // What is left of a folder may deserve no torrent.
        std::erase_if(followed.unfinished, [](const auto& item) { return item.step == "release"; });
        if (!followed.unfinished.empty())
            return unfinished_withdrawal(tree.name, followed.unfinished.front());
    }
    for (const auto& digest : digests)
        if (const auto removed = remove_blob(store, digest, result); !removed) return removed.error();
    return result;
}

}  // namespace mirrorseed::sync
