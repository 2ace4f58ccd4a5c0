#include "sync/run/stored_named_files.hpp"

#include "sync/run/enough_room.hpp"

namespace mirrorseed::sync {

bool StoredNamedFiles::holds(const Digest& digest) const {
    return around_.store.holds_sound(digest);
}

std::optional<Entry> StoredNamedFiles::current(const RelPath& path) const {
    auto entry = around_.store.catalogue().entries().find(around_.tree.id, around_.tree.generation, path);
    return entry && entry->digest ? entry : std::nullopt;
}

std::optional<Entry> StoredNamedFiles::as_sent(const RelPath& path, const Digest& digest) const {
    const auto here = current(path);
    if (here && here->digest == digest) return here;
    const auto staged = around_.store.catalogue().contents().staged(around_.tree.id, path);
    if (!staged || staged->digest != digest) return std::nullopt;
    return Entry{.size = staged->size, .mtime = staged->mtime, .digest = digest};
}

void StoredNamedFiles::note_sent(const PathEntry& file) {
    around_.store.catalogue().contents().stage(around_.tree.id, {.path = file.path,
                                                                 .size = file.entry.size,
                                                                 .mtime = file.entry.mtime,
                                                                 .digest = file.entry.digest.value()});
}

std::optional<Digest> StoredNamedFiles::content_of(const Checksum& sum) const {
    return around_.store.catalogue().sums().content_of(around_.tree.id, sum);
}

Result<FetchResult> StoredNamedFiles::fetch(Upstream& upstream, Listing& listing,
                                            const std::vector<Plan::Fetch>& wanted) {
    Bytes bytes = 0;
    for (const auto& item : wanted)
        bytes += listing.at(item.place).entry.size;
    const auto room = enough_room(around_.store, bytes, around_.wish.min_free, "fetched", "fetched");
    if (!room) return room.error();
    ChecksumSets none;
    return fetching_.fetch(upstream, listing, wanted, none);
}

Result<Descriptor> StoredNamedFiles::open(const Digest& digest) const {
    return around_.store.blobs().open_blob(digest);
}

}  // namespace mirrorseed::sync
