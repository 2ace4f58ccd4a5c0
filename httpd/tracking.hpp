// The tracker of a store: which hashes are tracked is what the catalogue lists at this moment.
//
// A release that is published or withdrawn counts for the first announce after the commit: whoever answers
// one asks is_level() first, which costs no system call, and has a helper catch_up() where it is not. Safe
// from any thread.
#pragma once

#include "httpd/published_watch.hpp"
#include "httpd/tracker/tracker.hpp"

#include "core/store/catalogue_releases.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>

namespace mirrorseed::httpd {

// Of a hybrid's two swarms together.
tracker::SwarmCounts counts_of(const Release& release,
                               const std::function<tracker::SwarmCounts(const tracker::InfoHash&)>& of_hash);

class Tracking {
public:
    explicit Tracking(std::string catalogue_file);

    // The hashes are those of the catalogue as it is.
    bool is_level() const noexcept;
    // Reads the catalogue where something changed; throws nothing. Where it cannot be read, what was known
    // stays.
    void catch_up() noexcept;

    tracker::Tracker& tracker() noexcept { return tracker_; }
    tracker::SwarmCounts counts(const Release& release) const;
    // Forgets those who did not come back, a part each time; does something once a second, whoever asks.
    void sweep(tracker::Time now);

private:
    std::string file_;
    PublishedWatch watch_;
    tracker::Tracker tracker_;
    std::atomic<std::uint64_t> epoch_ = 0;  // that the hashes are of
    std::atomic<std::int64_t> swept_ = 0;   // in this second
    std::mutex mutex_;
    std::chrono::steady_clock::time_point failed_{};  // under the mutex
};

}  // namespace mirrorseed::httpd
