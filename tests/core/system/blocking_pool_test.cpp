#include "core/system/blocking_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

namespace mirrorseed {
namespace {

TEST(BlockingPool, WorksOnAnotherThread) {
    std::thread::id worked_on;
    BlockingPool pool(2);
    pool.post([&] { worked_on = std::this_thread::get_id(); });
    pool.join();
    EXPECT_NE(worked_on, std::thread::id());
    EXPECT_NE(worked_on, std::this_thread::get_id());
}

TEST(BlockingPool, EndsWhenAllThatWasPostedIsDone) {
    std::atomic<int> done = 0;
    {
        BlockingPool pool(2);
        for (int i = 0; i < 100; ++i)
            pool.post([&] { ++done; });
    }
    EXPECT_EQ(done, 100);
}

TEST(BlockingPool, TellsHowMuchIsWaiting) {
    std::promise<void> may_end;
    const auto ended = may_end.get_future().share();
    std::promise<void> has_begun;
    BlockingPool pool(1);
    pool.post([&] {
        has_begun.set_value();
        ended.wait();
    });
    pool.post([] {});
    pool.post([] {});
    has_begun.get_future().wait();
    EXPECT_EQ(pool.load().threads, 1u);
    EXPECT_EQ(pool.load().busy, 1u);
    EXPECT_EQ(pool.load().waiting, 2u);
    may_end.set_value();
    pool.join();
    EXPECT_EQ(pool.load().busy, 0u);
    EXPECT_EQ(pool.load().waiting, 0u);
}

}  // namespace
}  // namespace mirrorseed
