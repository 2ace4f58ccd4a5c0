#include "httpd/pace.hpp"

#include <algorithm>

namespace mirrorseed::httpd {
namespace {

constexpr std::int64_t second = 1'000'000'000;
// What may go at once after a pause: an eighth of a second's worth, and a packet or two at least.
constexpr Bytes least_burst = 16 << 10;
// What may be sent beyond that without waiting: heads, and bodies as short as a page.
constexpr Bytes most_unpaid = 64 << 10;

Bytes burst(Rate rate) {
    return std::max(rate.bytes_per_second / 8, least_burst);
}

std::int64_t nanoseconds(Pace::Time time) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

std::int64_t price(Rate rate, Bytes bytes) {
    return static_cast<std::int64_t>(static_cast<double>(bytes) / static_cast<double>(rate.bytes_per_second) *
                                     static_cast<double>(second));
}

}  // namespace

Bytes Pace::credit(Rate rate, Time now) const noexcept {
    const auto debt =
        std::max<std::int64_t>(0, paid_until_.load(std::memory_order_relaxed) - nanoseconds(now));
    const auto owed =
        static_cast<double>(debt) / static_cast<double>(second) * static_cast<double>(rate.bytes_per_second);
    const auto most = burst(rate);
    if (owed >= static_cast<double>(most)) return 0;
    const auto left = most - static_cast<Bytes>(owed);
    return left >= most / 2 ? left : 0;
}

std::chrono::milliseconds Pace::wait(Rate rate, Time now) const noexcept {
    const auto debt = paid_until_.load(std::memory_order_relaxed) - nanoseconds(now);
    const auto left = std::max<std::int64_t>(0, debt - price(rate, burst(rate) / 2));
    return std::chrono::milliseconds(left / 1'000'000 + 1);
}

bool Pace::is_deep_in_debt(Rate rate, Time now) const noexcept {
    const auto debt = paid_until_.load(std::memory_order_relaxed) - nanoseconds(now);
    return debt > price(rate, burst(rate) + most_unpaid);
}

Pace::Time Pace::paid_until() const noexcept {
    const std::chrono::nanoseconds since_start(paid_until_.load(std::memory_order_relaxed));
    return Time(std::chrono::duration_cast<Time::duration>(since_start));
}

void Pace::owe_until(Time time, Time now) noexcept {
    if (time > now) add(nanoseconds(time) - nanoseconds(now), now);
}

void Pace::spend(Rate rate, Bytes bytes, Time now) noexcept {
    add(price(rate, bytes), now);
}

void Pace::add(std::int64_t costs, Time now) noexcept {
    const auto at = nanoseconds(now);
    auto before = paid_until_.load(std::memory_order_relaxed);
    while (
        !paid_until_.compare_exchange_weak(before, std::max(before, at) + costs, std::memory_order_relaxed)) {
    }
}

}  // namespace mirrorseed::httpd
