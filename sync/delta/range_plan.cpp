#include "sync/delta/range_plan.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

namespace mirrorseed::sync {
namespace {

// A request and the head of its answer, with some of what a round trip is worth.
constexpr Bytes weight_of_request = 2 << 10;
constexpr std::size_t most_ranges = 4096;
// More than so many of a hundred bytes, and the trouble is not worth it.
constexpr Bytes most_percent = 80;

void close_holes(std::vector<Stretch>& ranges, Bytes hole) {
    std::vector<Stretch> fewer;
    for (const auto& range : ranges)
        if (!fewer.empty() && range.begin - fewer.back().end <= hole)
            fewer.back().end = range.end;
        else
            fewer.push_back(range);
    ranges = std::move(fewer);
}

// So small that no more than are wanted are larger.
Bytes hole_for(const std::vector<Stretch>& ranges, std::size_t most) {
    std::vector<Bytes> holes;
    for (std::size_t at = 1; at < ranges.size(); ++at)
        holes.push_back(ranges[at].begin - ranges[at - 1].end);
    const auto last = holes.begin() + static_cast<std::ptrdiff_t>(most - 1);
    std::nth_element(holes.begin(), last, holes.end(), std::greater());
    return *last;
}

}  // namespace

Bytes RangePlan::bytes() const {
    return std::accumulate(ranges.begin(), ranges.end(), Bytes{0},
                           [](Bytes sum, const Stretch& range) { return sum + range.size(); });
}

RangePlan plan_ranges(std::vector<Stretch> gaps, Bytes size) {
    RangePlan plan{.ranges = std::move(gaps)};
    close_holes(plan.ranges, weight_of_request);
    if (plan.ranges.size() > most_ranges) close_holes(plan.ranges, hole_for(plan.ranges, most_ranges));
    plan.pays = plan.bytes() + plan.ranges.size() * weight_of_request <= size / 100 * most_percent;
    return plan;
}

}  // namespace mirrorseed::sync
