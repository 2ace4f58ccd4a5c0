#include "app/keeper/doubts.hpp"

#include <chrono>

namespace mirrorseed::app {
namespace {

constexpr std::size_t most_at_once = 1000;  // a server says the others again

}  // namespace

void Doubts::note(const Digest& content) {
    if (digests_.size() < most_at_once) digests_.insert(content.hex());
}

void Doubts::tend(JobQueue& queue) {
    if (reading_ && reading_->wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
    reading_.reset();
    if (digests_.empty()) return;
    const auto ticket = queue.add(
        {.command = {"verify"}, .given = {{"CONTENT", {digests_.begin(), digests_.end()}}}, .flags = {}});
    digests_.clear();
    reading_ = ticket->answer.get_future();
}

}  // namespace mirrorseed::app
