#include "sync/checksums/set_plan.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace mirrorseed::sync {
namespace {

// A quick look, for there are millions of packages.
bool may_be_of_a_set(std::string_view name) {
    return !name.ends_with(".deb") && !name.ends_with(".rpm") && !name.ends_with(".zst");
}

std::vector<RelPath> set_files_of(const PackedFolder& folder) {
    std::vector<RelPath> found;
    for (std::size_t at = 0; at < folder.size(); ++at) {
        if (folder.kind(at) != EntryKind::file || !may_be_of_a_set(folder.name(at))) continue;
        auto path = folder.path() / RelPath::parse_name(folder.name(at)).value();
        if (is_of_a_checksum_set(path)) found.push_back(std::move(path));
    }
    return found;
}

// One fresh file speaks for all of its folder.
std::vector<RelPath> fresh_names(const Listing& listing, const std::vector<Listing::Place>& fresh) {
    std::vector<RelPath> names;
    std::optional<std::uint32_t> told;
    for (const auto place : fresh) {
        const bool of_a_set =
            may_be_of_a_set(listing.name_at(place)) && is_of_a_checksum_set(listing.path_of(place));
        if (!of_a_set && told == place.folder) continue;
        if (!of_a_set) told = place.folder;
        names.push_back(listing.path_of(place));
    }
    return names;
}

}  // namespace

std::vector<Listing::Place> places_of(const std::vector<Plan::Fetch>& fetch) {
    std::vector<Listing::Place> places;
    places.reserve(fetch.size());
    for (const auto& item : fetch)
        places.push_back(item.place);
    return places;
}

std::vector<Listing::Place> files_that_change(const Plan& plan, const Listing& listing) {
    auto places = places_of(plan.fetch);
    const auto fetched = static_cast<std::ptrdiff_t>(places.size());
    for (const auto place : plan.ready)
        if (listing.kind_at(place) == EntryKind::file) places.push_back(place);
    std::inplace_merge(places.begin(), places.begin() + fetched, places.end());
    return places;
}

SetNames names_of_sets(const Listing& listing, const std::vector<Listing::Place>& fresh,
                       const CurrentSetFiles& current_in) {
    SetNames names;
    for (const auto& folder : listing.folders()) {
        auto upstream = set_files_of(folder);
        if (upstream.empty()) continue;
        auto current = current_in(folder.path());
        std::move(upstream.begin(), upstream.end(), std::back_inserter(names.upstream));
        std::move(current.begin(), current.end(), std::back_inserter(names.current));
    }
    if (!names.upstream.empty()) names.fresh = fresh_names(listing, fresh);
    return names;
}

bool is_fetched(const std::vector<Plan::Fetch>& fetch, Listing::Place place) {
    const auto found =
        std::lower_bound(fetch.begin(), fetch.end(), place,
                         [](const Plan::Fetch& item, Listing::Place wanted) { return item.place < wanted; });
    return found != fetch.end() && found->place == place;
}

std::vector<Plan::Fetch> fetches_of(const std::vector<ChecksumSet>& sets, const Listing& listing,
                                    const std::vector<Plan::Fetch>& fetch) {
    std::set<Listing::Place> places;
    const auto add = [&](const RelPath& path) {
        if (const auto place = listing.place_of(path)) places.insert(*place);
    };
    for (const auto& set : sets) {
        add(set.list);
        std::for_each(set.signatures.begin(), set.signatures.end(), add);
    }
    std::vector<Plan::Fetch> wanted;
    for (const auto& item : fetch)
        if (places.contains(item.place)) wanted.push_back(item);
    return wanted;
}

void learn_digests(Listing& listing, const std::vector<Plan::Fetch>& fetch, const ChecksumSets& sets) {
    for (const auto& item : fetch) {
        if (listing.at(item.place).entry.digest) continue;
        const auto expected = sets.expected(listing.path_of(item.place));
        const auto digest = expected.empty() ? std::nullopt : expected.front().digest();
        if (digest) listing.set_digest(item.place, *digest);
    }
}

}  // namespace mirrorseed::sync
