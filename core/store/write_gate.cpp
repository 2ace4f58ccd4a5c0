#include "core/store/write_gate.hpp"

#include <utility>

namespace mirrorseed {

WriteGate::Turn::Turn(Turn&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}

WriteGate::Turn& WriteGate::Turn::operator=(Turn&& other) noexcept {
    std::swap(gate_, other.gate_);
    return *this;
}

WriteGate::Turn::~Turn() {
    if (gate_ != nullptr) gate_->end_turn();
}

WriteGate::Turn WriteGate::wait() {
    std::unique_lock lock(mutex_);
    const auto mine = next_++;
    turn_ended_.wait(lock, [&] { return now_ == mine; });
    return Turn(this);
}

std::size_t WriteGate::waiting() {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(next_ - now_) - (next_ == now_ ? 0 : 1);
}

void WriteGate::end_turn() noexcept {
    const std::lock_guard lock(mutex_);
    ++now_;
    turn_ended_.notify_all();
}

}  // namespace mirrorseed
