#include "core/system/blocking_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
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

}  // namespace
}  // namespace mirrorseed
