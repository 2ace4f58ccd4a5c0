#include "sync/run/tree_fetch.hpp"

#include "core/http/shown_url.hpp"
#include "sync/checksums/listed_check.hpp"
#include "sync/run/open_upstream.hpp"
#include "sync/run/store_landing.hpp"

#include <algorithm>

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

}  // namespace

Result<FetchResult> TreeFetch::fetch(Upstream& upstream, Listing& listing,
                                     const std::vector<Plan::Fetch>& wanted, const ChecksumSets& sets) {
    StoreLanding landing(around_.store, around_.tree, &memory_, around_.clock);
    const FetchWish wish{.retry = {.retries = around_.wish.manners.retries},
                         .watch_for = around_.wish.watch_for,
                         .check_for = [&](const RelPath& path) { return check_by_lists(sets, path); }};
    auto fetched = fetch_files(upstream, listing, wanted, wish, landing, around_.progress);
    replaced_.insert(replaced_.end(), landing.replaced().begin(), landing.replaced().end());
    if (!fetched) return fetched;
    traffic_.transferred += fetched->transferred;
    traffic_.delta += fetched->delta;
    learn_same(listing, fetched->same);
    return fetched;
}

void TreeFetch::fetch_elsewhere(const std::string& listed_upstream, Listing& listing, FetchResult& fetched) {
    for (const auto& url : around_.wish.upstreams) {
        auto wanted = wanted_by_digest(listing, fetched);
        if (wanted.empty() || around_.progress.stop_requested()) return;
        if (without_credentials(url) == listed_upstream) continue;
        fetch_from(url, listing, std::move(wanted), fetched);
    }
}

void TreeFetch::fetch_from(const std::string& url, Listing& listing, std::vector<Plan::Fetch> wanted,
                           FetchResult& fetched) {
    const auto upstream = open_upstream(url, around_.wish.manners);
    if (!upstream) return;
    StoreLanding landing(around_.store, around_.tree, nullptr, around_.clock);
    const FetchWish wish{.retry = {.retries = 1}, .watch_for = around_.wish.watch_for, .by_digest = true};
    const auto got = fetch_files(**upstream, listing, wanted, wish, landing, around_.progress);
    if (!got) return;
    traffic_.transferred += got->transferred;
    const auto came = [&](Listing::Place place) {
        return std::any_of(wanted.begin(), wanted.end(),
                           [&](const auto& item) { return item.place == place; }) &&
               !std::binary_search(got->missing.begin(), got->missing.end(), place);
    };
    std::erase_if(fetched.quarantined,
                  [&](const LeftOut& item) { return came(listing.place_of(item.path).value()); });
    std::erase_if(fetched.missing, came);
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
