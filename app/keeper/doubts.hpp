// How a server tells its keeper of contents whose files are not as they were left.
//
// The server may be of another user and may write to nothing of the store, so it has
// one end of a socket from its birth, and says a digest at a time. What gets lost is
// said again at a later request.
#pragma once

#include "app/keeper/job_queue.hpp"
#include "core/digest.hpp"
#include "core/system/folder.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace mirrorseed::app {

// The keeper's end.
class Doubts {
public:
    Doubts();
    // What the server inherits; how it knows of it is left in the environment.
    int for_server() const noexcept { return servers_.get(); }
    // What was heard is read again, one job at a time.
    void tend(JobQueue& queue);

private:
    std::vector<std::string> heard() const;

    Descriptor ours_, servers_;
    std::optional<std::future<JobAnswer>> reading_;
};

// The server's end. Safe from any thread.
class DoubtTeller {
public:
    // None where no keeper started this process.
    static std::shared_ptr<DoubtTeller> from_environment();
    explicit DoubtTeller(Descriptor socket) : socket_(std::move(socket)) {}
    void tell(const Digest& digest);

private:
    Descriptor socket_;
    std::mutex mutex_;
    std::unordered_map<Digest, std::chrono::steady_clock::time_point> told_;
};

}  // namespace mirrorseed::app
