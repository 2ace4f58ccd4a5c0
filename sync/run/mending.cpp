#include "sync/run/mending.hpp"

#include "sync/generation/checkout.hpp"

namespace mirrorseed::sync {
namespace {

bool is_as_in_tree(const ListedEntry& listed, const Entry& current) {
    if (listed.entry.kind != EntryKind::file) return false;
    if (listed.entry.digest && listed.entry.digest != current.digest) return false;
    if (listed.sureness.is_exact()) return same_size_and_second(listed.entry, current);
    return listed.sureness.may_be_of_size(current.size, listed.entry.size);
}

// The first name of the content that will do.
std::optional<PathEntry> name_to_ask_for(const Surroundings& around, const Listing& listing,
                                         const Digest& digest) {
    auto& entries = around.store.catalogue().entries();
    for (auto& item : entries.paths_of(around.tree.id, around.tree.generation, digest)) {
        const auto place = listing.place_of(item.path);
        if (place && is_as_in_tree(listing.at(*place), item.entry)) return std::move(item);
    }
    return std::nullopt;
}

std::vector<Plan::Fetch> all_files_of(const Listing& listing) {
    std::vector<Plan::Fetch> files;
    Listing::Place at;
    for (const auto& folder : listing.folders()) {
        for (at.entry = 0; at.entry < folder.size(); ++at.entry)
            if (folder.kind(at.entry) == EntryKind::file) files.push_back({.place = at, .replaces = false});
        ++at.folder;
    }
    return files;
}

}  // namespace

Status mend_damaged(Upstream& upstream, const Surroundings& around, TreeFetch& fetching,
                    const Listing& listing) {
    Listing wanted;
    for (const auto& digest : around.store.catalogue().contents().damaged()) {
        const auto item = name_to_ask_for(around, listing, digest);
        if (!item) continue;
        auto listed = listing.at(*listing.place_of(item->path));
        listed.entry.digest = digest;  // anything else is refused
        wanted.append(item->path.parent(), listed);
    }
    wanted.name_folders_above({});
    const auto finished = wanted.finish();
    if (!finished) return finished;
    ChecksumSets none;
    const auto fetched = fetching.fetch(upstream, wanted, all_files_of(wanted), none);
    if (!fetched) return fetched.error();
    return show_anew(around.store, fetching.replaced(), around.progress);
}

}  // namespace mirrorseed::sync
