// Contents of a tree that are known to be damaged are fetched again, before its listing is planned with.
#pragma once

#include "sync/run/surroundings.hpp"
#include "sync/run/tree_fetch.hpp"

namespace mirrorseed::sync {

// Those that the upstream lists as they are in the tree. A content that it cannot give stays as it is: that
// is no fault of the tree's, and the next sync tries again.
Status mend_damaged(Upstream& upstream, const Surroundings& around, TreeFetch& fetching,
                    const Listing& listing);

}  // namespace mirrorseed::sync
