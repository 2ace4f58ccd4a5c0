// How long nothing was heard from a server, in the rounds of whoever listens. Pure.
//
// A clock alone would call a server silent because the listener slept: stopped, or with all of the machine.
#pragma once

#include <chrono>

namespace mirrorseed::app {

class Silence {
public:
    using Time = std::chrono::steady_clock::time_point;

    void begin(Time now);
    // Once in each round, after all that came was read. A round that took longer than any should is the
    // listener's own absence and counts as a usual one.
    void look(Time now, bool heard);
    std::chrono::steady_clock::duration lasts() const noexcept { return lasts_; }

private:
    Time looked_{};
    std::chrono::steady_clock::duration lasts_{};
};

}  // namespace mirrorseed::app
