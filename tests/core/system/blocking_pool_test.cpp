#include "core/system/blocking_pool.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <thread>

namespace mirrorseed {
namespace {

namespace asio = boost::asio;

class BlockingPoolTest : public testing::Test {
protected:
    void run(asio::awaitable<void> work) {
        std::exception_ptr escaped;
        asio::co_spawn(context_, std::move(work),
                       [&](const std::exception_ptr& thrown) { escaped = thrown; });
        context_.run();
        if (escaped) std::rethrow_exception(escaped);
    }

    asio::io_context context_;
    BlockingPool pool_{2};
    std::thread::id worked_on_, resumed_on_;
    std::unique_ptr<int> answer_;
};

TEST_F(BlockingPoolTest, WorksElsewhereAndResumesHere) {
    const auto body = [](BlockingPoolTest* self, BlockingPool* pool, std::thread::id* worked,
                         std::thread::id* resumed) -> asio::awaitable<void> {
        (void)self;
        auto work = [worked] { *worked = std::this_thread::get_id(); };
        co_await pool->run(work);
        *resumed = std::this_thread::get_id();
    };
    run(body(this, &pool_, &worked_on_, &resumed_on_));
    EXPECT_NE(worked_on_, std::thread::id());
    EXPECT_NE(worked_on_, std::this_thread::get_id());
    EXPECT_EQ(resumed_on_, std::this_thread::get_id());
}

TEST_F(BlockingPoolTest, CarriesAnAnswerThatCanOnlyBeMoved) {
    const auto body = [](BlockingPool* pool, std::unique_ptr<int>* answer) -> asio::awaitable<void> {
        auto work = [] { return std::make_unique<int>(7); };
        *answer = co_await pool->run(work);
    };
    run(body(&pool_, &answer_));
    ASSERT_TRUE(answer_);
    EXPECT_EQ(*answer_, 7);
}

TEST_F(BlockingPoolTest, CarriesOverWhatTheWorkThrows) {
    const auto body = [](BlockingPool* pool) -> asio::awaitable<void> {
        auto work = []() -> int { throw std::runtime_error("broken"); };
        co_await pool->run(work);
    };
    EXPECT_THROW(run(body(&pool_)), std::runtime_error);
}

}  // namespace
}  // namespace mirrorseed
