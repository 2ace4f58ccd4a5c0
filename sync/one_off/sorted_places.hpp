// Is a place among those that a fetch tells of?
//
// They are in ascending order (FetchResult). They may be all of a large tree, and so
// may those that are asked for.
#pragma once

#include "sync/listing.hpp"

#include <algorithm>
#include <functional>
#include <vector>

namespace mirrorseed::sync {

template <typename Before = std::less<Listing::Place>>
bool has(const std::vector<Listing::Place>& sorted, Listing::Place place, Before before = {}) {
    return std::binary_search(sorted.begin(), sorted.end(), place, std::ref(before));
}

}  // namespace mirrorseed::sync
