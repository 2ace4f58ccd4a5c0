// How much may be sent now under a rate, for any number of connections and threads together.
//
// All that is kept is the moment until which what was sent is paid for. What is
// sent beyond the rate is a debt that everybody waits for, so a head need not wait
// and bodies make up for it, until the debt is deep. Nobody stands in a line here: whoever waits should come
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
    // True when more is owed than heads and short answers, which do not wait for their turn, should come to.
    bool is_deep_in_debt(Rate rate, Time now) const noexcept;

    // When all is paid that was sent.
    Time paid_until() const noexcept;
    // As well, since `now`.
    void owe_until(Time time, Time now) noexcept;

private:
    void add(std::int64_t costs, Time now) noexcept;
    std::atomic<std::int64_t> paid_until_ = 0;  // nanoseconds of the steady clock
};

}  // namespace mirrorseed::httpd
