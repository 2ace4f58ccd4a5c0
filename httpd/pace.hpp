// How much may be sent now under a rate, for any number of connections and threads together.
//
// All that is kept is the moment until which what was sent is paid for. What is
// sent beyond the rate is a debt that everybody waits for, so a head need not wait
// and bodies make up for it. Nobody stands in a line here: whoever waits should come
// back at a time that differs from the others'.
#pragma once

#include "core/units.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>

namespace mirrorseed::httpd {

class Pace {
public:
    using Time = std::chrono::steady_clock::time_point;

    // Bytes that may go now; 0: wait(). Never so few that sending them were mostly overhead.
    Bytes credit(Rate rate, Time now) const noexcept;
    std::chrono::milliseconds wait(Rate rate, Time now) const noexcept;
    void spend(Rate rate, Bytes bytes, Time now) noexcept;

private:
    std::atomic<std::int64_t> paid_until_ = 0;  // nanoseconds of the steady clock
};

}  // namespace mirrorseed::httpd
