// How much of a long body one call hands to the kernel.
//
// That is worth a factor of two or more, and which amount is best depends on the
// processor, the kernel and how it paces connections, so it is found out by trial: for a
// while portions of another size leave, by turns with the usual ones, and if each time
// they took the thread less computing for a byte they are the usual ones from then on.
// Decides only; the loop measures.
#pragma once

#include "core/units.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace mirrorseed::httpd {

class PortionChoice {
public:
    // The first is the largest segment that the kernel makes, 64 KiB with its heads, in whole pages. Of the
    // others each falls a little short of so many segments too, since a call ends with a segment of its own,
    // however short.
    static constexpr std::array<Bytes, 5> sizes{60 << 10, 124 << 10, 252 << 10, 508 << 10, 1020 << 10};
    // What has to leave before the computing for it is looked at.
    static constexpr Bytes window = Bytes{16} << 20;
    static constexpr unsigned windows_between_trials = 512;
    static constexpr unsigned wins_needed = 5;
    // By so much, or it is not worth it.
    static constexpr double worth = 0.95;
    // A portion holds up everybody else in the loop.
    static constexpr std::chrono::microseconds longest{250};

    Bytes portion() const noexcept { return sizes[turn_ == Turn::others ? other_ : usual_]; }

    // Bytes of bodies that left.
    void count(Bytes sent) noexcept { sent_ += sent; }
    bool is_due() const noexcept { return sent_ >= window; }
    // When it is due: what the thread has computed since it began, and how much it has answered.
    void note(std::chrono::nanoseconds computed, std::uint64_t answers);

private:
    // Behind each change is a window whose first bytes met what had been sent in the other way.
    enum class Turn { resting, usual, others };
    void judge(double cost);
    void try_next();
    void rest();

    Bytes sent_ = 0;
    std::chrono::nanoseconds computed_{-1};
    std::uint64_t answers_ = 0;
    std::size_t usual_ = 0, other_ = 0;
    Turn turn_ = Turn::resting;
    bool is_settled_ = false;
    unsigned left_to_rest_ = 0, wins_ = 0, untried_ = sizes.size() - 1;
    double usual_cost_ = 0;
};

}  // namespace mirrorseed::httpd
