// Of things that are there in several versions, the newest of each.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace mirrorseed::sync {

// Places below `count` in ascending order; all of them where `newest` is 0. `thing(place)` says which belong
// together, `order(a, b)` tells two versions as strcmp does. What is of one version counts as one.
template <class Thing, class Order>
std::vector<std::size_t> newest_versions(std::size_t count, unsigned newest, const Thing& thing,
                                         const Order& order) {
    std::vector<std::size_t> places(count);
    std::iota(places.begin(), places.end(), std::size_t{0});
    if (newest == 0) return places;
    std::sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
        if (thing(a) != thing(b)) return thing(a) < thing(b);
        const auto versions = order(a, b);
        return versions == 0 ? a < b : versions > 0;
    });
    std::vector<std::size_t> kept;
    unsigned versions = 0;
    for (std::size_t at = 0; at < count; ++at) {
        const auto here = places[at];
        if (at == 0 || thing(here) != thing(places[at - 1]))
            versions = 1;
        else if (order(here, places[at - 1]) != 0)
            ++versions;
        if (versions <= newest) kept.push_back(here);
    }
    std::sort(kept.begin(), kept.end());
    return kept;
}

}  // namespace mirrorseed::sync
