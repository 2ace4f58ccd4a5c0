#include "core/task_group.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <list>
#include <utility>

namespace mirrorseed {
namespace asio = boost::asio;
namespace {

struct Task {
    std::string name;
    asio::cancellation_signal signal;
};

// An operation that was cancelled because we asked for it is no news.
bool is_cancellation(const std::exception_ptr& escaped) {
    try {
        std::rethrow_exception(escaped);
    } catch (const boost::system::system_error& error) {
        return error.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

std::string text_of(const std::exception_ptr& escaped) {
    try {
        std::rethrow_exception(escaped);
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "something that is no std::exception";
    }
}

}  // namespace

struct TaskGroup::State {
    State(asio::any_io_executor runs_on, const Log& told)
        : executor(std::move(runs_on)), log(told), all_ended(executor) {}

    void ended(std::list<Task>::iterator task, const std::exception_ptr& escaped) {
        if (escaped && !is_cancellation(escaped))
            log.error("{} ended with: {}", outside(task->name), outside(text_of(escaped)));
        tasks.erase(task);
        if (tasks.empty()) all_ended.cancel();
    }

    // A task may end, and leave the list, while it is being signalled.
    void signal_all(asio::cancellation_type type) {
        for (auto task = tasks.begin(); task != tasks.end();) {
            auto& signal = (task++)->signal;
            signal.emit(type);
        }
    }

    asio::any_io_executor executor;
    const Log& log;
    asio::steady_timer all_ended;
    std::list<Task> tasks;
    bool door_closed = false;
};

TaskGroup::TaskGroup(asio::any_io_executor executor, const Log& log)
    : state_(std::make_shared<State>(std::move(executor), log)) {}

TaskGroup::~TaskGroup() {
    state_->door_closed = true;
}

bool TaskGroup::spawn(std::string name, asio::awaitable<void> task) {
    if (state_->door_closed) return false;
    state_->tasks.emplace_back();
    const auto place = std::prev(state_->tasks.end());
    place->name = std::move(name);
    auto ended = [state = state_, place](const std::exception_ptr& escaped) { state->ended(place, escaped); };
    asio::co_spawn(state_->executor, std::move(task),
                   asio::bind_cancellation_slot(place->signal.slot(), std::move(ended)));
    return true;
}

void TaskGroup::close_door() {
    state_->door_closed = true;
}

void TaskGroup::ask() {
    state_->signal_all(asio::cancellation_type::total);
}

void TaskGroup::insist() {
    state_->signal_all(asio::cancellation_type::terminal);
}

asio::awaitable<bool> TaskGroup::wait(std::chrono::steady_clock::duration at_most) {
    const auto state = state_;
    if (state->tasks.empty()) co_return true;
    state->all_ended.expires_after(at_most);
    co_await state->all_ended.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return state->tasks.empty();
}

asio::awaitable<void> TaskGroup::stop(std::chrono::steady_clock::duration grace) {
    // What does not mind the insisting either waits for the disk, so it is given this long to come back from
    // there.
    constexpr std::chrono::seconds last_wait(5);
    close_door();
    ask();
    if (co_await wait(grace)) co_return;
    insist();
    if (co_await wait(last_wait)) co_return;
    state_->log.warning("{} tasks did not end when told to", running());
}

std::size_t TaskGroup::running() const noexcept {
    return state_->tasks.size();
}

}  // namespace mirrorseed
