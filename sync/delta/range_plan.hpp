// Which ranges of a content are asked for where some of it is missing: few, as each costs a request. Pure.
#pragma once

#include "core/units.hpp"
#include "sync/delta/delta_map.hpp"

#include <vector>

namespace mirrorseed::sync {

struct RangePlan {
    std::vector<Stretch> ranges{};
    bool pays = false;  // beside fetching all of it

    Bytes bytes() const;
};

// `gaps` in ascending order, of a content of that size. What lies between two of them is asked for too where
// it weighs less than another request, or where there would be too many requests.
RangePlan plan_ranges(std::vector<Stretch> gaps, Bytes size);

}  // namespace mirrorseed::sync
