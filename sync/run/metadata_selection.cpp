#include "sync/run/metadata_selection.hpp"

namespace mirrorseed::sync {

Result<Selected> select_by_metadata(Upstream& upstream, const Wish& wish, NamedPlace& place,
                                    const MetadataSurroundings& around, Progress& progress) {
    NamedFiles named(upstream, place, progress);
    const auto metadata = wish.listed_by(around);
    auto selected = listing_by(*metadata, [&](const auto& files) { return named.bring(files); });
    if (!selected) return selected;
    named.teach(selected->listing);
    if (!wish.selection.has_includes()) return selected;
    const auto beside = upstream.list(wish.selection, progress);
    if (!beside) return beside.error();
    const auto added = selected->listing.add_others(*beside);
    if (!added) return added.error();
    return selected;
}

}  // namespace mirrorseed::sync
