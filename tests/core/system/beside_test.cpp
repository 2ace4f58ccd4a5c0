#include "core/system/beside.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

namespace mirrorseed {
namespace {

struct Seen final : ByteObserver {
    void see(ByteSpan bytes) override {
        count += bytes.size();
        by = std::this_thread::get_id();
    }
    std::size_t count = 0;
    std::thread::id by;
};

struct Refusing final : ByteObserver {
    void see(ByteSpan) override { throw std::runtime_error("no"); }
};

TEST(Beside, AllHaveSeenManyBytesInAnotherThread) {
    const std::vector<std::uint8_t> bytes(1 << 20);
    Seen one, two;
    ByteObserver* const observers[] = {&one, &two};
    bool is_done = false;
    beside(observers, bytes, [&] { is_done = true; });
    EXPECT_TRUE(is_done);
    EXPECT_EQ(one.count, bytes.size());
    EXPECT_EQ(two.count, bytes.size());
    EXPECT_NE(one.by, std::this_thread::get_id());
}

TEST(Beside, BeginsNoThreadForFew) {
    const std::vector<std::uint8_t> bytes(1000);
    Seen one;
    ByteObserver* const observers[] = {&one};
    bool is_done = false;
    beside(observers, bytes, [&] { is_done = true; });
    EXPECT_TRUE(is_done);
    EXPECT_EQ(one.by, std::this_thread::get_id());
}

TEST(Beside, WhatAnObserverThrowsComesBack) {
    const std::vector<std::uint8_t> bytes(1 << 20);
    Refusing one;
    ByteObserver* const observers[] = {&one};
    EXPECT_THROW(beside(observers, bytes, [] {}), std::runtime_error);
}

}  // namespace
}  // namespace mirrorseed
