#include "core/task_group.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace mirrorseed {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

asio::awaitable<void> wait_for_ever(std::string* diary) {
    asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    const auto [code] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    *diary += code == asio::error::operation_aborted ? "cancelled " : "expired ";
}

asio::awaitable<void> wait_politely(std::string* diary) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    co_await wait_for_ever(diary);
}

asio::awaitable<void> end_at_once() {
    co_return;
}

asio::awaitable<void> stumble() {
    throw std::runtime_error("stumbled\n over a stone");
    co_return;
}

class TaskGroupTest : public testing::Test {
protected:
    void start(asio::awaitable<void> work) {
        asio::co_spawn(context_, std::move(work), [](const std::exception_ptr& escaped) {
            if (escaped) std::rethrow_exception(escaped);
        });
    }

    asio::io_context context_;
    Log log_ = Log::silent();
    TaskGroup group_{context_.get_executor(), log_};
    std::string diary_;
};

TEST_F(TaskGroupTest, ForgetsATaskThatEnded) {
    EXPECT_TRUE(group_.spawn("short", end_at_once()));
    EXPECT_EQ(group_.running(), 1u);
    context_.run();
    EXPECT_EQ(group_.running(), 0u);
}

TEST_F(TaskGroupTest, StartsNothingOnceTheDoorIsClosed) {
    group_.close_door();
    EXPECT_FALSE(group_.spawn("late", wait_for_ever(&diary_)));
    context_.run();
    EXPECT_EQ(diary_, "");
}

TEST_F(TaskGroupTest, AskingEndsOnlyThoseThatDoNotMind) {
    group_.spawn("polite", wait_politely(&diary_));
    group_.spawn("busy", wait_for_ever(&diary_));
    context_.poll();
    group_.ask();
    context_.poll();
    EXPECT_EQ(diary_, "cancelled ");
    EXPECT_EQ(group_.running(), 1u);
    group_.insist();
    context_.run();
    EXPECT_EQ(group_.running(), 0u);
}

TEST_F(TaskGroupTest, StopAsksAndThenInsists) {
    group_.spawn("busy", wait_for_ever(&diary_));
    context_.poll();
    start(group_.stop(0s));
    context_.run();
    EXPECT_EQ(diary_, "cancelled ");
}

TEST_F(TaskGroupTest, WaitingTellsWhetherAllHaveEnded) {
    bool ended = true;
    group_.spawn("busy", wait_for_ever(&diary_));
    context_.poll();
    const auto ask = [](TaskGroup* group, bool* answer) -> asio::awaitable<void> {
        *answer = co_await group->wait(0s);
    };
    start(ask(&group_, &ended));
    context_.run_one_for(1s);
    context_.poll();
    EXPECT_FALSE(ended);
    start(ask(&group_, &ended));
    group_.insist();
    context_.run();
    EXPECT_TRUE(ended);
}

TEST(TaskGroup, LogsWhatEscapesWithTheTasksName) {
    const auto path = testing::TempDir() + "task_group_test.log." + std::to_string(::getpid());
    std::remove(path.c_str());
    {
        asio::io_context context;
        const auto log = Log::open({.file = path}).value();
        TaskGroup group(context.get_executor(), log);
        group.spawn("the clumsy one", stumble());
        context.run();
    }
    std::ifstream file(path);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    std::remove(path.c_str());
    EXPECT_NE(text.find("the clumsy one ended with: stumbled\\x0a over a stone"), std::string::npos) << text;
}

}  // namespace
}  // namespace mirrorseed
