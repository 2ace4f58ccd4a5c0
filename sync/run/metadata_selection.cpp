#include "sync/run/metadata_selection.hpp"

#include "sync/run/selection_listing.hpp"

#include <iterator>

namespace mirrorseed::sync {
namespace {

// A package that is excluded is not held, though the index names it.
void leave_out_excluded(const Wish& wish, Selected& selected) {
    if (!wish.selection.has_excludes()) return;
    auto out = take_out_excluded(wish.selection.of_everything(), selected.listing);
    selected.listing.drop_empty_folders();
    if (!wish.notes_not_held) return;
    selected.not_held.insert(selected.not_held.end(), std::move_iterator(out.begin()),
                             std::move_iterator(out.end()));
}

bool is_open_file(const Entry& entry) {
    return entry.kind == EntryKind::file && !entry.hidden && readable_by_all(EntryKind::file, entry.mode);
}

}  // namespace

Result<Selected> select_by_metadata(Upstream& upstream, const Wish& wish, NamedPlace& place,
                                    const MetadataSurroundings& around, Progress& progress) {
    auto asked = around;
    asked.names_in = [&](const RelPath& folder) { return upstream.names_in(folder, progress); };
    asked.is_excluded = [wanted = wish.selection.of_everything()](const RelPath& path) {
        return !wanted.selects(path);
    };
    asked.list = [&](const Selection& selection) { return upstream.list(selection, progress); };
    // A server that tells one time for ever shows no change; once a day its files come all the same.
    NamedFiles named(upstream, place, wish.full || !around.has_all, progress);
    asked.sizes_of = [&](const std::vector<RelPath>& paths) -> Result<Sizes> {
        const auto now = upstream.look_at_all(paths, progress);
        if (!now) return now.error();
        Sizes sizes;
        for (const auto& entry : *now)
            sizes.push_back(entry && is_open_file(*entry) ? std::optional(entry->size) : std::nullopt);
        return sizes;
    };
    const auto vouched = wish.metalinks.vouched.find(upstream.name());
    if (vouched != wish.metalinks.vouched.end()) asked.vouched = vouched->second;
    const auto metadata = wish.listed_by(asked);
    auto selected = listing_by(*metadata, [&](const auto& files) { return named.bring(files); });
    // One of many mirrors, which nobody here named.
    if (!selected && !asked.vouched.empty()) return selected.error().within(upstream.name());
    if (!selected) return selected;
    named.settle(selected->sums, selected->listing);
    named.teach(selected->listing);
    if (selected->is_as_before) return selected;
    leave_out_excluded(wish, *selected);
    if (!wish.selection.has_includes()) return selected;
    const auto beside = list_selection(upstream, wish, progress);
    if (!beside) return beside.error();
    selected->not_held.insert(selected->not_held.end(), beside->not_held.begin(), beside->not_held.end());
    const auto added = selected->listing.add_others(beside->listing);
    if (!added) return added.error();
    return selected;
}

}  // namespace mirrorseed::sync
