// Files that readers wait for and no tree holds, to be brought: each once, and few at the same time.
#pragma once

#include "app/keeper/job_queue.hpp"
#include "app/keeper/server_line.hpp"
#include "app/keeper/server_words.hpp"

#include <chrono>
#include <deque>
#include <future>
#include <list>
#include <memory>
#include <optional>

namespace mirrorseed::app {

class WantedFiles {
public:
    void note(const FileWanted& wanted);
    // Begins what there is room for, and tells the server what could not be had.
    void tend(JobQueue& queue, ServerLine& line);
    // Nothing comes any more.
    void give_up(ServerLine& line);
    // Readers have all but the end of something, and wait for that.
    bool is_shown() const;

private:
    struct Bringing {
        FileWanted wanted;
        std::shared_ptr<JobTicket> ticket;
        std::future<JobAnswer> answer;
        std::optional<Descriptor> part{};  // where it can be read along
        bool is_part_told = false;
    };
    static void tell_part(Bringing& one, ServerLine& line);
    void note_end(Bringing& one);
    bool knows(const FileWanted& wanted) const;

    std::deque<FileWanted> waiting_;
    std::list<Bringing> bringing_;
    std::deque<KeeperWord> ends_;  // that are still to be told
    bool wants_gc_ = false;
    std::chrono::steady_clock::time_point collected_{};
};

}  // namespace mirrorseed::app
