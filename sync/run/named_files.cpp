#include "sync/run/named_files.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace mirrorseed::sync {
namespace {

// Of files that are to be fetched, as they were looked at.
Result<Listing> listing_of(const std::unordered_map<RelPath, Entry>& files) {
    Listing listing;
    for (const auto& [path, entry] : files)
        listing.append(path.parent(), {.name = std::string(path.name()), .entry = entry});
    listing.name_folders_above({});
    const auto finished = listing.finish();
    if (!finished) return finished.error();
    return listing;
}

Error withheld(const RelPath& path, const std::string& why, Fault fault) {
    return {fault, escape_text(path.str()) + ": " + why};
}

}  // namespace

Result<std::vector<Result<Descriptor>>> NamedFiles::bring(const std::vector<NamedFile>& files) {
    missing_.clear();
    for (const auto& file : files) {
        const auto looked = look_at(file);
        if (!looked) return looked.error();
    }
    const auto fetched = fetch_what_is_missing();
    if (!fetched) return fetched.error();
    std::vector<Result<Descriptor>> contents;
    for (const auto& file : files)
        contents.push_back(content_of(file));
    return contents;
}

Status NamedFiles::look_at(const NamedFile& file) {
    if (file.digest && is_stored(*file.digest)) return {};
    const auto now = upstream_.look(file.path, around_.progress);
    if (!now) return now.error();
    if (!*now || (*now)->kind != EntryKind::file) {
        faults_.insert_or_assign(file.path,
                                 withheld(file.path, "the upstream has no such file", Fault::not_found));
        return {};
    }
    const auto here = current(file.path);
    const bool is_here = here && same_size_and_second(**now, *here) && is_stored(*here->digest) &&
                         (!file.digest || file.digest == here->digest);
    if (is_here) {
        known_.insert_or_assign(file.path, *here);
        return {};
    }
    auto wanted = **now;
    wanted.digest = file.digest;
    missing_.insert_or_assign(file.path, std::move(wanted));
    return {};
}

Status NamedFiles::fetch_what_is_missing() {
    auto listing = listing_of(missing_);
    if (!listing) return listing.error();
    std::vector<Plan::Fetch> wanted;
    for (const auto& [path, entry] : missing_)
        wanted.push_back({listing->place_of(path).value(), current(path).has_value()});
    std::sort(wanted.begin(), wanted.end(), [](const auto& a, const auto& b) { return a.place < b.place; });
    const auto fetched = fetching_.fetch(upstream_, *listing, wanted, ChecksumSets());
    if (!fetched) return fetched.error();
    for (const auto& [place, replaces] : wanted) {
        const bool came = !std::binary_search(fetched->missing.begin(), fetched->missing.end(), place);
        if (came) known_.insert_or_assign(listing->path_of(place), listing->at(place).entry);
    }
    for (const auto place : fetched->same)
        known_.insert_or_assign(listing->path_of(place), current(listing->path_of(place)).value());
    for (const auto place : fetched->changed) {
        const auto path = listing->path_of(place);
        faults_.insert_or_assign(path, withheld(path, "it changed while it was fetched", Fault::changed));
    }
    for (const auto& item : fetched->quarantined)
        faults_.insert_or_assign(item.path, withheld(item.path, item.reason, Fault::failed));
    for (const auto& item : fetched->withdrawn)
        faults_.insert_or_assign(item.path, withheld(item.path, item.reason, Fault::refused));
    return {};
}

bool NamedFiles::is_stored(const Digest& digest) const {
    return around_.store.catalogue().contents().has_sound_blob(digest);
}

std::optional<Entry> NamedFiles::current(const RelPath& path) const {
    auto entry = around_.store.catalogue().entries().find(around_.tree.id, around_.tree.generation, path);
    return entry && entry->digest ? entry : std::nullopt;
}

Result<Descriptor> NamedFiles::content_of(const NamedFile& file) const {
    const auto known = known_.find(file.path);
    if (known != known_.end()) return around_.store.blobs().open_blob(*known->second.digest);
    const auto fault = faults_.find(file.path);
    if (fault != faults_.end()) return fault->second;
    return around_.store.blobs().open_blob(file.digest.value());
}

void NamedFiles::teach(Listing& listing) const {
    for (const auto& [path, entry] : known_) {
        const auto place = listing.place_of(path);
        if (place && listing.kind_at(*place) == EntryKind::file) listing.correct(*place, entry);
    }
}

}  // namespace mirrorseed::sync
