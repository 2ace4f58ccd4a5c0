// Keeps what several threads take together to a rate.
//
// TokenBucket is the arithmetic, and pure: told the time, it says how long to wait.
// A bucket may be overdrawn by one piece, so that pieces of any size pass, and holds
// what a short while brings, so that a pause is not made up for by a burst.
#pragma once

#include "core/units.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>

namespace mirrorseed::sync {

class TokenBucket {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Wait = std::chrono::steady_clock::duration;
    static constexpr std::chrono::milliseconds depth{250};

    TokenBucket(Rate rate, Time now) : rate_(rate), free_at_(now) {}

    // Takes them, and says how long to wait before going on.
    Wait take(Bytes bytes, Time now) {
        if (rate_.unlimited()) return Wait(0);
        free_at_ = std::max(free_at_, now - depth);
        const std::chrono::duration<double> worth(static_cast<double>(bytes) /
                                                  static_cast<double>(rate_.bytes_per_second));
        constexpr std::chrono::duration<double> longest(3600);
        free_at_ += std::chrono::duration_cast<Wait>(std::min(worth, longest));
        return std::max(free_at_ - now, Wait(0));
    }

    bool limits() const noexcept { return !rate_.unlimited(); }

private:
    Rate rate_;
    Time free_at_;  // when all that was taken is paid for
};

// One bucket for all lanes.
class Throttle {
public:
    explicit Throttle(Rate rate) : bucket_(rate, std::chrono::steady_clock::now()) {}

    TokenBucket::Wait take(Bytes bytes) {
        const std::lock_guard lock(mutex_);
        return bucket_.take(bytes, std::chrono::steady_clock::now());
    }
    bool limits() const noexcept { return bucket_.limits(); }

private:
    std::mutex mutex_;
    TokenBucket bucket_;
};

}  // namespace mirrorseed::sync
