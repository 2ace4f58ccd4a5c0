// Contents whose files a server found changed, to be read again.
#pragma once

#include "app/keeper/job_queue.hpp"
#include "app/keeper/server_words.hpp"

#include <future>
#include <optional>
#include <set>
#include <string>

namespace mirrorseed::app {

class Doubts {
public:
    void note(const Digest& content);
    // One job at a time.
    void tend(JobQueue& queue);

private:
    std::set<std::string> digests_;
    std::optional<std::future<JobAnswer>> reading_;
};

}  // namespace mirrorseed::app
