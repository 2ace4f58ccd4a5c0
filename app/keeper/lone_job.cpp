#include "app/keeper/lone_job.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace mirrorseed::app {
namespace {

bool cannot_wait(const std::string& command) {
    constexpr std::array<std::string_view, 3> operators_jobs{"rollback", "approve", "withdraw"};
    return std::find(operators_jobs.begin(), operators_jobs.end(), command) != operators_jobs.end();
}

}  // namespace

LoneJob::LoneJob(const Config& config, Store store, const Log& log)
    : places_(store.places().store),
      folder_(store.folder().again()),
      log_(log),
      queue_(config, std::move(store), log, JobQueue::Owner::command) {}

JobAnswer LoneJob::run(const Arguments& arguments, Progress& progress) {
    name_ = arguments.name();
    auto listener = folder_ ? ControlListener::listen(*folder_) : Result<ControlListener>(folder_.error());
    std::optional<ControlService> service;
    if (listener) service.emplace(std::move(*listener), *this, log_);
    auto made = queue_.do_here(arguments, progress);
    // Who was let in is served to the end.
    queue_.finish();
    service.reset();
    if (listener) (void)folder_->remove_file(RelPath::parse("control.sock").value()).has_value();
    return made;
}

std::shared_ptr<JobTicket> LoneJob::add(Arguments arguments) {
    if (cannot_wait(arguments.name()) || queue_.is_telling()) return queue_.add(std::move(arguments));
    auto ticket = std::make_shared<JobTicket>(std::move(arguments));
    ticket->answer.set_value(JobAnswer::failure(busy()));
    return ticket;
}

Error LoneJob::busy() const {
    return {Fault::busy, fmt::format("the store {} is in use by process {} (mirrorseed {}); "
                                     "wait for it or stop it",
                                     places_, ::getpid(), name_)};
}

LiveState LoneJob::state() const {
    auto state = queue_.state();
    state.started = 0;
    return state;
}

}  // namespace mirrorseed::app
