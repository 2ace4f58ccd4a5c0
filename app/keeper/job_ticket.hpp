// Who takes commands from the control socket, and what he gives for each.
#pragma once

#include "app/command_line/command_arguments.hpp"
#include "app/command_line/job_answer.hpp"
#include "app/keeper/coming_part.hpp"
#include "app/keeper/status.hpp"
#include "app/keeper/swarm_numbers.hpp"
#include "core/progress.hpp"

#include <future>
#include <memory>
#include <string>
#include <utility>

namespace mirrorseed::app {

// A job that waits or runs. Whoever asked for it may watch it and may ask it to stop.
struct JobTicket {
    explicit JobTicket(Arguments asked) : arguments(std::move(asked)) {}
    // It shows its progress there too, and stops with it.
    JobTicket(Arguments asked, Progress& whole) : arguments(std::move(asked)), progress(whole) {}
    Arguments arguments;
    Progress progress;
    std::promise<JobAnswer> answer;
    ComingPart part;
};

// Called from any thread.
class JobTaker {
public:
    virtual ~JobTaker() = default;
    virtual std::shared_ptr<JobTicket> add(Arguments arguments) = 0;
    // Somebody outside says that a tree's upstream has something new. False: nobody looks.
    virtual bool push(const std::string& tree) = 0;
    virtual LiveState state() const = 0;
    // Of the server's tracker, where there is one.
    virtual std::optional<Swarms> swarms() { return std::nullopt; }
};

}  // namespace mirrorseed::app
