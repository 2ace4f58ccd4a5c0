#include "app/keeper/wanted_files.hpp"

#include "app/keeper/bring_job.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>

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
    // Whoever asks for what comes is another server than was told.
    for (auto& one : bringing_)
        if (one.wanted == wanted) one.is_part_told = false;
}

// One that was brought and is wanted again may be lost since.
bool WantedFiles::knows(const FileWanted& wanted) const {
    return std::find(waiting_.begin(), waiting_.end(), wanted) != waiting_.end() ||
           std::any_of(bringing_.begin(), bringing_.end(),
                       [&](const auto& one) { return one.wanted == wanted && !is_done(one.answer); });
}

void WantedFiles::tell_part(Bringing& one, ServerLine& line) {
    if (auto part = one.ticket->part.take()) {
        one.part = std::move(part);
        one.is_part_told = false;
    }
    if (one.part && !one.is_part_told) one.is_part_told = line.tell_comes({one.wanted.file}, *one.part);
}

void WantedFiles::give_up(ServerLine& line) {
    for (const auto& one : bringing_)
        (void)line.tell_end(FileLost{one.wanted.file, false});
}

bool WantedFiles::is_shown() const {
    return std::any_of(bringing_.begin(), bringing_.end(),
                       [](const auto& one) { return one.part.has_value(); });
}

// Whoever read other bytes along than came in the end is told that those are lost.
void WantedFiles::note_end(Bringing& one) {
    const auto end = end_of_bringing(one.answer.get());
    const bool is_read_along = end.is_what_was_shown && one.is_part_told;
    if (end.outcome == Brought::here && is_read_along)
        ends_.emplace_back(FileCame{one.wanted.file});
    else if (end.outcome != Brought::here || one.part)
        ends_.emplace_back(FileLost{one.wanted.file, end.outcome == Brought::gone});
    wants_gc_ = wants_gc_ || end.wants_gc;
}

void WantedFiles::tend(JobQueue& queue, ServerLine& line) {
    for (auto at = bringing_.begin(); at != bringing_.end();) {
        // First, so that no part that began is missed.
        const bool is_over = is_done(at->answer);
        tell_part(*at, line);
        if (is_over) note_end(*at);
        at = is_over ? bringing_.erase(at) : std::next(at);
    }
    // What is not heard now is said again; a server that hears nothing is started anew and knows of no part.
    while (!ends_.empty() && (line.tell_end(ends_.front()) || ends_.size() > most_waiting))
        ends_.pop_front();
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
