// What an upstream's markers (sync/run/markers.hpp) mean for one run: wait, look no further, or stand back.
#pragma once

#include "core/store/store.hpp"
#include "sync/listing.hpp"
#include "sync/run/markers.hpp"
#include "sync/run/surroundings.hpp"
#include "sync/upstream.hpp"

#include <functional>
#include <optional>
#include <string>

namespace mirrorseed::sync {

// When a marker was first seen where it is now; nothing: this is the first time.
using MarkerSeen = std::function<std::optional<UnixTime>(const RelPath& marker)>;
// An error while the upstream says that it is being updated. An update that was cut off leaves its marker for
// good: after a day it is told, and passed over. Takes out what no mirror takes over.
Status honour_markers(Listing& listing, const MarkerSeen& seen, UnixTime now);
// For a run, which remembers what it sees.
Status honour_markers(Listing& listing, const std::string& upstream, const Surroundings& around);

// What the markers of the published generation, and of a listing whose files came, say of their age.
Freshness current_freshness(Store& store, const TreeRow& tree);
Freshness listed_freshness(Store& store, const Listing& listing);

// The generation as it would be listed, unfinished.
Listing listing_of(Catalogue& catalogue, const TreeRow& tree);

// The generation as it would be listed, when the upstream's lastupdate is the current one: at most lastsync
// differs. Nothing when the upstream must be listed.
std::optional<Listing> listing_by_markers(Upstream& upstream, Store& store, const TreeRow& tree,
                                          Progress& progress);

// Where our own trace belongs; nothing in a tree that has none, or for a mirror without a name.
std::optional<RelPath> own_trace(const Listing& listing, const std::string& host);

}  // namespace mirrorseed::sync
