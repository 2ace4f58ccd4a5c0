#include "httpd/portion_choice.hpp"

#include <utility>

namespace mirrorseed::httpd {
namespace {

// Shorter answers than this on average tell little about long bodies.
constexpr Bytes shortest_mean = 256 << 10;

}  // namespace

void PortionChoice::note(std::chrono::nanoseconds computed, std::uint64_t answers) {
    const bool is_first = computed_ < computed_.zero();
    const auto took = computed - std::exchange(computed_, computed);
    const auto answered = answers - std::exchange(answers_, answers);
    const auto sent = std::exchange(sent_, 0);
    if (is_first || answered > sent / shortest_mean) return;
    if (turn_ == Turn::resting) {
        if (left_to_rest_ > 0)
            --left_to_rest_;
        else
            try_next();
    } else if (!std::exchange(is_settled_, true)) {
        return;
    } else {
        judge(static_cast<double>(took.count()) / static_cast<double>(sent));
    }
}

void PortionChoice::try_next() {
    other_ = (other_ + 1) % sizes.size();
    if (other_ == usual_) other_ = (other_ + 1) % sizes.size();
    wins_ = 0;
    turn_ = Turn::usual;
    is_settled_ = true;
}

void PortionChoice::judge(double cost) {
    is_settled_ = false;
    if (turn_ == Turn::usual) {
        usual_cost_ = cost;
        turn_ = Turn::others;
        return;
    }
    const std::chrono::duration<double, std::nano> held_up(cost * static_cast<double>(sizes[other_]));
    if (cost > worth * usual_cost_ || held_up > longest) return rest();
    turn_ = Turn::usual;
    if (++wins_ < wins_needed) return;
    usual_ = other_;
    rest();
}

// All sizes are tried one after the other at first.
void PortionChoice::rest() {
    turn_ = Turn::resting;
    if (untried_ > 0) --untried_;
    left_to_rest_ = untried_ > 0 ? 1 : windows_between_trials;
}

}  // namespace mirrorseed::httpd
