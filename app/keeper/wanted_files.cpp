#include "app/keeper/wanted_files.hpp"

#include "app/keeper/bring_job.hpp"

#include <algorithm>
#include <chrono>

namespace mirrorseed::app {
namespace {

constexpr std::size_t most_waiting = 1000;  // a server says the others again
constexpr std::size_t most_at_once = 8;
constexpr std::chrono::seconds between_gcs{30};  // each stops the syncs for a moment

bool is_done(const std::future<JobAnswer>& answer) {
    return answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

}  // namespace

void WantedFiles::note(const FileWanted& wanted) {
    if (waiting_.size() < most_waiting && !knows(wanted)) waiting_.push_back(wanted);
}

// One that was brought and is wanted again may be lost since.
bool WantedFiles::knows(const FileWanted& wanted) const {
    return std::find(waiting_.begin(), waiting_.end(), wanted) != waiting_.end() ||
           std::any_of(bringing_.begin(), bringing_.end(),
                       [&](const auto& one) { return one.wanted == wanted && !is_done(one.answer); });
}

void WantedFiles::tend(JobQueue& queue, ServerLine& line) {
    for (auto at = bringing_.begin(); at != bringing_.end();) {
        if (!is_done(at->answer)) {
            ++at;
            continue;
        }
        const auto outcome = outcome_of_bringing(at->answer.get());
        if (outcome != Brought::here && outcome != Brought::wants_gc)
            line.tell_lost({at->wanted.tree, at->wanted.path, outcome == Brought::gone});
        wants_gc_ = wants_gc_ || outcome == Brought::wants_gc || outcome == Brought::full;
        at = bringing_.erase(at);
    }
    const auto now = std::chrono::steady_clock::now();
    if (wants_gc_ && !queue.has("gc", "") && now - collected_ > between_gcs) {
        queue.add({.command = {"gc"}, .given = {}, .flags = {}});
        wants_gc_ = false;
        collected_ = now;
    }
    // Those that come now would go before it.
    if (queue.has("gc", "")) return;
    while (!waiting_.empty() && bringing_.size() < most_at_once) {
        auto wanted = std::move(waiting_.front());
        waiting_.pop_front();
        auto ticket = queue.add(bring(wanted));
        auto answer = ticket->answer.get_future();
        bringing_.push_back({std::move(wanted), std::move(ticket), std::move(answer)});
    }
}

}  // namespace mirrorseed::app
