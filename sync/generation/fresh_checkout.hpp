// A checkout that begins with nothing: built beside its place, out of everybody's sight, and then shown
// whole.
//
// Nobody reads it meanwhile, so its order is that of the catalogue, folder by folder, and
// a tree of a million files needs no list of steps.
#pragma once

#include "core/progress.hpp"
#include "core/store/store.hpp"

namespace mirrorseed::sync {

// False when something is at its place already, and the steps of sync/generation/checkout.hpp are what is
// needed.
Result<bool> build_fresh_checkout(Store& store, const TreeRow& tree, Progress& progress);

// Is there no such folder in `trees`, or nothing in it?
bool shows_nothing(const Folder& trees, const RelPath& name);

}  // namespace mirrorseed::sync
