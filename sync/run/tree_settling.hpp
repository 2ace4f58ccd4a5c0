// The end of a run: what came becomes a candidate, which is published, or waits for a person, or is dropped
// because it is what is published anyway.
//
// The decisions are in sync/run/hold_back.hpp, sync/checksums/checksum_sets.hpp and
// sync/run/candidate_fate.hpp.
#pragma once

#include "core/store/store.hpp"
#include "sync/checksums/checksum_sets.hpp"
#include "sync/fetcher.hpp"
#include "sync/generation/publisher.hpp"
#include "sync/run/candidate_fate.hpp"
#include "sync/run/sync_job.hpp"
#include "sync/run/tree_listing.hpp"

#include <vector>

namespace mirrorseed::sync {

// What a run brought.
struct Brought {
    const TreeListing& listed;
    const Plan& plan;
    const FetchResult& fetched;
    ChecksumSets& sets;                   // are told which files are bad
    const std::vector<Digest>& replaced;  // contents that were here already, damaged, and came again
};

class TreeSettling {
public:
    // All of them outlive it; `result` is told how the run ended.
    TreeSettling(Publisher& publisher, const TreeRow& tree, const Wish& wish, UnixTime started,
                 SyncResult& result);

    Status settle(const Brought& brought);
    // The listing is what it was when the tree was found to be all of it.
    Status settle_as_before(const TreeListing& listed);
    // The plan changes nothing.
    Status settle_unchanged(const TreeListing& listed, const Plan& plan);

private:
    Status stay(const TreeListing& listed);
    OldNames tell_bad_files(const Brought& brought);
    Result<GenerationRow> build(const Brought& brought, OldNames kept);
    void hold(const std::string& reason);
    Status publish(const Brought& brought, GenerationRow row);
    Status put_trace(const TreeListing& listed, GenerationRow& row);
    Status publish_empty();

    Publisher& publisher_;
    Store& store_;
    const TreeRow& tree_;
    const Wish& wish_;
    UnixTime started_;
    SyncResult& result_;
};

}  // namespace mirrorseed::sync
