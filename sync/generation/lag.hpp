// Since when a tree lacks what its upstream showed.
//
// Pure. A listing that shows more than is published starts the time, and what publishes all of it ends it
// (sync/run/sync_run, run_ending); here is what a rollback makes of it.
#pragma once

#include "core/store/catalogue_trees.hpp"

#include <vector>

namespace mirrorseed::sync {

// All of what is known of is published.
constexpr UnixTime level = 0;

// When the content of `origin` is shown again: since the first newer one came that some listing had shown.
// `rows` are the tree's, newest first. What a candidate that goes with it lacked is lacked still; what an
// earlier rollback took away (the tree is paused) is told by the rows.
UnixTime behind_after_rollback(const TreeRow& tree, const std::vector<GenerationRow>& rows,
                               Generation origin);

}  // namespace mirrorseed::sync
