#include "app/keeper/job_queue.hpp"

#include "app/keeper/job.hpp"
#include "app/keeper/upkeep_jobs.hpp"
#include "core/system/gentle_thread.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mirrorseed::app {
namespace {

bool has_begun(const Progress& progress) {
    return !progress.view().phase.empty() || !progress.subject().empty();
}

}  // namespace

JobQueue::JobQueue(const Config& config, Store store, const Log& log, Owner owner)
    : config_(config),
      store_(std::move(store)),
      log_(log),
      owner_(owner),
      started_(system_clock()()),
      turns_(config.sync.max_syncs) {}

JobQueue::~JobQueue() {
    stop();
    finish();
}

void JobQueue::stop() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (auto& job : jobs_)
        job.ticket->progress.request_stop();
}

void JobQueue::finish() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    // Nobody adds to it any more.
    for (auto& job : jobs_)
        if (job.thread.joinable()) job.thread.join();
}

std::shared_ptr<JobTicket> JobQueue::add(Arguments arguments) {
    auto ticket = std::make_shared<JobTicket>(std::move(arguments));
    const std::lock_guard lock(mutex_);
    if (stopping_) {
        ticket->answer.set_value(
            JobAnswer::failure(Error(Fault::refused, "the running mirrorseed is stopping")));
        return ticket;
    }
    reap();
    auto& job = enter(ticket);
    job.thread = std::thread([this, &job, config = config_] {
        if (is_background(job.ticket->arguments.name())) go_gently(config.sync.nice);
        job.ticket->answer.set_value(run(job, config));
        job.over = true;
        ++changes_;
    });
    ++changes_;
    return ticket;
}

bool JobQueue::push(const std::string& tree) {
    Arguments look{.command = {"sync"}, .given = {{"TREE", {tree}}}, .flags = {pushed}};
    {
        const std::lock_guard lock(mutex_);
        if (find_tree(config_, tree) == nullptr) return false;
        for (const auto& job : jobs_) {
            const auto& asked = job.ticket->arguments;
            const bool waits = !job.over && !has_begun(job.ticket->progress);
            if (waits && asked.has(pushed) && asked.value("TREE") == tree) return true;
        }
    }
    add(std::move(look));
    return true;
}

bool JobQueue::has(std::string_view command, std::string_view tree) const {
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(jobs_, [&](const Job& job) {
        const auto& asked = job.ticket->arguments;
        if (job.over || asked.name() != command) return false;
        const auto& trees = asked.values("TREE");
        return tree.empty() || trees.empty() || std::ranges::find(trees, tree) != trees.end();
    });
}

void JobQueue::note_next(std::map<std::string, UnixTime> syncs) {
    const std::lock_guard lock(mutex_);
    next_ = std::move(syncs);
}

JobAnswer JobQueue::do_here(const Arguments& arguments, Progress& progress) {
    std::unique_lock lock(mutex_);
    auto& job = enter(std::make_shared<JobTicket>(arguments, progress));
    lock.unlock();
    if (is_background(arguments.name())) go_gently(config_.sync.nice);
    auto answer = run(store_, job, config_);
    job.over = true;
    return answer;
}

JobQueue::Job& JobQueue::enter(const std::shared_ptr<JobTicket>& ticket) {
    auto& job = jobs_.emplace_back();
    job.ticket = ticket;
    job.number = turns_.number_job();
    return job;
}

void JobQueue::reap() {
    std::erase_if(jobs_, [](Job& job) {
        if (!job.over) return false;
        if (job.thread.joinable()) job.thread.join();
        return true;
    });
}

LiveState JobQueue::state() const {
    const std::lock_guard lock(mutex_);
    LiveState first{.started = started_, .progress = {}, .server = server_, .next = next_};
    for (const auto& job : jobs_) {
        const auto& progress = job.ticket->progress;
        if (job.over) continue;
        if (!has_begun(progress)) {
            ++first.waiting;
            continue;
        }
        for (auto& [tree, view] : progress.views()) {
            auto& state = first.job.empty() ? first : first.beside.emplace_back();
            state.job = job.ticket->arguments.name();
            state.tree = tree;
            state.progress = view;
        }
    }
    return first;
}

void JobQueue::note_server(const std::optional<ServerCounts>& counts) {
    const std::lock_guard lock(mutex_);
    server_ = counts;
}

void JobQueue::use(Config config) {
    const std::lock_guard lock(mutex_);
    config_ = std::move(config);
    ++changes_;
    turns_.allow_syncs(config_.sync.max_syncs);
}

JobAnswer JobQueue::run(Job& job, const Config& config) {
    const auto name = job.ticket->arguments.name();
    if (owner_ == Owner::keeper && !is_in_passing(name)) log_.info("{} begins", name);
    try {
        auto store = store_.again();
        auto answer = run(store, job, config);
        if (has_mended(answer)) ++mendings_;
        tell_log(name, answer);
        return answer;
    } catch (const CatalogueTrouble& trouble) {
        auto answer = JobAnswer::failure(trouble.error());
        tell_log(name, answer);
        return answer;
    }
}

JobAnswer JobQueue::run(Store& store, Job& job, const Config& config) {
    auto& ticket = *job.ticket;
    return run_job({config, store, ticket.arguments, log_, system_clock(), ticket.progress, turns_,
                    job.number, places_, metalinks_, owner_ == Owner::keeper, &ticket.part});
}

void JobQueue::tell_log(const std::string& name, const JobAnswer& answer) const {
    if (owner_ != Owner::keeper) return;
    for (const auto& note : answer.notes)
        log_.warning("{}", outside(note));
    if (!is_in_passing(name)) log_.info("{} ends with status {}", name, static_cast<int>(answer.exit));
}

}  // namespace mirrorseed::app
