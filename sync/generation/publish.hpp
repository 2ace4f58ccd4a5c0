// From a candidate to a published generation, and what follows from it.
#pragma once

#include "core/clock.hpp"
#include "core/progress.hpp"
#include "core/store/store.hpp"
#include "sync/keeping.hpp"

#include <string>

namespace mirrorseed::sync {

// What sets one life of a tree's numbers apart from another.
std::string mint_lineage();

// An error when the tree's manifests know of a later generation than the catalogue, or of one that is
// damaged: then the catalogue is an old or a partial one, and what it does not know of must not be freed or
// overwritten.
Status catalogue_knows_all(Store& store, const std::string& tree);

// The commit that readers notice; the tree's candidate becomes its generation. `facts` needs no number.
void commit_generation(Store& store, const TreeRow& tree, GenerationRow facts);

// Everything that follows a commit and can be done again after a crash: the manifest, the checkout, and
// forgetting what need not be kept. Also run before a sync, for a publish that was cut off.
Status follow_publish(Store& store, const std::string& tree, const Keeping& keeping, const Clock& clock,
                      Progress& progress);

}  // namespace mirrorseed::sync
