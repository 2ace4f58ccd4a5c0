// Deadlines for very many connections at next to no cost each.
//
// Time goes in ticks of 16 ms, and a deadline is kept in one of 512 slots that a
// bitmap remembers, so setting, moving and dropping one is a few pointers. What
// lies further ahead than the wheel reaches comes round and is put back. A timer
// fires at or after its deadline, never before. For one thread.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace mirrorseed::httpd {

class TimerWheel {
public:
    using Time = std::chrono::steady_clock::time_point;

    // Whoever waits inherits from this. Ends its waiting when it is destroyed.
    class Timer {
    public:
        Timer() = default;
        Timer(const Timer&) = delete;
        Timer& operator=(const Timer&) = delete;
        bool is_set() const noexcept { return next_ != nullptr; }
        void cancel() noexcept;

    protected:
        virtual ~Timer() { cancel(); }
        virtual void on_time() = 0;

    private:
        friend class TimerWheel;
        Timer* next_ = nullptr;
        Timer* before_ = nullptr;
        std::uint64_t tick_ = 0;
    };

    explicit TimerWheel(Time now);
    ~TimerWheel();
    TimerWheel(const TimerWheel&) = delete;
    TimerWheel& operator=(const TimerWheel&) = delete;

    // In place of the deadline that the timer may have had.
    void set(Timer& timer, Time deadline);
    // Fires what is due. A timer that fires may set itself again, or destroy others.
    void advance(Time now);
    // When to look again; nothing when nobody waits.
    std::optional<Time> next() const;

private:
    static constexpr std::size_t slots = 512;
    struct Head final : Timer {
        void on_time() override {}
    };
    std::uint64_t tick_of(Time time) const;
    void put(Timer& timer, std::uint64_t tick);
    void fire(std::size_t slot, std::uint64_t now_tick);

    Time began_;
    std::uint64_t done_ = 0;  // the last tick whose slot was looked at
    std::array<Head, slots> heads_;
    std::array<std::uint64_t, slots / 64> filled_{};  // may name a slot that has emptied since
};

}  // namespace mirrorseed::httpd
