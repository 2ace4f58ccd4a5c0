// A tree that its operator wants no more: it is served no longer, and what only it needed is garbage.
//
// Manifests and checkout go first, so that no recovery brings back what the commit then takes away; cut off
// before the commit, the tree is served still and is forgotten by the same words again. Its entries go in
// pieces after it, and what a crash leaves of them with the next gc. Contents that were withdrawn stay
// refused, and what has a torrent stays as long as its release does.
#pragma once

#include "core/progress.hpp"
#include "core/store/store.hpp"
#include "sync/plan.hpp"

#include <string>

namespace mirrorseed::sync {

struct Forgettable {
    std::string tree;
    Generation generation = 0;
    Amount published;
    Amount pinned;  // what its releases keep
};

// Fault::not_found where the store has no such tree.
Result<Forgettable> look_at_tree(Catalogue& catalogue, const std::string& tree);

Result<Forgettable> forget_tree(Store& store, const std::string& tree, UnixTime now, Progress& progress);

// What is left of trees that were forgotten.
Status sweep_forgotten(Catalogue& catalogue, const Progress& progress);

}  // namespace mirrorseed::sync
