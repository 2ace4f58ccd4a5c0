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

// To the second where no more is told.
bool same_size_and_time(const Entry& now, const Entry& here) {
    constexpr std::int64_t second = 1'000'000'000;
    if (now.mtime.nanoseconds % second != 0) return now.size == here.size && now.mtime == here.mtime;
    return same_size_and_second(now, here);
}

}  // namespace

Result<std::vector<Result<Descriptor>>> NamedFiles::bring(const std::vector<NamedFile>& files) {
    missing_.clear();
    std::vector<const NamedFile*> unknown;
    std::vector<RelPath> paths;
    for (const auto& file : files) {
        if (is_here(file)) continue;
        unknown.push_back(&file);
        paths.push_back(file.path);
    }
    if (!paths.empty()) {
        const auto looked = upstream_.look_at_all(paths, progress_);
        if (!looked) return looked.error();
        for (std::size_t at = 0; at < unknown.size(); ++at)
            judge(*unknown[at], (*looked)[at]);
    }
    const auto fetched = fetch_what_is_missing();
    if (!fetched) return fetched.error();
    std::vector<Result<Descriptor>> contents;
    contents.reserve(files.size());
    for (const auto& file : files)
        contents.push_back(content_of(file));
    return contents;
}

// Then nobody is asked for it.
bool NamedFiles::is_here(const NamedFile& file) {
    const auto digest = digest_of(file);
    if (!digest || !place_.holds(*digest)) return false;
    here_.insert(*digest);
    const auto here = place_.as_sent(file.path, *digest);
    if (here) known_.insert_or_assign(file.path, *here);
    return true;
}

void NamedFiles::judge(const NamedFile& file, const std::optional<Entry>& now) {
    const bool is_file = now && now->kind == EntryKind::file;
    if (is_file && (now->hidden || !readable_by_all(EntryKind::file, now->mode)))
        withhold(file.path, Fault::not_found, "the upstream does not let everybody read it");
    else if (!is_file)
        withhold(file.path, Fault::not_found, "the upstream has no such file");
    else if (now->size > file.most)
        withhold(file.path, Fault::bad_input, "it is larger than " + format_size(file.most));
    else if (const auto here = place_.current(file.path); here && is_as(*here, *now, file))
        known_.insert_or_assign(file.path, *here);
    else
        missing_.insert_or_assign(file.path, *now).first->second.digest = digest_of(file);
    if (file.sum) place_.expect(file.path, *file.sum);
}

Status NamedFiles::fetch_what_is_missing() {
    auto listing = listing_of(missing_);
    if (!listing) return listing.error();
    std::vector<Plan::Fetch> wanted;
    for (const auto& [path, entry] : missing_)
        wanted.push_back({listing->place_of(path).value(), place_.current(path).has_value()});
    std::sort(wanted.begin(), wanted.end(), [](const auto& a, const auto& b) { return a.place < b.place; });
    const auto fetched = place_.fetch(upstream_, *listing, wanted);
    if (!fetched) return fetched.error();
    for (const auto& item : wanted) {
        const auto path = listing->path_of(item.place);
        const bool came = !std::binary_search(fetched->missing.begin(), fetched->missing.end(), item.place);
        if (came) known_.insert_or_assign(path, listing->at(item.place).entry);
    }
    for (const auto place : fetched->same)
        known_.insert_or_assign(listing->path_of(place), place_.current(listing->path_of(place)).value());
    for (const auto place : fetched->changed)
        withhold(listing->path_of(place), Fault::changed, "it changed while it was fetched");
    for (const auto& item : fetched->quarantined)
        withhold(item.path, Fault::failed, item.reason);
    for (const auto& item : fetched->withdrawn)
        withhold(item.path, Fault::refused, item.reason);
    return {};
}

void NamedFiles::withhold(const RelPath& path, Fault fault, const std::string& why) {
    faults_.insert_or_assign(path, Error(fault, escape_text(path.str()) + ": " + why));
}

std::optional<Digest> NamedFiles::digest_of(const NamedFile& file) const {
    if (file.digest || !file.sum) return file.digest;
    return place_.content_of(*file.sum);
}

// Is what we have the upstream's file, and whole? Where no time is told, its size alone says nothing.
bool NamedFiles::is_as(const Entry& here, const Entry& now, const NamedFile& wanted) const {
    if (!place_.holds(*here.digest)) return false;
    if (wanted.digest || wanted.sum) return digest_of(wanted) == here.digest;
    const bool is_dated = now.mtime != FileTime();
    return !afresh_ && is_dated && same_size_and_time(now, here) && now.mode == here.mode;
}

Result<Descriptor> NamedFiles::content_of(const NamedFile& file) const {
    const auto known = known_.find(file.path);
    if (known != known_.end()) return place_.open(*known->second.digest);
    const auto fault = faults_.find(file.path);
    if (fault != faults_.end()) return fault->second;
    return place_.open(digest_of(file).value());
}

void NamedFiles::settle(const ExpectedSums& sums, Listing& listing) {
    for (const auto& [path, sum] : sums) {
        const auto place = listing.place_of(path);
        if (!place) continue;
        const auto digest = place_.content_of(sum);
        if (digest)
            listing.set_digest(*place, *digest);
        else
            place_.expect(path, sum);
    }
}

void NamedFiles::teach(Listing& listing) const {
    std::unordered_map<Digest, const Entry*> came;
    const auto before = sent_before(listing);
    for (const auto& entry : before)
        came.emplace(*entry.digest, &entry);
    for (const auto& [path, entry] : known_) {
        came.emplace(*entry.digest, &entry);
        const auto place = listing.place_of(path);
        if (!place || listing.kind_at(*place) != EntryKind::file) continue;
        // Where it is to be another content, as it was before say, this says nothing of it.
        const auto digest = listing.folders()[place->folder].digest(place->entry);
        if (!digest || digest == entry.digest) listing.correct(*place, entry);
    }
    for (std::uint32_t folder = 0; folder < listing.folders().size(); ++folder)
        for (std::uint32_t at = 0; at < listing.folders()[folder].size(); ++at)
            teach_other_name(listing, {folder, at}, came);
}

// What an earlier run got under one of its names, and that run ended before it was told of the others.
std::vector<Entry> NamedFiles::sent_before(const Listing& listing) const {
    std::vector<Entry> entries;
    for (std::uint32_t folder = 0; folder < listing.folders().size(); ++folder)
        for (std::uint32_t at = 0; at < listing.folders()[folder].size(); ++at) {
            const auto digest = listing.folders()[folder].digest(at);
            if (!digest || !here_.contains(*digest)) continue;
            if (auto sent = place_.as_sent(listing.path_of({folder, at}), *digest))
                entries.push_back(std::move(*sent));
        }
    return entries;
}

// What it sent under one name is not asked for under another, for the upstream's metadata says that it is the
// same.
void NamedFiles::teach_other_name(Listing& listing, Listing::Place place,
                                  const std::unordered_map<Digest, const Entry*>& came) const {
    const auto digest = listing.folders()[place.folder].digest(place.entry);
    const auto found = digest ? came.find(*digest) : came.end();
    if (found == came.end()) return;
    const auto path = listing.path_of(place);
    if (known_.contains(path)) return;
    const auto& entry = *found->second;
    listing.correct(place, entry);
    if (!place_.as_sent(path, *digest)) place_.note_sent({path, entry});
}

}  // namespace mirrorseed::sync
