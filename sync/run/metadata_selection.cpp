#include "sync/run/metadata_selection.hpp"

namespace mirrorseed::sync {
namespace {

// A package that is excluded is not held, though the index names it.
void leave_out_excluded(const Selection& selection, Listing& listing) {
    if (!selection.has_excludes()) return;
    const auto wanted = selection.of_everything();
    std::vector<RelPath> out;
    for (const auto& folder : listing.folders())
        for (std::size_t at = 0; at < folder.size(); ++at) {
            auto path = folder.path() / RelPath::parse_name(folder.name(at)).value();
            if (folder.kind(at) != EntryKind::folder && !wanted.selects(path)) out.push_back(std::move(path));
        }
    listing.replace({}, out);
    listing.drop_empty_folders();
}

}  // namespace

Result<Selected> select_by_metadata(Upstream& upstream, const Wish& wish, NamedPlace& place,
                                    const MetadataSurroundings& around, Progress& progress) {
    // A server that tells one time for ever shows no change; once a day its files come all the same.
    NamedFiles named(upstream, place, wish.full || !around.has_all, progress);
    auto surroundings = around;
    const auto vouched = wish.metalinks.vouched.find(upstream.name());
    if (vouched != wish.metalinks.vouched.end()) surroundings.vouched = vouched->second;
    const auto metadata = wish.listed_by(surroundings);
    auto selected = listing_by(*metadata, [&](const auto& files) { return named.bring(files); });
    // One of many mirrors, which nobody here named.
    if (!selected && !surroundings.vouched.empty()) return selected.error().within(upstream.name());
    if (!selected || selected->is_as_before) return selected;
    named.settle(selected->sums, selected->listing);
    named.teach(selected->listing);
    leave_out_excluded(wish.selection, selected->listing);
    if (!wish.selection.has_includes()) return selected;
    const auto beside = upstream.list(wish.selection, progress);
    if (!beside) return beside.error();
    const auto added = selected->listing.add_others(*beside);
    if (!added) return added.error();
    return selected;
}

}  // namespace mirrorseed::sync
