// A listing against what a store holds of the tree.
#pragma once

#include "core/store/catalogue.hpp"
#include "sync/plan.hpp"
#include "sync/wish.hpp"

namespace mirrorseed::sync {

// The listing learns what it does not tell and earlier runs know: digests of files that they fetched and did
// not publish, and what a better listing told (sync/better_told.hpp).
void recall(Catalogue& catalogue, const TreeRow& tree, const Wish& wish, Listing& listing);

// What is here besides a tree's current generation, and what of a listing must be had. Without a catalogue:
// for a store that does not exist yet.
Plan plan_tree_sync(Catalogue* catalogue, const BlobStore* blobs, const TreeRow& tree, const Wish& wish,
                    const Listing& listing, const std::unordered_set<RelPath>& superseded = {});

}  // namespace mirrorseed::sync
