// Everything that was started and has not ended: nothing in this program is detached.
//
// A TaskGroup starts named coroutines on one executor (a single-threaded context
// or a strand) and knows which of them still live. Stopping is four steps:
// close the door, ask, wait, insist. Asking emits a total cancellation, which
// reaches only a coroutine that says at that moment that it does not mind
// (this_coro::reset_cancellation_state with enable_total_cancellation), such as an
// idle connection; insisting emits a terminal one, which reaches every coroutine.
//
// An exception that escapes a task ends that task alone and is logged with the
// task's name. All members are called from the executor's thread.
#pragma once

#include "core/log.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace mirrorseed {

class TaskGroup {
public:
    TaskGroup(boost::asio::any_io_executor executor, const Log& log);
    ~TaskGroup();
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    // False, and the coroutine never starts, once the door is closed.
    bool spawn(std::string name, boost::asio::awaitable<void> task);

    void close_door();
    void ask();
    void insist();
    // True when all have ended, false when the time is over. One waiter at a time.
    boost::asio::awaitable<bool> wait(std::chrono::steady_clock::duration at_most);
    // The four steps, with `grace` between asking and insisting.
    boost::asio::awaitable<void> stop(std::chrono::steady_clock::duration grace);

    std::size_t running() const noexcept;

private:
    struct State;
    std::shared_ptr<State> state_;  // outlives the group in the frames of its tasks
};

}  // namespace mirrorseed
