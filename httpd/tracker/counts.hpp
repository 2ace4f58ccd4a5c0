// How large a swarm is.
#pragma once

#include <cstdint>

namespace mirrorseed::httpd::tracker {

// A client that announces by both versions of IP counts once.
struct SwarmCounts {
    std::uint32_t seeders = 0, leechers = 0;
    std::uint32_t paused = 0;     // of the leechers: they have all that they want (BEP 21)
    std::uint32_t completed = 0;  // downloads that came to their end, since the server started

    std::uint32_t downloaders() const noexcept { return leechers > paused ? leechers - paused : 0; }
    SwarmCounts& operator+=(const SwarmCounts& other) noexcept {
        seeders += other.seeders;
        leechers += other.leechers;
        paused += other.paused;
        completed += other.completed;
        return *this;
    }
    bool operator==(const SwarmCounts&) const = default;
};

}  // namespace mirrorseed::httpd::tracker
