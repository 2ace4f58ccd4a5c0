#include "torrentgen/fair_dice.hpp"

#include <random>

namespace mirrorseed::torrentgen {

Dice fair_dice() {
    return [engine = std::mt19937_64(std::random_device()())](std::uint64_t below) mutable {
        return std::uniform_int_distribution<std::uint64_t>(0, below - 1)(engine);
    };
}

}  // namespace mirrorseed::torrentgen
