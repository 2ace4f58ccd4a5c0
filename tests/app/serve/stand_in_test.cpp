#include "app/serve/stand_in.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace mirrorseed::app {
namespace {

constexpr FileIdentity one{1, 1}, another{1, 2};

class StandInTest : public testing::Test {
protected:
    Status build(const std::string& file) {
        ++tried_;
        if (has_room_) std::ofstream(file) << tried_;
        if (has_room_) return {};
        throw Failure(Error(Fault::no_space, "no room"));
    }
    void wait(std::chrono::seconds time) { now_ += time; }

    bool has_room_ = true;
    int tried_ = 0;
    StandIn::Time now_{std::chrono::hours(5)};
    Log log_ = Log::silent();
    StandIn stand_in_{[this](const std::string& file) { return build(file); }, log_, [this] { return now_; }};
};

TEST_F(StandInTest, IsBuiltOnceForOneDamagedFile) {
    const auto first = stand_in_.file(one);
    EXPECT_EQ(stand_in_.file(one), first);
    EXPECT_EQ(tried_, 1);
    const auto second = stand_in_.file(another);
    EXPECT_NE(second, first);
    EXPECT_TRUE(std::filesystem::exists(second));
    EXPECT_FALSE(std::filesystem::exists(first));
}

TEST_F(StandInTest, WhatCouldNotBeBuiltIsTriedAgainAfterAMinute) {
    has_room_ = false;
    for (int i = 0; i < 10; ++i)
        EXPECT_THROW(stand_in_.file(one), Failure);
    EXPECT_EQ(tried_, 1);
    has_room_ = true;
    wait(std::chrono::seconds(59));
    EXPECT_THROW(stand_in_.file(one), Failure);
    wait(std::chrono::seconds(1));
    EXPECT_TRUE(std::filesystem::exists(stand_in_.file(one)));
}

TEST_F(StandInTest, AnotherDamagedFileIsTriedAtOnceAndTheLastOneStaysUntilThen) {
    const auto first = stand_in_.file(one);
    has_room_ = false;
    EXPECT_THROW(stand_in_.file(another), Failure);
    EXPECT_TRUE(std::filesystem::exists(first));
    EXPECT_EQ(stand_in_.file(one), first);
    has_room_ = true;
    wait(std::chrono::minutes(1));
    EXPECT_TRUE(std::filesystem::exists(stand_in_.file(another)));
}

}  // namespace
}  // namespace mirrorseed::app
