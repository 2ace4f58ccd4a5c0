#include "sync/run/selection_listing.hpp"

namespace mirrorseed::sync {

Result<Selected> list_selection(Upstream& upstream, const Wish& wish, Progress& progress) {
    const auto& selection = wish.selection;
    const bool looks_at_all = wish.notes_not_held && selection.has_excludes();
    auto listing = upstream.list(looks_at_all ? selection.with_excluded() : selection, progress);
    if (!listing) return listing.error();
    Selected selected{.listing = std::move(*listing)};
    if (!looks_at_all) return selected;
    selected.not_held = take_out_excluded(selection, selected.listing);
    if (selection.has_includes()) selected.listing.drop_empty_folders();
    return selected;
}

std::vector<NotHeldFile> take_out_excluded(const Selection& wanted, Listing& listing) {
    std::vector<NotHeldFile> files;
    std::vector<RelPath> out;
    for (const auto& folder : listing.folders())
        for (std::size_t at = 0; at < folder.size(); ++at) {
            auto path = folder.path() / RelPath::parse_name(folder.name(at)).value();
            const bool is_folder = folder.kind(at) == EntryKind::folder;
            if (is_folder ? wanted.enters(path) : wanted.selects(path)) continue;
            const auto entry = folder.at(at).entry;
            // What the upstream does not let everybody read is no business of anybody's.
            if (!is_folder && !entry.hidden) files.push_back({path, entry.size, entry.digest});
            out.push_back(std::move(path));
        }
    listing.replace({}, out);
    return files;
}

}  // namespace mirrorseed::sync
