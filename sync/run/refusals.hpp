// Files that came and were refused, for they were not what they should be: not fetched again while they are
// listed, and asked for, as they were.
#pragma once

#include "core/store/catalogue_doubts.hpp"
#include "sync/checksums/checksum_sets.hpp"
#include "sync/fetcher.hpp"
#include "sync/run/surroundings.hpp"

#include <vector>

namespace mirrorseed::sync {

// All that a file must be, as one text; empty where nobody says so.
std::string expectation_of(const ListedEntry& listed, const std::vector<Checksum>& by_lists);
// Would it only be refused again? After a day it is fetched to see: no listing shows all that changes.
bool is_still_refused(const RefusedFile& refused, const ListedEntry& listed, const std::string& expected,
                      UnixTime now);

class Refusals {
public:
    // Both outlive it.
    Refusals(const Surroundings& around, const ChecksumSets& sets);

    // Those of `wanted` that are worth a transfer; the others are told in `result`.
    std::vector<Plan::Fetch> worth_fetching(const std::vector<Plan::Fetch>& wanted, const Listing& listing,
                                            FetchResult& result) const;
    // Those that were refused, and are still; and those that are not signed well, for who may ask for their
    // signatures again.
    void remember(const Listing& listing, const FetchResult& result) const;

private:
    std::string expectation_of(const Listing& listing, Listing::Place place) const;

    const Surroundings& around_;
    const ChecksumSets& sets_;
    std::vector<RefusedFile> before_;  // by path
};

}  // namespace mirrorseed::sync
