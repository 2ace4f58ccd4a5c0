// May a server still be greeting? Pure: whoever runs rsync tells it the time and the lines of its output.
//
// A server says what it likes before it says yes. rsync reads that for as long as it comes, whatever its own
// --timeout is, and prints none of it. So rsync is asked for the line that it prints when both sides have
// agreed; until then it has the time for silence twice, once to connect and once to be greeted.
#pragma once

#include "core/result.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace mirrorseed::sync {

class RsyncGreeting {
public:
    using Time = std::chrono::steady_clock::time_point;
    // The option that has it print the line; no server is told of it.
    static constexpr auto option = "--debug=PROTO";

    RsyncGreeting(std::chrono::seconds timeout, Time begin) : longest_(2 * timeout), end_(begin + longest_) {}

    // True of the line that is none of what was asked for. Whatever comes first, the greeting is over.
    bool takes(std::string_view line) {
        const bool is_first = !is_over_;
        is_over_ = true;
        return is_first && line.starts_with("(Client) Protocol versions: ");
    }
    Status goes_on(Time now) const {
        if (is_over_ || now <= end_) return {};
        return Error(Fault::busy, "it was greeting for " + std::to_string(longest_.count()) + " s");
    }

private:
    std::chrono::seconds longest_;
    Time end_;
    bool is_over_ = false;
};

}  // namespace mirrorseed::sync
