// What an upstream lists of a selection, and what the selection's excludes keep out of it.
#pragma once

#include "sync/metadata_listing.hpp"
#include "sync/upstream.hpp"
#include "sync/wish.hpp"

namespace mirrorseed::sync {

// Where the wish notes what is not held, all is listed, and what is excluded is told.
Result<Selected> list_selection(Upstream& upstream, const Wish& wish, Progress& progress);

// Files and links that the selection does not want, with the folders that it does not enter.
std::vector<NotHeldFile> take_out_excluded(const Selection& wanted, Listing& listing);

}  // namespace mirrorseed::sync
