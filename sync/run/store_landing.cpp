#include "sync/run/store_landing.hpp"

namespace mirrorseed::sync {

namespace errc = boost::system::errc;

StoreLanding::StoreLanding(Store& store, const TreeRow& tree, ListingMemory* memory, Clock clock)
    : store_(store), tree_(tree), memory_(memory), clock_(std::move(clock)) {
    for (const auto& digest : store.catalogue().contents().withdrawn())
        withdrawn_.insert(digest);
}

Result<Folder> StoreLanding::staging() {
    return store_.blobs().staging(tree_.name);
}

std::optional<Entry> StoreLanding::current(const RelPath& path) {
    const std::lock_guard lock(mutex_);
    auto entry = store_.catalogue().entries().find(tree_.id, tree_.generation, path);
    // A withdrawn content is not here, and what a file without digest means is another landing's.
    return entry && entry->digest ? entry : std::nullopt;
}

std::optional<Entry> StoreLanding::staged(const RelPath& path) {
    const std::lock_guard lock(mutex_);
    auto& contents = store_.catalogue().contents();
    const auto file = contents.staged(tree_.id, path);
    if (!file || !contents.has_sound_blob(file->digest)) return std::nullopt;
    return Entry{.size = file->size, .mtime = file->mtime, .digest = file->digest};
}

Status StoreLanding::show_current(const RelPath&, const Entry& entry, const Folder& folder,
                                  const RelPath& name) {
    if (!entry.digest) return Error(Fault::not_found, "its content is not here");
    return store_.blobs().show_at(*entry.digest, entry, folder, name);
}

Existing StoreLanding::existing(const Digest& digest) {
    const std::lock_guard lock(mutex_);
    const bool known = fresh_.contains(digest) || store_.catalogue().contents().has_sound_blob(digest);
    return known ? Existing::keep : Existing::replace;
}

Result<bool> StoreLanding::place(const Folder& from, const RelPath& name, const Arrival& arrival,
                                 Acquire acquire) {
    const auto& entry = arrival.item.entry;
    const auto ask = [&] { return existing(*entry.digest); };
    if (acquire == Acquire::move) return store_.blobs().put(from, name, *entry.digest, entry, ask);
    const auto adopted = store_.blobs().adopt(from, name, *entry.digest, ask);
    if (adopted || !adopted.error().is(errc::cross_device_link)) return adopted;
    return Error(Fault::refused, from.path() + " lies on another file system than the store " +
                                     store_.places().store +
                                     ", so its files cannot be shared; put the store on the same one, or "
                                     "sync from file://" +
                                     from.path());
}

Result<Landing::Verdict> StoreLanding::take(const Folder& from, const RelPath& name, Arrival& arrival,
                                            Acquire acquire) {
    const auto& digest = *arrival.item.entry.digest;
    if (withdrawn_.contains(digest)) {
        const auto removed = acquire == Acquire::move ? from.remove_file(name) : Status();
        if (!removed) return removed.error();
        return Verdict::withdrawn;
    }
    {
        const std::lock_guard lock(mutex_);
        if (!naming_) naming_ = store_.catalogue().contents().begin_naming();
        ++being_placed_;
    }
    const auto placed = place(from, name, arrival, acquire);
    if (!placed) return placed.error();  // and whether it has a name by now is not known
    arrival.stored = *placed;
    const std::lock_guard lock(mutex_);
    --being_placed_;
    fresh_.insert(digest);
    return Verdict::taken;
}

Status StoreLanding::commit(std::vector<Arrival>& batch) {
    const auto synced = store_.blobs().sync();
    if (!synced) return synced;
    const std::lock_guard lock(mutex_);
    auto& contents = store_.catalogue().contents();
    const auto now = clock_();
    auto transaction = store_.catalogue().begin();
    std::vector<Learned> learned;
    for (auto& arrival : batch) {
        const auto& [path, entry] = arrival.item;
        const auto& digest = *entry.digest;
        const bool is_new = contents.add_blob(digest, entry.size, now);
        if (!is_new && arrival.stored) {
            contents.note_mended();
            contents.mark_checked(digest, now, false);
            replaced_.push_back(digest);
        }
        contents.stage(tree_.id, {path, entry.size, entry.mtime, digest});
        if (arrival.watch) arrival.watch->keep(store_.catalogue(), digest);
        if (!arrival.was_listed_exactly) learned.push_back({path, entry, arrival.validator});
        fresh_.erase(digest);
    }
    if (memory_ != nullptr && !learned.empty()) memory_->learn(learned);
    const bool has_all_rows = fresh_.empty() && being_placed_ == 0;
    if (naming_ && has_all_rows) contents.end_naming(*naming_);
    transaction.commit();
    if (has_all_rows) naming_.reset();
    return {};
}

Status clear_staging(Store& store, const TreeRow& tree) {
    const auto staging = store.blobs().staging(tree.name);
    if (!staging) return staging.error();
    const auto items = staging->items();
    if (!items) return items.error();
    for (const auto& item : *items) {
        const auto removed = staging->remove_tree(RelPath::parse_name(item.name).value());
        if (!removed) return removed;
    }
    return {};
}

}  // namespace mirrorseed::sync
