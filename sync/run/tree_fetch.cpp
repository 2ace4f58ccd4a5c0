#include "sync/run/tree_fetch.hpp"

#include "core/http/shown_url.hpp"
#include "sync/checksums/listed_check.hpp"
#include "sync/run/open_upstream.hpp"
#include "sync/run/store_landing.hpp"

#include <algorithm>
#include <iterator>

namespace mirrorseed::sync {
namespace {

// Those that could not be had, of which the content is known.
std::vector<Plan::Fetch> wanted_by_digest(const Listing& listing, const FetchResult& fetched) {
    std::vector<Plan::Fetch> wanted;
    for (const auto& item : fetched.quarantined) {
        const auto place = listing.place_of(item.path);
        if (place && listing.at(*place).entry.digest) wanted.push_back({.place = *place, .replaces = false});
    }
    std::sort(wanted.begin(), wanted.end(), [](const auto& a, const auto& b) { return a.place < b.place; });
    return wanted;
}

bool has(const std::vector<Listing::Place>& places, Listing::Place place) {
    return std::binary_search(places.begin(), places.end(), place);
}

// Of what the upstream sent once already, only what the way may have damaged is worth another try.
bool may_damage(const std::string& url) {
    const auto kind = kind_of(url);
    return kind && *kind == UpstreamKind::pages;
}

}  // namespace

Result<FetchResult> TreeFetch::fetch(Upstream& upstream, Listing& listing,
                                     const std::vector<Plan::Fetch>& wanted, ChecksumSets& sets) {
    StoreLanding landing(around_.store, around_.tree, &memory_, around_.clock, &sums_);
    std::vector<Listing::Place> guesses;
    for (const auto& item : wanted)
        if (!listing.at(item.place).sureness.is_exact()) guesses.push_back(item.place);
    Seen seen;
    const FetchWish wish{.retry = {.retries = around_.wish.manners.retries},
                         .watch_for = around_.wish.watch_for,
                         .check_for =
                             [&](const RelPath& path) {
                                 const auto sum = sums_.find(path);
                                 return sum != sums_.end() ? check_of(sum->second)
                                                           : check_by_lists(sets, path, seen);
                             },
                         .embargo_may_be_closed = true,
                         .is_guess = [&](const RelPath& path) { return sets.is_guess(path); }};
    auto fetched = fetch_files(upstream, listing, wanted, wish, landing, around_.progress);
    replaced_.insert(replaced_.end(), landing.replaced().begin(), landing.replaced().end());
    if (!fetched) return fetched;
    seen.tell(sets);
    std::set_difference(guesses.begin(), guesses.end(), fetched->missing.begin(), fetched->missing.end(),
                        std::back_inserter(guessed_));
    traffic_.transferred += fetched->transferred;
    traffic_.delta += fetched->delta;
    compare_same(listing, *fetched);
    learn_same(listing, fetched->same);
    note_unchanged(listing, wanted, *fetched);
    return fetched;
}

// What the upstream says is as it was may not be what its metadata says.
void TreeFetch::compare_same(const Listing& listing, FetchResult& fetched) {
    FetchResult others;
    for (const auto place : fetched.same) {
        const auto path = listing.path_of(place);
        const auto sum = sums_.find(path);
        if (sum == sums_.end()) continue;
        auto& catalogue = around_.store.catalogue();
        const auto current = catalogue.entries().find(around_.tree.id, around_.tree.generation, path);
        const auto file = current && current->digest
                              ? around_.store.blobs().open_blob(*current->digest)
                              : Result<Descriptor>(Error(Fault::not_found, "it is gone"));
        const auto is = file ? has_sum(*file, path.str(), sum->second) : file.error();
        if (is)
            catalogue.sums().keep(around_.tree.id, sum->second, *current->digest);
        else
            others.quarantined.push_back({path, is.error().text()});
        if (!is) others.missing.push_back(place);
    }
    std::erase_if(fetched.same, [&](Listing::Place place) { return has(others.missing, place); });
    fetched.add(std::move(others));
}

// What came and is what the tree has already, for its listing did not tell so, makes no generation.
void TreeFetch::note_unchanged(const Listing& listing, const std::vector<Plan::Fetch>& wanted,
                               FetchResult& fetched) {
    FetchResult unchanged;
    for (const auto& item : wanted) {
        if (!item.replaces || has(fetched.missing, item.place)) continue;
        const auto came = listing.path_entry(item.place);
        const auto current =
            around_.store.catalogue().entries().find(around_.tree.id, around_.tree.generation, came.path);
        if (current == came.entry) unchanged.same.push_back(item.place);
    }
    unchanged.missing = unchanged.same;
    fetched.add(std::move(unchanged));
}

std::vector<std::string> TreeFetch::upstreams_from(const std::string& last) const {
    auto urls = around_.wish.upstreams;
    std::stable_partition(urls.begin(), urls.end(),
                          [&](const std::string& url) { return without_credentials(url) != last; });
    return urls;
}

void TreeFetch::fetch_elsewhere(const std::string& listed_upstream, Listing& listing, FetchResult& fetched) {
    for (const auto& url : upstreams_from(listed_upstream)) {
        auto wanted = wanted_by_digest(listing, fetched);
        if (without_credentials(url) == listed_upstream)
            std::erase_if(wanted, [&](const Plan::Fetch& item) {
                return !has(fetched.refused, item.place) || !may_damage(url);
            });
        if (wanted.empty()) continue;
        if (around_.progress.stop_requested()) return;
        const auto came = fetch_from(url, listing, wanted);
        std::erase_if(fetched.quarantined,
                      [&](const LeftOut& item) { return has(came, listing.place_of(item.path).value()); });
        std::erase_if(fetched.missing, [&](Listing::Place place) { return has(came, place); });
    }
}

std::vector<Listing::Place> TreeFetch::comes_again(const std::string& listed_upstream, Listing& listing,
                                                   std::vector<Listing::Place> places) {
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    std::vector<Listing::Place> came;
    for (const auto& url : upstreams_from(listed_upstream)) {
        std::vector<Plan::Fetch> wanted;
        for (const auto place : places)
            if (!has(came, place)) wanted.push_back({.place = place, .replaces = false});
        if (wanted.empty() || around_.progress.stop_requested()) break;
        const auto more = fetch_from(url, listing, wanted);
        came.insert(came.end(), more.begin(), more.end());
        std::sort(came.begin(), came.end());
    }
    return came;
}

// Those that came, with the digests that the listing tells.
std::vector<Listing::Place> TreeFetch::fetch_from(const std::string& url, Listing& listing,
                                                  const std::vector<Plan::Fetch>& wanted) {
    std::vector<Listing::Place> came;
    const auto upstream = open_upstream(url, around_.wish);
    if (!upstream) return came;
    StoreLanding landing(around_.store, around_.tree, nullptr, around_.clock);
    const FetchWish wish{.retry = {.retries = 1}, .watch_for = around_.wish.watch_for, .by_digest = true};
    const auto got = fetch_files(**upstream, listing, wanted, wish, landing, around_.progress);
    if (!got) return came;
    traffic_.transferred += got->transferred;
    for (const auto& item : wanted)
        if (!has(got->missing, item.place)) came.push_back(item.place);
    return came;
}

// Files that the upstream says are as they were are known from now on as those that came, by the listing too.
// Of those of which size or time is not told the memory learns nothing.
void TreeFetch::learn_same(Listing& listing, const std::vector<Listing::Place>& same) {
    std::vector<Learned> learned;
    for (const auto place : same) {
        const auto listed = listing.at(place);
        auto current = around_.store.catalogue().entries().find(around_.tree.id, around_.tree.generation,
                                                                listing.path_of(place));
        if (!current || !current->digest) continue;
        listing.correct(place, *current);
        if (listed.sureness.is_told() && !listed.sureness.is_exact())
            learned.push_back({listing.path_of(place), std::move(*current), listed.validator});
    }
    if (learned.empty()) return;
    auto transaction = around_.store.catalogue().begin();
    memory_.learn(learned);
    transaction.commit();
}

}  // namespace mirrorseed::sync
