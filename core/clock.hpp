// Time, as tests can wind it by hand.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace mirrorseed {

// Seconds since 1970.
using UnixTime = std::int64_t;

// What is asked for the time; system_clock() outside of tests.
using Clock = std::function<UnixTime()>;
Clock system_clock();

// A file's modification time, in nanoseconds since 1970 as the kernel counts them.
struct FileTime {
    std::int64_t nanoseconds = 0;

    static constexpr FileTime from_seconds(UnixTime seconds) { return from(seconds, 0); }
    // What does not fit into 64 bits of nanoseconds, about the years 1684 and 2255, becomes the nearest that
    // does.
    static constexpr FileTime from(std::int64_t seconds, long nanos) {
        if (seconds > furthest) return {furthest * 1'000'000'000};
        if (seconds < -furthest) return {-furthest * 1'000'000'000};
        return {seconds * 1'000'000'000 + nanos};
    }
    static constexpr std::int64_t furthest = 9'000'000'000;
    // Rounded towards the past, also before 1970.
    constexpr UnixTime seconds() const {
        return nanoseconds / 1'000'000'000 - (nanoseconds % 1'000'000'000 < 0 ? 1 : 0);
    }
    constexpr long subsecond() const { return static_cast<long>(nanoseconds - seconds() * 1'000'000'000); }
    auto operator<=>(const FileTime&) const = default;
};

// "2026-11-21T09:30:00Z"
std::string format_iso_time(UnixTime time);

}  // namespace mirrorseed
