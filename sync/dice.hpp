// Chance, for waits that shall not end for everybody at the same moment. For one thread at a time.
#pragma once

#include <random>

namespace mirrorseed::sync {

class Dice {
public:
    // In [0, 1).
    double operator()() { return chance_(engine_); }

private:
    std::minstd_rand engine_{std::random_device{}()};
    std::uniform_real_distribution<double> chance_{0, 1};
};

}  // namespace mirrorseed::sync
