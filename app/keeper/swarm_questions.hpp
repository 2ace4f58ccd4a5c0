// A keeper's questions for the swarms, which are in its server's memory.
//
// A command asks on a thread of its own and waits; the keeper's thread hands the server an empty file of
// memory, and hears from it when the numbers stand there. So an answer of any length comes at once, and takes
// no room from what the server says otherwise.
#pragma once

#include "app/keeper/server_line.hpp"
#include "app/keeper/swarm_numbers.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace mirrorseed::app {

class SwarmQuestions {
public:
    SwarmQuestions();

    // From any thread. Nothing where no server with a tracker answers in time.
    std::optional<Swarms> ask();
    // From now on nobody waits.
    void stop();

    // The keeper's thread waits at this too, and then tends.
    int bell() const noexcept { return bell_.get(); }
    void tend(ServerLine& line);
    void told(const SwarmsTold& word);

private:
    enum class State { waits, handed, answered, unanswered };
    struct Question {
        std::uint64_t number = 0;
        Descriptor sheet{};
        State state = State::waits;
    };

    Descriptor bell_;
    std::mutex mutex_;  // over what follows
    std::condition_variable changed_;
    std::vector<std::shared_ptr<Question>> open_;
    std::uint64_t last_ = 0;
    bool stopping_ = false;
};

}  // namespace mirrorseed::app
