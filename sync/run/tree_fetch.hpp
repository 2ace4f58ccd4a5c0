// Fetching for one run of a tree: into its store, checked by its lists, and from another upstream what the
// first one cannot give.
#pragma once

#include "sync/checksums/checksum_sets.hpp"
#include "sync/expected_sums.hpp"
#include "sync/fetcher.hpp"
#include "sync/run/catalogue_listing_memory.hpp"
#include "sync/run/run_parts.hpp"
#include "sync/run/surroundings.hpp"

#include <string>
#include <vector>

namespace mirrorseed::sync {

class TreeFetch {
public:
    // Both outlive it. `memory` is of the upstream that is listed.
    TreeFetch(const Surroundings& around, CatalogueListingMemory& memory)
        : around_(around), memory_(memory) {}

    // From the upstream that was listed.
    Result<FetchResult> fetch(Upstream& upstream, Listing& listing, const std::vector<Plan::Fetch>& wanted,
                              ChecksumSets& sets);
    // What comes under this name must be that, and is remembered by it.
    void expect(const RelPath& path, const Checksum& sum) { sums_.insert_or_assign(path, sum); }
    // A file whose digest is known may come from anywhere: what could not be had from `listed_upstream`
    // is looked for at the others, and once more there when it came with other bytes. It is no longer
    // quarantined when it came.
    void fetch_elsewhere(const std::string& listed_upstream, Listing& listing, FetchResult& fetched);
    // What of these comes a second time as it came first, from another upstream where there is one. In
    // ascending order.
    std::vector<Listing::Place> comes_again(const std::string& listed_upstream, Listing& listing,
                                            std::vector<Listing::Place> places);

    // Files that came, of which this listing does not tell enough to notice a change.
    const std::vector<Listing::Place>& guessed() const noexcept { return guessed_; }
    // Another listing begins.
    void forget_guessed() { guessed_.clear(); }

    // What came over the network so far.
    const Traffic& traffic() const noexcept { return traffic_; }
    // Contents that were here already, damaged, and came again.
    const std::vector<Digest>& replaced() const noexcept { return replaced_; }

private:
    std::vector<std::string> upstreams_from(const std::string& last) const;
    std::vector<Listing::Place> fetch_from(const std::string& url, Listing& listing,
                                           const std::vector<Plan::Fetch>& wanted);
    void note_unchanged(const Listing& listing, const std::vector<Plan::Fetch>& wanted, FetchResult& fetched);
    void compare_same(const Listing& listing, FetchResult& fetched);
    void learn_same(Listing& listing, const std::vector<Listing::Place>& same);

    const Surroundings& around_;
    CatalogueListingMemory& memory_;
    Traffic traffic_;
    std::vector<Digest> replaced_;
    std::vector<Listing::Place> guessed_;
    ExpectedSums sums_;
};

}  // namespace mirrorseed::sync
