// Where the jobs of one process wait for each other: for their turn at a store, and in telling of a tree.
//
// Each job is a thread with a connection to the catalogue of its own. Who may run beside whom is decided by
// app/keeper/turn_rules.hpp.
#pragma once

#include "app/keeper/turn_rules.hpp"
#include "core/progress.hpp"

#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <string>

namespace mirrorseed::app {

class Turns {
    struct Running {
        TurnWish wish;
        Progress* progress;
        Yield yield = Yield::no;
    };

public:
    explicit Turns(unsigned most_syncs) : most_syncs_(most_syncs) {}

    // Ends when it goes.
    class Turn {
    public:
        Turn(Turn&& other) noexcept;
        ~Turn();
        // Was the job asked to make room, by way of its progress?
        Yield yield() const;

    private:
        friend class Turns;
        Turn(Turns* turns, std::list<Running>::iterator at) : turns_(turns), at_(at) {}
        Turns* turns_;
        std::list<Running>::iterator at_;
    };

    std::uint64_t number_job();
    // Waits for it. Fails when the job was stopped meanwhile, or overruled by one that was asked for later.
    Result<Turn> take(const TurnWish& wish, Progress& progress);

    // Whoever tells of a tree does so for all who published it meanwhile: it is no use that they wait, for it
    // may be its hook that called them. False: somebody is at it, and looks again before he ends.
    bool begin_telling(const std::string& tree);
    bool end_telling(const std::string& tree);
    bool is_telling() const;

    void allow_syncs(unsigned most_syncs);

private:
    // A tree's telling; true: somebody came by meanwhile.
    using Tellers = std::map<std::string, bool>;

    void ask_to_yield();
    bool may_begin_now(const TurnWish& wish) const;
    bool is_overruled(const TurnWish& wish) const;
    void end(std::list<Running>::iterator at);

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    unsigned most_syncs_;
    std::uint64_t jobs_ = 0;
    std::list<Running> running_;
    std::list<TurnWish> waiting_;
    std::map<std::string, std::uint64_t> last_word_;  // the newest operator's job on a tree
    Tellers tellers_;
};

}  // namespace mirrorseed::app
