// A listing against what a store holds of the tree.
#pragma once

#include "core/store/catalogue.hpp"
#include "sync/plan.hpp"
#include "sync/wish.hpp"

namespace mirrorseed::sync {

// The listing learns the digests of files that an earlier run fetched and did not publish.
void recall_staged(Contents& contents, const TreeRow& tree, Listing& listing);

// What is here besides a tree's current generation, and what of a listing must be had. Without a catalogue:
// for a store that does not exist yet.
Plan plan_tree_sync(Catalogue* catalogue, const BlobStore* blobs, const TreeRow& tree, const Wish& wish,
                    const Listing& listing);

}  // namespace mirrorseed::sync
