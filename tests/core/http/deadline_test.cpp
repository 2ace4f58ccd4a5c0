#include "core/http/deadline.hpp"

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

namespace mirrorseed {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using TimePoint = std::chrono::steady_clock::time_point;

asio::awaitable<int> answer_at_once() {
    co_return 42;
}

asio::awaitable<int> never_answer() {
    asio::steady_timer timer(co_await asio::this_coro::executor, TimePoint::max());
    co_await timer.async_wait(asio::use_awaitable);
    co_return 1;
}

asio::awaitable<int> fail() {
    throw std::runtime_error("no");
    co_return 1;
}

template <class T>
T run(asio::awaitable<T> work) {
    asio::io_context context;
    std::optional<T> answer;
    std::exception_ptr escaped;
    asio::co_spawn(context, std::move(work), [&](const std::exception_ptr& thrown, T value) {
        escaped = thrown;
        answer = std::move(value);
    });
    context.run();
    if (escaped) std::rethrow_exception(escaped);
    return std::move(*answer);
}

TEST(Deadline, HandsOverAnAnswerThatComesInTime) {
    EXPECT_EQ(run(before(TimePoint::max(), answer_at_once())), 42);
}

TEST(Deadline, CancelsWhatTakesTooLong) {
    EXPECT_EQ(run(before(std::chrono::steady_clock::now(), never_answer())), std::nullopt);
}

TEST(Deadline, PassesOnWhatTheOperationThrowsWithoutWaitingForTheDeadline) {
    EXPECT_THROW(run(before(TimePoint::max(), fail())), std::runtime_error);
}

}  // namespace
}  // namespace mirrorseed
