#include "httpd/timer_wheel.hpp"

#include <algorithm>
#include <bit>

namespace mirrorseed::httpd {
namespace {

constexpr std::chrono::milliseconds tick_length(16);

}  // namespace

void TimerWheel::Timer::cancel() noexcept {
    if (next_ == nullptr) return;
    before_->next_ = next_;
    next_->before_ = before_;
    next_ = before_ = nullptr;
}

TimerWheel::TimerWheel(Time now) : began_(now) {
    for (auto& head : heads_)
        head.next_ = head.before_ = &head;
}

TimerWheel::~TimerWheel() {
    for (auto& head : heads_) {
        while (head.next_ != &head)
            head.next_->cancel();
        head.next_ = head.before_ = nullptr;
    }
}

// Rounded up, so that nothing fires early.
std::uint64_t TimerWheel::tick_of(Time time) const {
    if (time <= began_) return 0;
    const auto ticks = (time - began_ + tick_length - Time::duration(1)) / tick_length;
    return static_cast<std::uint64_t>(ticks);
}

void TimerWheel::put(Timer& timer, std::uint64_t tick) {
    timer.tick_ = std::max(tick, done_ + 1);
    const auto slot = std::min(timer.tick_, done_ + slots - 1) % slots;
    auto& head = heads_[slot];
    timer.before_ = head.before_;
    timer.next_ = &head;
    head.before_->next_ = &timer;
    head.before_ = &timer;
    filled_[slot / 64] |= std::uint64_t{1} << (slot % 64);
}

void TimerWheel::set(Timer& timer, Time deadline) {
    timer.cancel();
    put(timer, tick_of(deadline));
}

void TimerWheel::fire(std::size_t slot, std::uint64_t now_tick) {
    auto& head = heads_[slot];
    filled_[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
    // Those that are put back go to other slots, so this comes to an end.
    Head due;
    due.next_ = due.before_ = &due;
    if (head.next_ != &head) {
        due.next_ = head.next_;
        due.before_ = head.before_;
        due.next_->before_ = due.before_->next_ = &due;
        head.next_ = head.before_ = &head;
    }
    while (due.next_ != &due) {
        auto& timer = *due.next_;
        timer.cancel();
        if (timer.tick_ <= now_tick)
            timer.on_time();
        else
            put(timer, timer.tick_);
    }
    due.next_ = due.before_ = nullptr;
}

void TimerWheel::advance(Time now) {
    const auto ticks = now <= began_ ? 0 : static_cast<std::uint64_t>((now - began_) / tick_length);
    // After a long sleep one round sees every slot.
    if (ticks > done_ + slots) done_ = ticks - slots;
    while (done_ < ticks) {
        ++done_;
        const auto slot = done_ % slots;
        if ((filled_[slot / 64] >> (slot % 64) & 1) != 0) fire(slot, ticks);
    }
}

std::optional<TimerWheel::Time> TimerWheel::next() const {
    for (std::uint64_t tick = done_ + 1; tick <= done_ + slots;) {
        const auto slot = tick % slots;
        const auto word = filled_[slot / 64] >> (slot % 64);
        if (word != 0)
            return began_ + static_cast<std::int64_t>(tick + static_cast<unsigned>(std::countr_zero(word))) *
                                tick_length;
        tick += 64 - slot % 64;
    }
    return std::nullopt;
}

}  // namespace mirrorseed::httpd
