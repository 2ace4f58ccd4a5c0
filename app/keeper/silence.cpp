#include "app/keeper/silence.hpp"

#include <algorithm>
#include <utility>

namespace mirrorseed::app {
namespace {

// Who listens looks every second.
constexpr std::chrono::steady_clock::duration longest_round = std::chrono::seconds(2);

}  // namespace

void Silence::begin(Time now) {
    looked_ = now;
    lasts_ = {};
}

void Silence::look(Time now, bool heard) {
    const auto round = std::min(now - std::exchange(looked_, now), longest_round);
    lasts_ = heard ? Time::duration() : lasts_ + round;
}

}  // namespace mirrorseed::app
