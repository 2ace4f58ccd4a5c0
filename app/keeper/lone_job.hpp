// A command that does its job itself, as the control socket sees it: it tells how far it is, and does what
// cannot wait for its end.
//
// That is what an operator asks for, and while hooks run anything, for one of them may have asked.
#pragma once

#include "app/keeper/control_service.hpp"
#include "app/keeper/job_queue.hpp"
#include "app/keeper/job_ticket.hpp"
#include "core/log.hpp"
#include "core/store/store.hpp"

#include <optional>
#include <string>

namespace mirrorseed::app {

class LoneJob : public JobTaker {
public:
    // Config and log outlive this, which holds the store's lock meanwhile.
    LoneJob(const Config& config, Store store, const Log& log);

    // Does it, and what others ask for meanwhile. The socket is there as long; without it, on a full disk
    // say, nobody is told.
    JobAnswer run(const Arguments& arguments, Progress& progress);

    std::shared_ptr<JobTicket> add(Arguments arguments) override;
    // One command looks at nothing more.
    bool push(const std::string&) override { return false; }
    LiveState state() const override;

private:
    Error busy() const;

    std::string places_, name_;
    Result<Folder> folder_;
    const Log& log_;
    JobQueue queue_;
};

}  // namespace mirrorseed::app
