#include "app/keeper/lone_job.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace mirrorseed::app {

LoneJob::LoneJob(const Store& store, const Arguments& arguments, const Progress& progress, const Log& log)
    : store_(store), name_(arguments.name()), progress_(progress) {
    auto listener = ControlListener::listen(store.folder());
    if (listener) service_.emplace(std::move(*listener), *this, log);
}

LoneJob::~LoneJob() {
    if (!service_) return;
    service_.reset();
    (void)store_.folder().remove_file(RelPath::parse("control.sock").value()).has_value();
}

std::shared_ptr<JobTicket> LoneJob::add(Arguments arguments) {
    auto ticket = std::make_shared<JobTicket>();
    ticket->arguments = std::move(arguments);
    ticket->answer.set_value(JobAnswer::failure(
        Error(Fault::busy, fmt::format("the store {} is in use by process {} (mirrorseed {}); "
                                       "wait for it or stop it",
                                       store_.places().store, ::getpid(), name_))));
    return ticket;
}

LiveState LoneJob::state() const {
    return {.job = name_, .tree = progress_.subject(), .progress = progress_.view()};
}

}  // namespace mirrorseed::app
