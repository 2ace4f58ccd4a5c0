#include "sync/run/listing_rounds.hpp"

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

void quarantine_changed(const Listing& listing, FetchResult& fetched) {
    for (const auto place : fetched.changed)
        fetched.quarantined.push_back({listing.path_of(place), "it changes all the time"});
}

}  // namespace mirrorseed::sync
