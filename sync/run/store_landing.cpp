#include "sync/run/store_landing.hpp"

#include "core/store/blob_trust.hpp"

namespace mirrorseed::sync {

namespace errc = boost::system::errc;

StoreLanding::StoreLanding(Store& store, const TreeRow& tree, ListingMemory* memory, Clock clock,
                           const ExpectedSums* sums)
    : store_(store), tree_(tree), memory_(memory), clock_(std::move(clock)), sums_(sums) {
    for (const auto& digest : store.catalogue().contents().withdrawn())
        withdrawn_.insert(digest);
}

StoreLanding::~StoreLanding() {
    for (const auto& digest : fresh_)
        store_.placements().remove(digest);
}

Result<Folder> StoreLanding::staging() {
    return store_.blobs().staging(tree_.name);
}

std::optional<Entry> StoreLanding::current(const RelPath& path) {
    const std::lock_guard lock(mutex_);
    auto entry = store_.catalogue().entries().find(tree_.id, tree_.generation, path);
    // A withdrawn content is not here, and what a file without digest means is another landing's. Nothing is
    // built upon what may be damaged.
    return entry && entry->digest && store_.holds_sound(*entry->digest) ? entry : std::nullopt;
}

std::optional<Entry> StoreLanding::staged(const RelPath& path) {
    const std::lock_guard lock(mutex_);
    auto& contents = store_.catalogue().contents();
    const auto file = contents.staged(tree_.id, path);
    if (!file || !store_.holds_sound(file->digest)) return std::nullopt;
    return Entry{.size = file->size, .mtime = file->mtime, .digest = file->digest};
}

Status StoreLanding::show_current(const RelPath&, const Entry& entry, const Folder& folder,
                                  const RelPath& name) {
    if (!entry.digest) return Error(Fault::not_found, "its content is not here");
    return store_.blobs().show_at(*entry.digest, entry, folder, name);
}

Existing StoreLanding::existing(const Digest& digest) {
    const std::lock_guard lock(mutex_);
    const bool known = store_.placements().has(digest) || store_.holds_sound(digest);
    return known ? Existing::keep : Existing::replace;
}

// What takes a damaged blob's place wears what that did, for whoever names the content too.
Status StoreLanding::dress_as_before(const Digest& digest) {
    std::optional<BlobRow> row;
    {
        const std::lock_guard lock(mutex_);
        row = store_.catalogue().contents().blob(digest);
    }
    if (!row || !row->dress) return {};
    const auto dressed = store_.blobs().dress(digest, {.mode = row->dress->mode, .mtime = row->dress->mtime});
    return dressed ? Status() : dressed.error();
}

Result<bool> StoreLanding::place(const Folder& from, const RelPath& name, const Arrival& arrival,
                                 Acquire acquire) {
    const auto& entry = arrival.item.entry;
    bool is_taken = false;
    const auto ask = [&] {
        is_taken = true;
        return existing(*entry.digest);
    };
    if (acquire == Acquire::move) {
        const auto put = store_.blobs().put(from, name, *entry.digest, entry, ask);
        if (!put || !*put || !is_taken) return put;
        const auto dressed = dress_as_before(*entry.digest);
        return dressed ? put : Result<bool>(dressed.error());
    }
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
    const Placements::Claim claim(store_.placements(), digest);
    {
        const std::lock_guard lock(mutex_);
        if (!naming_) naming_ = store_.catalogue().contents().begin_naming();
        ++being_placed_;
    }
    const auto placed = place(from, name, arrival, acquire);
    if (!placed) return placed.error();  // and whether it has a name by now is not known
    arrival.stored = *placed;
    arrival.is_shared = acquire == Acquire::share;
    const std::lock_guard lock(mutex_);
    --being_placed_;
    if (fresh_.insert(digest).second) store_.placements().add(digest);
    return Verdict::taken;
}

// As they are on the disk, for not every file system keeps every time. Whoever shares a file may still write
// to it, so what was hashed is what had the time of its entry.
std::vector<std::optional<Dress>> StoreLanding::dresses_of(const std::vector<Arrival>& batch) const {
    std::vector<std::optional<Dress>> dresses(batch.size());
    for (std::size_t at = 0; at < batch.size(); ++at) {
        const auto& arrival = batch[at];
        // What another sync has placed may get its row here.
        if (!arrival.stored && !store_.placements().has(*arrival.item.entry.digest)) continue;
        const auto inode = store_.blobs().facts(*arrival.item.entry.digest);
        if (inode) dresses[at] = dress_of(*inode);
        if (inode && arrival.is_shared && arrival.stored) dresses[at]->mtime = arrival.item.entry.mtime;
    }
    return dresses;
}

void StoreLanding::remember_sum(const PathEntry& file) {
    if (sums_ == nullptr) return;
    const auto sum = sums_->find(file.path);
    if (sum != sums_->end()) store_.catalogue().sums().keep(tree_.id, sum->second, file.entry.digest.value());
}

bool StoreLanding::names_all_fresh(const std::vector<Arrival>& batch) const {
    auto others = fresh_;
    for (const auto& arrival : batch)
        others.erase(*arrival.item.entry.digest);
    return others.empty();
}

Status StoreLanding::commit(std::vector<Arrival>& batch) {
    const auto synced = store_.blobs().sync();
    if (!synced) return synced;
    const auto dresses = dresses_of(batch);
    const std::lock_guard lock(mutex_);
    auto& contents = store_.catalogue().contents();
    const auto now = clock_();
    auto transaction = store_.catalogue().begin();
    std::vector<Learned> learned;
    for (std::size_t at = 0; at < batch.size(); ++at) {
        auto& arrival = batch[at];
        const auto& [path, entry] = arrival.item;
        const auto& digest = *entry.digest;
        const bool is_new = contents.add_blob(digest, entry.size, now, dresses[at]);
        if (!is_new && arrival.stored) {
            contents.note_mended();
            contents.mark_checked(digest, now, false);
            if (dresses[at]) store_.catalogue().dresses().wears(digest, *dresses[at]);
            replaced_.push_back(digest);
        }
        contents.stage(tree_.id, {path, entry.size, entry.mtime, digest});
        remember_sum(arrival.item);
        if (arrival.watch) arrival.watch->keep(store_.catalogue(), digest);
        if (!arrival.was_listed_exactly) learned.push_back({path, entry, arrival.validator});
    }
    if (memory_ != nullptr && !learned.empty()) memory_->learn(learned);
    const bool has_all_rows = being_placed_ == 0 && names_all_fresh(batch);
    if (naming_ && has_all_rows) contents.end_naming(*naming_);
    transaction.commit();
    for (const auto& arrival : batch)
        if (fresh_.erase(*arrival.item.entry.digest) > 0)
            store_.placements().remove(*arrival.item.entry.digest);
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
