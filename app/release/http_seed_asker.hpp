// Puts a seed checker's questions to real servers, and makes facts of what they answer.
#pragma once

#include "core/http/http_client.hpp"
#include "core/progress.hpp"
#include "torrentgen/seed_checker.hpp"

namespace mirrorseed::app {

class HttpSeedAsker final : public torrentgen::SeedAsker {
public:
    // A request takes no longer than `at_most`. Tells the progress of the bytes that come, and ends when it
    // is asked to stop; the progress outlives the asker.
    HttpSeedAsker(BlockingHttpClient client, std::chrono::seconds at_most, Progress& progress);
    ~HttpSeedAsker() override;

    torrentgen::SeedAnswer ask(const torrentgen::SeedQuestion& question,
                               std::chrono::steady_clock::duration at_most) override;

private:
    BlockingHttpClient client_;
    std::chrono::seconds at_most_;
    Progress& progress_;
};

}  // namespace mirrorseed::app
