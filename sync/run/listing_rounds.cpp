#include "sync/run/listing_rounds.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace mirrorseed::sync {
namespace {

constexpr int most_rounds = 3;

}  // namespace

Status in_rounds(const ListingRound& round, std::chrono::milliseconds rest, const Progress& progress) {
    for (int number = 1;; ++number) {
        const auto done = round(number == most_rounds);
        if (!done) return done.error();
        if (*done) return {};
        const auto rested = progress.rest(number * rest);
        if (!rested) return rested;
    }
}

std::vector<RelPath> folders_of(const std::vector<Listing::Place>& files, const Listing& listing) {
    std::set<std::uint32_t> numbers;
    for (const auto place : files)
        numbers.insert(place.folder);
    std::vector<RelPath> folders;
    folders.reserve(numbers.size());
    for (const auto number : numbers)
        folders.push_back(listing.folders()[number].path());
    return folders;
}

void note_moved(const std::vector<MovedFolder>& moved, const std::vector<Listing::Place>& files,
                const Listing& listing, FetchResult& fetched) {
    std::unordered_map<RelPath, const MovedFolder*> by_path;
    for (const auto& folder : moved)
        by_path.emplace(folder.path, &folder);
    FetchResult also;
    for (const auto place : files) {
        const auto found = by_path.find(listing.folders()[place.folder].path());
        if (found == by_path.end()) continue;
        const auto& same = found->second->same;
        if (std::binary_search(same.begin(), same.end(), listing.name_at(place))) continue;
        const auto& changed = fetched.changed;
        if (std::find(changed.begin(), changed.end(), place) == changed.end()) also.changed.push_back(place);
    }
    also.missing = also.changed;
    fetched.add(std::move(also));
}

void quarantine_changed(const Listing& listing, FetchResult& fetched) {
    for (const auto place : fetched.changed) {
        const bool is_gone = std::binary_search(fetched.gone.begin(), fetched.gone.end(), place);
        fetched.quarantined.push_back(
            {listing.path_of(place),
             is_gone ? "it is listed, and the upstream does not have it" : "it changes all the time"});
    }
}

}  // namespace mirrorseed::sync
