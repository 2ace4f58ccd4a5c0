// Fetching for one run of a tree: into its store, checked by its lists, and from another upstream what the
// first one cannot give.
#pragma once

#include "core/store/store.hpp"
#include "sync/checksums/checksum_sets.hpp"
#include "sync/fetcher.hpp"
#include "sync/run/catalogue_listing_memory.hpp"
#include "sync/run/sync_job.hpp"

#include <string>
#include <vector>

namespace mirrorseed::sync {

class TreeFetch {
public:
    // All of them outlive it. `memory` is of the upstream that is listed; `result` is told what came over the
    // network, also when a fetch fails later.
    TreeFetch(Store& store, const TreeRow& tree, const Wish& wish, CatalogueListingMemory& memory,
              const Clock& clock, Progress& progress, SyncResult& result);

    // From the upstream that was listed.
    Result<FetchResult> fetch(Upstream& upstream, Listing& listing, const std::vector<Plan::Fetch>& wanted,
                              const ChecksumSets& sets);
    // A file whose digest is known may come from anywhere: what could not be had from `listed_upstream`
    // is looked for at the others, and is no longer quarantined when it came.
    void fetch_elsewhere(const std::string& listed_upstream, Listing& listing, FetchResult& fetched);

    // Contents that were here already, damaged, and came again.
    const std::vector<Digest>& replaced() const noexcept { return replaced_; }

private:
    void fetch_from(const std::string& url, Listing& listing, std::vector<Plan::Fetch> wanted,
                    FetchResult& fetched);
    void learn_same(const Listing& listing, const std::vector<Listing::Place>& same);

    Store& store_;
    const TreeRow& tree_;
    const Wish& wish_;
    CatalogueListingMemory& memory_;
    const Clock& clock_;
    Progress& progress_;
    SyncResult& result_;
    std::vector<Digest> replaced_;
};

}  // namespace mirrorseed::sync
