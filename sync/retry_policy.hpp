// How long to wait before something is tried again. Pure: whoever waits brings the dice.
//
// Each failure doubles the wait, up to a bound. A part of each wait is chance, so
// that the many who were turned away at the same moment do not come back at the
// same moment. A server that says when it wants to be asked again (Retry-After) is
// believed up to a bound of its own, for it could also say "in a year".
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace mirrorseed::sync {

struct RetryPolicy {
    using Time = std::chrono::milliseconds;

    unsigned retries = 5;  // beside the first attempt
    Time first{1000};
    Time longest{60'000};
    Time longest_asked{600'000};

    bool allows(unsigned failures) const noexcept { return failures <= retries; }

    // After so many failures in a row, 1 or more. `chance` is in [0, 1): the wait is between a half of the
    // bound that the failures give and all of it. `asked`: what Retry-After said.
    Time wait(unsigned failures, double chance, std::optional<Time> asked = {}) const noexcept {
        constexpr unsigned most_doublings = 20;
        const auto doublings = std::min(std::max(failures, 1u) - 1, most_doublings);
        const auto bound = static_cast<double>(std::min(first * (1 << doublings), longest).count());
        const Time drawn(static_cast<Time::rep>(bound * (0.5 + chance / 2)));
        return asked ? std::max(drawn, std::clamp(*asked, Time(0), longest_asked)) : drawn;
    }
};

}  // namespace mirrorseed::sync
