// Keeps a tree's manifests as manifest_forms says: what is missing is written, what is old takes less room.
#pragma once

#include "core/store/store.hpp"

namespace mirrorseed::sync {

// The published generation in full, its head, and what differs from the one before it. What is there and
// sound is left alone, so that this can be done again at any time.
Status write_manifests(Store& store, const TreeRow& tree);

// Removes the manifests of generations before `oldest`, and has some old ones become differences: few each
// time, so that a publish costs what changed also where there are many from an older program.
Status thin_manifests(Store& store, const TreeRow& tree, Generation oldest);

}  // namespace mirrorseed::sync
