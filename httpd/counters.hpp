// What one event loop counts, while other threads read it.
#pragma once

#include "httpd/tracker/tally.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace mirrorseed::httpd {

struct Counters {
    std::atomic<std::uint64_t> accepted = 0, open = 0, bytes_sent = 0, broken_off = 0, kept_waiting = 0;
    std::array<std::atomic<std::uint64_t>, 6> answers{};  // by the first digit of their status
    std::atomic<std::uint64_t> cache_hits = 0, cache_misses = 0, look_ups = 0;
    tracker::Tally tracker;
    // When the loop was last seen to go round; seconds of the steady clock.
    std::atomic<std::int64_t> beat = 0;

    std::uint64_t all_answers() const noexcept {
        std::uint64_t all = 0;
        for (const auto& some : answers)
            all += some.load(std::memory_order_relaxed);
        return all;
    }
    static void add(std::atomic<std::uint64_t>& counter, std::uint64_t more) {
        counter.store(counter.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
    }
};

}  // namespace mirrorseed::httpd
