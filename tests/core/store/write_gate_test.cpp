#include "core/store/write_gate.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>
#include <vector>

namespace mirrorseed {
namespace {

TEST(WriteGate, GivesTurnsInTheOrderInWhichTheyWereAskedFor) {
    WriteGate gate;
    std::vector<int> order;
    std::vector<std::jthread> threads;
    {
        const auto mine = gate.wait();
        for (int i = 0; i < 5; ++i) {
            std::promise<void> asks;
            auto asked = asks.get_future();
            threads.emplace_back([&gate, &order, i, asks = std::move(asks)]() mutable {
                asks.set_value();
                const auto turn = gate.wait();
                order.push_back(i);
            });
            asked.wait();
            while (gate.waiting() != static_cast<std::size_t>(i) + 1)
                std::this_thread::yield();
        }
    }
    threads.clear();
    EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4}));
}

TEST(WriteGate, ATurnThatMovedEndsOnce) {
    WriteGate gate;
    {
        auto first = gate.wait();
        const auto second = std::move(first);
    }
    const auto next = gate.wait();
    EXPECT_EQ(gate.waiting(), 0u);
}

}  // namespace
}  // namespace mirrorseed
