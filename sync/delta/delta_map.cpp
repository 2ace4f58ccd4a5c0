#include "sync/delta/delta_map.hpp"

#include <algorithm>
#include <numeric>

namespace mirrorseed::sync {
namespace {

// The last block may be shorter, and is equal to none then.
std::vector<std::uint32_t> first_equals(const BlockSums& wanted) {
    std::vector<std::uint32_t> order(wanted.count());
    std::iota(order.begin(), order.end(), 0U);
    const auto whole = wanted.size % wanted.block_length == 0 ? wanted.count() : wanted.count() - 1;
    const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(whole, wanted.count()));
    const auto& sums = wanted.sums;
    std::sort(order.begin(), end, [&](std::uint32_t a, std::uint32_t b) {
        const auto compared = sums[a] <=> sums[b];
        return compared != 0 ? compared < 0 : a < b;
    });
    std::vector<std::uint32_t> first(wanted.count());
    for (auto at = order.begin(); at != order.end(); ++at) {
        const bool is_again = at != order.begin() && at < end && sums[*at] == sums[*(at - 1)];
        first[*at] = is_again ? first[*(at - 1)] : *at;
    }
    return first;
}

}  // namespace

DeltaMap::DeltaMap(const BlockSums& wanted)
    : block_length_(wanted.block_length),
      size_(wanted.size),
      first_(first_equals(wanted)),
      sources_(wanted.count()) {}

Stretch DeltaMap::stretch_of(std::size_t block) const {
    const auto begin = Bytes{block} * block_length_;
    return {begin, std::min(size_, begin + block_length_)};
}

void DeltaMap::found(Stretch in_wanted, std::uint32_t seed, Bytes in_seed) {
    if (in_wanted.end > size_ || in_wanted.begin >= in_wanted.end) return;
    auto block = static_cast<std::size_t>((in_wanted.begin + block_length_ - 1) / block_length_);
    for (; block < first_.size() && stretch_of(block).end <= in_wanted.end; ++block) {
        auto& source = sources_[first_[block]];
        if (source.seed == none) source = {seed, in_seed + (stretch_of(block).begin - in_wanted.begin)};
    }
}

DeltaMap::Part DeltaMap::part_of(std::size_t block) const {
    const auto& source = sources_[first_[block]];
    if (source.seed != none) return {stretch_of(block), source.seed, source.at};
    return {stretch_of(block), Part::itself, stretch_of(first_[block]).begin};
}

std::vector<DeltaMap::Part> DeltaMap::parts() const {
    std::vector<Part> parts;
    for (std::size_t block = 0; block < first_.size(); ++block) {
        if (!is_had(block) && first_[block] == block) continue;
        const auto part = part_of(block);
        const bool goes_on = !parts.empty() && parts.back().wanted.end == part.wanted.begin &&
                             parts.back().seed == part.seed &&
                             parts.back().at + parts.back().wanted.size() == part.at;
        if (goes_on)
            parts.back().wanted.end = part.wanted.end;
        else
            parts.push_back(part);
    }
    return parts;
}

std::vector<Stretch> DeltaMap::gaps() const {
    std::vector<Stretch> gaps;
    for (std::size_t block = 0; block < first_.size(); ++block) {
        if (is_had(block) || first_[block] != block) continue;
        const auto stretch = stretch_of(block);
        if (!gaps.empty() && gaps.back().end == stretch.begin)
            gaps.back().end = stretch.end;
        else
            gaps.push_back(stretch);
    }
    return gaps;
}

Bytes DeltaMap::missing() const {
    const auto all = gaps();
    return std::accumulate(all.begin(), all.end(), Bytes{0},
                           [](Bytes sum, const Stretch& gap) { return sum + gap.size(); });
}

}  // namespace mirrorseed::sync
