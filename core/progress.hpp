// How far a job has come, and whether somebody wants it to stop.
//
// The job writes, any thread reads. Stopping is cooperative: the job asks
// between pieces of work and leaves everything in a state from which the next
// run goes on.
#pragma once

#include "core/result.hpp"
#include "core/units.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace mirrorseed {

class Progress {
public:
    struct View {
        std::string phase;    // "list", "fetch", "publish", ...
        std::string current;  // the file in hand
        std::uint64_t files_done = 0, files_total = 0;
        Bytes bytes_done = 0, bytes_total = 0;
    };

    Progress() = default;
    // A part of `whole`, which outlives it: stopped with the whole, or alone. As long as a whole has parts
    // its view and its subject are theirs.
    explicit Progress(Progress& whole);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void start(const std::string& phase, std::uint64_t files_total = 0, Bytes bytes_total = 0);
    void at(std::string_view current);
    // What the work is about, a tree's name say.
    void about(std::string_view subject);
    std::string subject() const;
    // What a stop will have meant, for those who are told of it.
    void when_stopped(std::string_view consequence);
    void file_done() noexcept { files_done_.fetch_add(1, std::memory_order_relaxed); }
    void bytes_done(Bytes bytes) noexcept { bytes_done_.fetch_add(bytes, std::memory_order_relaxed); }
    View view() const;
    // Of each part, or of the whole where it has none, beside what it is about.
    std::vector<std::pair<std::string, View>> views() const;

    void request_stop() noexcept { stop_.request_stop(); }
    bool stop_requested() const noexcept { return stop_.stop_requested(); }
    // For what waits and cannot ask between pieces of work.
    std::stop_token stop_token() const noexcept { return stop_.get_token(); }
    // An error when somebody asked to stop.
    Status go_on() const;
    // Waits, unless somebody asks to stop.
    Status rest(std::chrono::milliseconds time) const;

private:
    mutable std::mutex names_;
    std::string subject_, phase_, current_;
    std::string when_stopped_ = "what was fetched is kept, and the next run goes on from there";
    std::atomic<std::uint64_t> files_done_{0}, files_total_{0};
    std::atomic<Bytes> bytes_done_{0}, bytes_total_{0};
    std::stop_source stop_;
    Progress* whole_ = nullptr;
    std::vector<const Progress*> parts_;  // in the order in which they began
    std::optional<std::stop_callback<std::function<void()>>> with_whole_;
};

}  // namespace mirrorseed
