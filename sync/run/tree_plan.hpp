// A listing against what a store holds of the tree, and what results tell of it.
#pragma once

#include "core/store/catalogue.hpp"
#include "sync/run/sync_job.hpp"

namespace mirrorseed::sync {

// The listing learns the digests of files that an earlier run fetched and did not publish.
void recall_staged(Contents& contents, const TreeRow& tree, Listing& listing);

// What is here besides a tree's current generation, and what of a listing must be had. Without a catalogue:
// for a store that does not exist yet.
Plan plan_tree_sync(Catalogue* catalogue, const TreeRow& tree, const Wish& wish, const Listing& listing);

void tell_plan(SyncResult& result, const Plan& plan, const Wish& wish);

}  // namespace mirrorseed::sync
