// STORE/trees/NAME: a plain folder of hard links that shows the published generation.
//
// It follows the commit, and remembers in the catalogue which generation it
// shows whole. When it was interrupted, every name that changed since then is
// looked at again; a step that is done already costs one look. Where it is not what
// it should show, because somebody else changed it, all of its names are looked at.
#pragma once

#include "core/progress.hpp"
#include "core/store/store.hpp"

#include <vector>

namespace mirrorseed::sync {

// Brings the checkout to the tree's published generation.
Status bring_checkout(Store& store, const std::string& tree, Progress& progress);

// Shows contents anew wherever a checkout has them, after their blobs were replaced: the old files are linked
// there still.
Status show_anew(Store& store, const std::vector<Digest>& digests, Progress& progress);

// Before a content's inode is dressed otherwise than `now`: names that go on asking for that become copies,
// in every checkout. `what` tells of one tree what it will show.
Status keep_apart(Store& store, const Digest& digest, const Dress& now, const ToShow& what);

// Takes the checkout away, for a tree that is configured to have none.
Status drop_checkout(Store& store, const std::string& tree);

}  // namespace mirrorseed::sync
