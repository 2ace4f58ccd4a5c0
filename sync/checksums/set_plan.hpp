// The checksum sets (sync/checksums/checksum_sets.hpp) of a listing that something changes by: which files
// come first, because they are lists and signatures, and what the others must turn out to be.
//
// Pure. `fetch` is what a plan wants fetched, in the listing's order.
#pragma once

#include "sync/checksums/checksum_sets.hpp"
#include "sync/listing.hpp"
#include "sync/plan.hpp"

#include <functional>
#include <vector>

namespace mirrorseed::sync {

// Files in this folder of what is current that are lists or signatures; empty where nobody can tell.
using CurrentSetFiles = std::function<std::vector<RelPath>(const RelPath& folder)>;

std::vector<Listing::Place> places_of(const std::vector<Plan::Fetch>& fetch);
// Those too whose content is here, come by an earlier run say. In the listing's order.
std::vector<Listing::Place> files_that_change(const Plan& plan, const Listing& listing);

SetNames names_of_sets(const Listing& listing, const std::vector<Listing::Place>& fresh,
                       const CurrentSetFiles& current_in);

bool is_fetched(const std::vector<Plan::Fetch>& fetch, Listing::Place place);
// Lists and signatures alone.
std::vector<Plan::Fetch> fetches_of(const std::vector<ChecksumSet>& sets, const Listing& listing,
                                    const std::vector<Plan::Fetch>& fetch);

// Files that are fetched and whose SHA-256 a list tells learn it.
void learn_digests(Listing& listing, const std::vector<Plan::Fetch>& fetch, const ChecksumSets& sets);

}  // namespace mirrorseed::sync
