// Where all that a process writes to one catalogue takes turns, in the order in which it came.
//
// A database lets one connection write at a time, and has the others try again, in no order and not for ever.
// Behind the gate nobody has to try: each connection for writing shares the one gate
// (core/store/catalogue.hpp sees to that), a transaction has its turn from its beginning to its end, and a
// statement outside of any for as long as it runs. So transactions are kept short. A thread that has a turn
// must not wait for another.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace mirrorseed {

class WriteGate {
public:
    class Turn {
    public:
        Turn() = default;
        Turn(Turn&& other) noexcept;
        Turn& operator=(Turn&& other) noexcept;
        ~Turn();

    private:
        friend class WriteGate;
        explicit Turn(WriteGate* gate) : gate_(gate) {}
        WriteGate* gate_ = nullptr;
    };

    // Waits until everybody who asked before has had his turn.
    Turn wait();
    // How many do so now, beside whose turn it is.
    std::size_t waiting();

private:
    void end_turn() noexcept;

    std::mutex mutex_;
    std::condition_variable turn_ended_;
    std::uint64_t next_ = 0, now_ = 0;
};

}  // namespace mirrorseed
