// What a tree's metadata selects of an upstream, and what is included beside.
#pragma once

#include "sync/run/named_files.hpp"
#include "sync/wish.hpp"

namespace mirrorseed::sync {

// The wish is of a tree that is listed by metadata.
Result<Selected> select_by_metadata(Upstream& upstream, const Wish& wish, NamedPlace& place,
                                    const MetadataSurroundings& around, Progress& progress);

}  // namespace mirrorseed::sync
