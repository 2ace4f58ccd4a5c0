// Our own project/trace/HOST, from which others learn when this mirror was brought up to date, and from
// where.
#pragma once

#include "core/store/store.hpp"
#include "sync/run/markers.hpp"

namespace mirrorseed::sync {

// Puts it into the tree's candidate, and corrects what `candidate` counts.
Status put_our_trace(Store& store, const TreeRow& tree, const RelPath& place, const OurTrace& trace,
                     GenerationRow& candidate);

// For OurTrace::upstream_host; empty when the URL names none.
std::string host_of(const std::string& upstream);

}  // namespace mirrorseed::sync
