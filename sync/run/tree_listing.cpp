#include "sync/run/tree_listing.hpp"

#include "sync/run/listing_digest.hpp"
#include "sync/run/metadata_selection.hpp"
#include "sync/run/selection_listing.hpp"
#include "sync/run/stored_named_files.hpp"
#include "sync/run/tree_markers.hpp"

namespace mirrorseed::sync {
namespace {

// Then all is listed, in case a marker lied.
constexpr UnixTime longest_by_markers = 24 * 3600;

// The tree is what a whole listing said.
bool is_match(const TreeRow& tree, const Wish& wish) {
    return !wish.full && tree.generation > 0 && tree.candidate == 0 && !tree.paused &&
           tree.listed_for == wish.all_terms();
}

std::optional<Descriptor> held_file(const Surroundings& around, const RelPath& path) {
    const auto entry = around.store.catalogue().entries().find(around.tree.id, around.tree.generation, path);
    if (!entry || !entry->digest || !around.store.holds_sound(*entry->digest)) return std::nullopt;
    auto file = around.store.blobs().open_blob(*entry->digest);
    return file ? std::optional(std::move(*file)) : std::nullopt;
}

// What is damaged is looked for in a listing, and so is what is included beside the selection.
bool may_trust_roots(const Surroundings& around) {
    return may_trust_markers(around.tree, around.wish, around.clock()) &&
           !around.wish.selection.has_includes() && around.store.catalogue().contents().damaged().empty();
}

Result<Selected> list_by_metadata(Upstream& upstream, const Surroundings& around, TreeFetch& fetching) {
    StoredNamedFiles place(around, fetching);
    std::unordered_set<RelPath> refused;
    for (auto& file : around.store.catalogue().doubts().refused(around.tree.id))
        refused.insert(std::move(file.path));
    return select_by_metadata(
        upstream, around.wish, place,
        {.held = [&](const RelPath& path) { return held_file(around, path); },
         .held_entry =
             [&](const RelPath& path) {
                 return around.store.catalogue().entries().find(around.tree.id, around.tree.generation, path);
             },
         .held_listing = [&] { return listing_of(around.store.catalogue(), around.tree); },
         .tells_not_held = around.wish.notes_not_held,
         .is_full = around.wish.full,
         .was_refused = [&](const RelPath& path) { return refused.contains(path); },
         .has_all = may_trust_roots(around),
         .now = around.clock(),
         .stop = around.progress.stop_token()},
        around.progress);
}

Result<Selected> list_upstream(Upstream& upstream, const Surroundings& around, TreeFetch& fetching) {
    if (around.wish.listed_by) return list_by_metadata(upstream, around, fetching);
    return list_selection(upstream, around.wish, around.progress);
}

}  // namespace

bool is_as_before(const TreeRow& tree, const Wish& wish, const TreeListing& listed) {
    if (listed.by_roots) return true;
    return is_match(tree, wish) && tree.listed_as && tree.listed_as == listed.as_listed;
}

bool may_trust_markers(const TreeRow& tree, const Wish& wish, UnixTime now) {
    return is_match(tree, wish) && now - tree.listed_at < longest_by_markers;
}

Result<TreeListing> list_tree(Upstream& upstream, const Surroundings& around, TreeFetch& fetching) {
    const auto& [store, tree, wish, clock, progress] = around;
    progress.start("list");
    std::optional<Listing> concluded;
    if (!wish.listed_by && may_trust_markers(tree, wish, clock()))
        concluded = listing_by_markers(upstream, store, tree, progress);
    bool by_markers = concluded.has_value();
    auto selected = by_markers ? Result<Selected>(Selected{.listing = std::move(*concluded)})
                               : list_upstream(upstream, around, fetching);
    if (!selected) return selected.error();
    auto* listing = &selected->listing;
    if (selected->is_as_before && listing->folders().empty())
        return TreeListing{.listing = {}, .by_roots = true};
    by_markers = by_markers || selected->is_as_before;
    const auto quiet = honour_markers(*listing, upstream.name(), around);
    if (!quiet) return quiet.error();
    auto not_held = around.wish.notes_not_held && !by_markers ? std::optional(std::move(selected->not_held))
                                                              : std::nullopt;
    const auto as_listed = by_markers ? std::nullopt : digest_of(*listing);
    const auto trace = own_trace(*listing, wish.host);
    if (trace) {
        const auto current = store.catalogue().entries().find(tree.id, tree.generation, *trace);
        if (current)
            listing->put(*trace, *current);
        else
            listing->take_out(*trace);
    }
    return TreeListing{.listing = std::move(*listing),
                       .by_markers = by_markers,
                       .own_trace = trace,
                       .is_whole = selected->is_whole,
                       .held_reason = std::move(selected->held_reason),
                       .parts = std::move(selected->parts),
                       .perhaps = std::move(selected->perhaps),
                       .to_be_signed = std::move(selected->to_be_signed),
                       .sets = std::move(selected->sets),
                       .superseded = std::move(selected->superseded),
                       .not_held = std::move(not_held),
                       .as_listed = as_listed};
}

// What was concluded from markers or roots says nothing new about how far they may be believed.
void remember_match(const Surroundings& around, const TreeListing& listed, Match match) {
    const bool whole = match == Match::whole && listed.is_whole;
    if (whole && (listed.by_markers || listed.by_roots)) return;
    around.store.catalogue().trees().set_listed(around.tree.id,
                                                whole ? around.wish.all_terms() : std::string(),
                                                around.clock(), whole ? listed.as_listed : std::nullopt);
}

}  // namespace mirrorseed::sync
