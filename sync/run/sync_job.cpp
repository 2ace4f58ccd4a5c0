#include "sync/run/sync_job.hpp"

#include "core/http/shown_url.hpp"
#include "sync/file_upstream.hpp"
#include "sync/run/metadata_selection.hpp"
#include "sync/run/mirrors_of_metalinks.hpp"
#include "sync/run/open_upstream.hpp"
#include "sync/run/planned_named_files.hpp"
#include "sync/run/run_parts.hpp"
#include "sync/run/selection_listing.hpp"
#include "sync/run/sync_run.hpp"
#include "sync/run/tree_markers.hpp"
#include "sync/run/tree_plan.hpp"

#include <unistd.h>

#include <chrono>

namespace mirrorseed::sync {

// Each upstream is a run of its own: nothing of one is mixed with a listing of another. One that is behind is
// held only where none of the others is better.
SyncResult sync_tree(Store& store, const Wish& of_tree, const Clock& clock, Progress& progress) {
    const auto wish = with_mirrors(of_tree, progress);
    std::vector<std::string> failures, behind;
    std::vector<DoneStep> caught_up;
    bool is_done = false;
    const auto sync_from = [&](const std::string& url, Older older) {
        SyncRun run(store, wish, clock, progress, older);
        auto result = run.run(url, [&](ListingMemory* memory) { return open_upstream(url, wish, memory); });
        caught_up.insert(caught_up.end(), result.caught_up.begin(), result.caught_up.end());
        if (run.was_passed_over()) behind.push_back(url);
        is_done = !run.failed_for_its_upstream();
        return result;
    };
    const bool is_alone = wish.upstreams.size() == 1;
    SyncResult result;
    for (std::size_t i = 0; i < wish.upstreams.size() && !is_done; ++i) {
        if (i > 0) failures.push_back(result.error->text());
        result = sync_from(wish.upstreams[i], is_alone ? Older::is_held : Older::is_passed_over);
    }
    if (!is_done && !behind.empty()) {
        failures.push_back(result.error->text());
        result = sync_from(std::string(behind.front()), Older::is_held);
    }
    result.failed_upstreams = std::move(failures);
    result.caught_up = std::move(caught_up);
    return result;
}

namespace {

// Nothing of it stays; what is published is not asked for its age.
Result<Selected> list_to_plan(Upstream& upstream, const Wish& wish, const HeldEntry& held,
                              const HeldListing& held_listing, Progress& progress) {
    if (!wish.listed_by) return list_selection(upstream, wish, progress);
    const auto place = PlannedNamedFiles::make(wish, progress);
    if (!place) return place.error();
    return select_by_metadata(upstream, wish, **place,
                              {.held = [](const RelPath&) { return std::nullopt; },
                               .held_entry = held,
                               .held_listing = held_listing,
                               .now = system_clock()(),
                               .stop = progress.stop_token()},
                              progress);
}

SyncResult plan_from(Catalogue* catalogue, const TreeRow& tree, const Wish& wish, const std::string& url,
                     Progress& progress) {
    RunParts parts{.tree = wish.tree, .generation = tree.generation};
    std::optional<CatalogueListingMemory> memory;
    if (catalogue != nullptr && tree.id != 0 && !wish.full)
        memory.emplace(*catalogue, tree.id, without_credentials(url), CatalogueListingMemory::Use::look_up);
    const auto upstream = open_upstream(url, wish, memory ? &*memory : nullptr);
    progress.start("list");
    const auto held = [&](const RelPath& path) {
        return catalogue == nullptr ? std::nullopt
                                    : catalogue->entries().find(tree.id, tree.generation, path);
    };
    const auto held_listing = [&] { return catalogue == nullptr ? Listing() : listing_of(*catalogue, tree); };
    auto selected = upstream ? list_to_plan(**upstream, wish, held, held_listing, progress)
                             : Result<Selected>(upstream.error());
    auto* listing = selected ? &selected->listing : nullptr;
    const auto seen = [&](const RelPath& marker) {
        return catalogue == nullptr
                   ? std::nullopt
                   : catalogue->listings().marker_seen(tree.id, without_credentials(url), marker);
    };
    const auto quiet = listing ? honour_markers(*listing, seen, system_clock()()) : Status(selected.error());
    if (!quiet) {
        parts.error = quiet.error();
        return sum_of(std::move(parts));
    }
    parts.upstream = (*upstream)->name();
    const auto trace = own_trace(*listing, wish.host);
    const auto current = trace && catalogue != nullptr
                             ? catalogue->entries().find(tree.id, tree.generation, *trace)
                             : std::nullopt;
    if (current) listing->put(*trace, *current);
    if (catalogue != nullptr && tree.id != 0) recall(*catalogue, tree, wish, *listing);
    const auto plan = plan_tree_sync(catalogue, nullptr, tree, wish, *listing, selected->superseded);
    parts.planned = tell_plan(plan, wish);
    parts.selection = std::move(selected->parts);
    auto& reason = parts.planned->held_reason;
    if (reason.empty()) reason = plan.backwards;
    auto& ended = parts.ended.emplace();
    if (reason.empty())
        ended.outcome = plan.changes_nothing() ? Outcome::unchanged : Outcome::published;
    else
        ended.outcome = Outcome::held;
    return sum_of(std::move(parts));
}

}  // namespace

SyncResult plan_tree(Catalogue* catalogue, const Wish& of_tree, Progress& progress) {
    const auto wish = with_mirrors(of_tree, progress);
    const auto started = std::chrono::steady_clock::now();
    const auto tree =
        catalogue == nullptr ? TreeRow{} : catalogue->trees().find(wish.tree).value_or(TreeRow{});
    std::vector<std::string> failures;
    for (std::size_t i = 0;; ++i) {
        auto result = plan_from(catalogue, tree, wish, wish.upstreams[i], progress);
        if (!result.error || i + 1 == wish.upstreams.size() || progress.stop_requested()) {
            result.failed_upstreams = std::move(failures);
            result.seconds =
                std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
            return result;
        }
        failures.push_back(result.error->text());
    }
}

SyncResult adopt_folder(Store& store, const Wish& wish, const std::string& folder, const Clock& clock,
                        Progress& progress) {
    auto here = wish;
    // All of it is looked at, whatever its markers say; and what it holds is not what an upstream lists.
    here.full = true;
    here.terms.clear();
    here.judged_by.clear();
    here.notes_not_held = false;
    return SyncRun(store, here, clock, progress).run(folder, [&](ListingMemory*) {
        return FileUpstream::open_folder(folder);
    });
}

Result<SharedWriters> find_shared_writers(const std::string& path, Progress& progress) {
    SharedWriters found;
    const auto folder = Folder::open(path);
    if (!folder) return folder.error();
    const auto upstream = FileUpstream::open_folder(path);
    if (!upstream) return upstream.error();
    progress.start("look");
    const auto listing = (*upstream)->list(Selection(), progress);
    if (!listing) return listing.error();
    for (const auto& listed : listing->folders())
        for (std::size_t at = 0; at < listed.size(); ++at) {
            if (listed.kind(at) != EntryKind::file) continue;
            const auto item = listed.path() / RelPath::parse_name(listed.name(at)).value();
            const auto facts = folder->facts(item);
            if (!facts) continue;
            const bool others =
                (facts->mode & 0022) != 0 || (facts->owner != ::geteuid() && (facts->mode & 0200) != 0);
            if (others && found.files++ == 0) found.example = item;
        }
    return found;
}

namespace {

Result<Estimate::Of> estimate_from(const std::string& url, const Wish& wish, Progress& progress) {
    const auto upstream = open_upstream(url, wish);
    if (!upstream) return upstream.error();
    progress.start("list");
    const auto nothing = [](const RelPath&) { return std::nullopt; };
    auto selected = list_to_plan(
        **upstream, wish, nothing, [] { return Listing(); }, progress);
    if (!selected) return selected.error();
    return Estimate::Of{.amount = {selected->listing.files(), selected->listing.bytes()},
                        .parts = std::move(selected->parts)};
}

}  // namespace

Estimate estimate_tree(const Wish& of_tree, Progress& progress) {
    const auto wish = with_mirrors(of_tree, progress);
    std::vector<std::string> failures;
    for (std::size_t i = 0;; ++i) {
        auto selection = estimate_from(wish.upstreams[i], wish, progress);
        if (selection || i + 1 == wish.upstreams.size() || progress.stop_requested())
            return {std::move(selection), std::move(failures)};
        failures.push_back(selection.error().text());
    }
}

}  // namespace mirrorseed::sync
