// Is an answer coming fast enough? Pure: whoever reads tells how much came when.
//
// Each window is looked at by itself, so that a fast beginning does not excuse a
// drip of hours afterwards.
#pragma once

#include "core/units.hpp"

#include <chrono>

namespace mirrorseed {

class HttpPace {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds window{60};

    HttpPace(Rate slowest, Time begin) : slowest_(slowest), begin_(begin) {}

    // False when a window is full and brought too little.
    bool goes_on(Bytes more, Time now) noexcept {
        bytes_ += more;
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - begin_).count();
        if (slowest_.unlimited() || seconds < window.count()) return true;
        const bool enough = bytes_ / static_cast<Bytes>(seconds) >= slowest_.bytes_per_second;
        begin_ = now;
        bytes_ = 0;
        return enough;
    }

private:
    Rate slowest_;
    Time begin_;
    Bytes bytes_ = 0;
};

}  // namespace mirrorseed
