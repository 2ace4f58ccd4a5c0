// What one loop's part of the tracker did, counted while other threads read it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace mirrorseed::httpd::tracker {

enum class Done : std::uint8_t {
    announce_by_http,
    announce_by_udp,
    scrape,
    connect,  // a connection id was given out
    // What was refused.
    malformed,
    unknown_hash,
    no_address,  // of whoever asked: a proxy did not tell
    bad_connection_id,
    too_often,
    not_let_in,  // told of others, and not remembered
    not_ready,   // which hashes there are is not known
    not_sent,
    last_ = not_sent
};
constexpr std::size_t kinds_done = static_cast<std::size_t>(Done::last_) + 1;

class Tally {
public:
    // By its loop's thread alone.
    void add(Done done) noexcept {
        auto& count = counts_[static_cast<std::size_t>(done)];
        count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
    std::uint64_t of(Done done) const noexcept {
        return counts_[static_cast<std::size_t>(done)].load(std::memory_order_relaxed);
    }

private:
    std::array<std::atomic<std::uint64_t>, kinds_done> counts_{};
};

}  // namespace mirrorseed::httpd::tracker
