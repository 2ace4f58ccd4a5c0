#include "app/keeper/job_queue.hpp"

#include "app/keeper/job.hpp"
#include "core/text.hpp"

#include <utility>

namespace mirrorseed::app {

JobQueue::JobQueue(const Config& config, Store store, const Log& log)
    : config_(config), store_(std::move(store)), log_(log), started_(system_clock()()) {
    thread_ = std::thread([this] { work(); });
}

JobQueue::~JobQueue() {
    stop();
    thread_.join();
}

void JobQueue::stop() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (running_) running_->progress.request_stop();
    wake_.notify_all();
}

std::shared_ptr<JobTicket> JobQueue::add(Arguments arguments) {
    auto ticket = std::make_shared<JobTicket>();
    ticket->arguments = std::move(arguments);
    const std::lock_guard lock(mutex_);
    if (stopping_)
        ticket->answer.set_value(
            JobAnswer::failure(Error(Fault::refused, "the running mirrorseed is stopping")));
    else
        waiting_.push_back(ticket);
    wake_.notify_all();
    return ticket;
}

LiveState JobQueue::state() const {
    const std::lock_guard lock(mutex_);
    LiveState state{.started = started_, .progress = {}};
    if (!running_) return state;
    state.job = running_->arguments.name();
    state.progress = running_->progress.view();
    state.tree = running_->progress.subject();
    return state;
}

void JobQueue::use(Config config) {
    const std::lock_guard lock(mutex_);
    config_ = std::move(config);
}

void JobQueue::work() {
    for (;;) {
        Config config;
        {
            std::unique_lock lock(mutex_);
            running_.reset();
            wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
            if (stopping_) break;
            running_ = std::move(waiting_.front());
            waiting_.pop_front();
            config = config_;
        }
        const auto name = running_->arguments.name();
        log_.info("{} begins", name);
        // Whoever asked for it may have gone while it waited.
        const auto wanted = running_->progress.go_on();
        finish(*running_, wanted ? run(config, *running_) : JobAnswer::failure(wanted.error()));
    }
    for (const auto& ticket : std::exchange(waiting_, {}))
        ticket->answer.set_value(
            JobAnswer::failure(Error(Fault::refused, "the running mirrorseed is stopping")));
}

JobAnswer JobQueue::run(const Config& config, JobTicket& ticket) const {
    try {
        auto store = store_.again();
        return run_job(config, store, ticket.arguments, log_, system_clock(), ticket.progress);
    } catch (const CatalogueTrouble& trouble) {
        return JobAnswer::failure(trouble.error());
    }
}

void JobQueue::finish(JobTicket& ticket, JobAnswer answer) const {
    for (const auto& note : answer.notes)
        log_.warning("{}", outside(note));
    log_.info("{} ends with status {}", ticket.arguments.name(), static_cast<int>(answer.exit));
    ticket.answer.set_value(std::move(answer));
}

}  // namespace mirrorseed::app
