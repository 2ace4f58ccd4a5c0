// What a listing cannot tell stays as a better one told it: links stay links, and modes stay what they were.
//
// Pure. The index pages of a web server show what a link leads to in its place, and no modes. Where such an
// upstream stands in for one that tells both, it must not fill the tree with copies that the other takes out
// again, nor open what that keeps closed.
#pragma once

#include "core/store/catalogue_entries.hpp"
#include "sync/listing.hpp"

#include <vector>

namespace mirrorseed::sync {

// Names that are links now stay so while the listing shows what they lead to, or leaves them out because they
// lead to nothing; `leaving` are links that a better listing told and that leave the tree, so that nobody has
// them.
void keep_what_was_told_better(Listing& listing, EntrySource& current, const std::vector<RelPath>& leaving);

}  // namespace mirrorseed::sync
