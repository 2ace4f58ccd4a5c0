// Where the bytes of a wanted content are had from, block by block: from seeds that we have, from another
// place in itself, or from the upstream. Pure.
#pragma once

#include "core/units.hpp"
#include "sync/delta/block_sums.hpp"

#include <cstdint>
#include <vector>

namespace mirrorseed::sync {

struct Stretch {
    Bytes begin = 0, end = 0;  // half-open
    Bytes size() const noexcept { return end - begin; }
    bool operator==(const Stretch&) const = default;
};

class DeltaMap {
public:
    explicit DeltaMap(const BlockSums& wanted);

    // A seed has what the wanted content has there; only whole blocks count.
    void found(Stretch in_wanted, std::uint32_t seed, Bytes in_seed);

    struct Part {
        static constexpr std::uint32_t itself = ~std::uint32_t{0};
        Stretch wanted{};
        std::uint32_t seed = 0;  // or itself
        Bytes at = 0;            // in that
        bool operator==(const Part&) const = default;
    };
    // In ascending order. Those out of itself come from what is had otherwise.
    std::vector<Part> parts() const;
    // What nobody has: of blocks that are equal, the first.
    std::vector<Stretch> gaps() const;
    Bytes missing() const;

private:
    struct Source {
        std::uint32_t seed = none;
        Bytes at = 0;
    };
    static constexpr std::uint32_t none = Part::itself;
    bool is_had(std::size_t block) const { return sources_[first_[block]].seed != none; }
    Stretch stretch_of(std::size_t block) const;
    Part part_of(std::size_t block) const;

    std::uint32_t block_length_;
    Bytes size_;
    std::vector<std::uint32_t> first_;  // of the blocks that are equal to this one
    std::vector<Source> sources_;       // of the first of them
};

}  // namespace mirrorseed::sync
