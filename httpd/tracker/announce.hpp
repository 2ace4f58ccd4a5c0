// What a client tells a tracker, whichever way it came.
#pragma once

#include "core/http/reach.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace mirrorseed::httpd::tracker {

// The SHA-1 of a torrent of v1, or the first bytes of the SHA-256 of one of v2.
using InfoHash = std::array<std::uint8_t, 20>;
using PeerId = std::array<std::uint8_t, 20>;
using Time = std::chrono::steady_clock::time_point;

// IPv4 as ::ffff:a.b.c.d
struct Address {
    std::array<std::uint8_t, 16> bytes{};

    bool is_v4() const noexcept {
        constexpr std::array<std::uint8_t, 12> prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
        return std::memcmp(bytes.data(), prefix.data(), prefix.size()) == 0;
    }
    bool operator==(const Address&) const = default;
};

// Who asks: where a request really came from.
struct Asker {
    Address address;
    Reach reach = Reach::internet;
};

// Nothing for an address that no peer has, such as a multicast one.
std::optional<Asker> asker_at(const Address& address);

// A peer far inside is of use, and known, to its neighbours alone.
constexpr bool may_be_told(Reach peer, Reach asker) noexcept {
    return peer == Reach::internet || peer == asker;
}

enum class Event : std::uint8_t { none, completed, started, stopped, paused };  // as BEP 15 numbers them

constexpr unsigned usual_wanted = 50, most_wanted = 100;

struct Announce {
    InfoHash info_hash{};
    PeerId peer_id{};
    std::uint32_t key = 0;  // that it says by each of its addresses; 0: none
    std::uint16_t port = 0;
    bool seeds = false;
    Event event = Event::none;
    unsigned wanted = usual_wanted;
};

// In seconds. Spread, so that those who came together do not come back together.
struct Intervals {
    static constexpr unsigned shortest = 27 * 60, spread = 6 * 60, least = 5 * 60;
    static constexpr unsigned next(std::uint64_t random) noexcept {
        return shortest + static_cast<unsigned>(random % spread);
    }
};
// Those who did not come back are forgotten.
constexpr std::chrono::minutes patience(45);

}  // namespace mirrorseed::httpd::tracker
