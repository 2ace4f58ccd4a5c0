// Fetches the checksum lists and signatures that a plan touches, before anything else, and reads them.
//
// What they come to is decided in sync/checksums/checksum_sets.hpp.
#pragma once

#include "core/store/store.hpp"
#include "sync/checksums/checksum_sets.hpp"
#include "sync/fetcher.hpp"
#include "sync/plan.hpp"

#include <functional>

namespace mirrorseed::sync {

struct SetReading {
    ChecksumSets sets{};
    bool upstream_changed = false;  // while the lists came: all is to be listed again
    Amount fetched{};               // lists and signatures
};

// Brings these files, as the main fetching does later.
using FetchSome = std::function<Result<FetchResult>(const std::vector<Plan::Fetch>& wanted)>;

// Files of the listing whose SHA-256 a list tells learn it. An error when a list could be neither judged nor
// fetched for a reason of our own.
Result<SetReading> read_checksum_sets(Store& store, const TreeRow& tree, Listing& listing, const Plan& plan,
                                      const Verifier& verifier, const FetchSome& fetch, Progress& progress);

}  // namespace mirrorseed::sync
