// A command that does its job itself, as the control socket sees it: it tells how far it is, and takes
// nothing else.
#pragma once

#include "app/keeper/control_service.hpp"
#include "app/keeper/job_ticket.hpp"
#include "core/log.hpp"
#include "core/store/store.hpp"

#include <optional>
#include <string>

namespace mirrorseed::app {

class LoneJob : public JobTaker {
public:
    // While this lives the socket is there; without it, on a full disk say, nobody is told. All of them
    // outlive this, which holds the store's lock meanwhile.
    LoneJob(const Store& store, const Arguments& arguments, const Progress& progress, const Log& log);
    ~LoneJob() override;
    LoneJob(const LoneJob&) = delete;
    LoneJob& operator=(const LoneJob&) = delete;

    std::shared_ptr<JobTicket> add(Arguments arguments) override;
    LiveState state() const override;

private:
    const Store& store_;
    std::string name_;
    const Progress& progress_;
    std::optional<ControlService> service_;
};

}  // namespace mirrorseed::app
