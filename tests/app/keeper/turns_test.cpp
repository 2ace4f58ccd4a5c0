#include "app/keeper/turns.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

namespace mirrorseed::app {
namespace {

TurnWish wish_of(Turns& turns, Work work, const std::string& tree = {}) {
    return {turns.number_job(), work, tree, {}};
}

TEST(Turns, ASyncThatIsOverruledStopsAndItsSuccessorsAreRefused) {
    Turns turns(2);
    Progress progress;
    const auto early = wish_of(turns, Work::syncs, "a");
    auto running = std::optional(turns.take(wish_of(turns, Work::syncs, "a"), progress));
    std::thread rollback([&] {
        Progress own;
        EXPECT_TRUE(turns.take(wish_of(turns, Work::operates, "a"), own).has_value());
    });
    while (!progress.stop_requested())
        std::this_thread::yield();
    EXPECT_EQ((*running)->yield(), Yield::for_good);
    running.reset();
    rollback.join();
    Progress other;
    EXPECT_TRUE(test::fails_with(Fault::changed, turns.take(early, other)));
    EXPECT_TRUE(turns.take(wish_of(turns, Work::syncs, "a"), other).has_value()) << "it is asked for again";
}

TEST(Turns, WhoIsStoppedWhileHeWaitsGetsNone) {
    Turns turns(2);
    Progress progress;
    const auto running = turns.take(wish_of(turns, Work::verifies), progress);
    Progress whole;
    std::thread asker([&] {
        Progress part(whole);
        EXPECT_TRUE(test::fails_with(Fault::refused, turns.take(wish_of(turns, Work::syncs, "a"), part)));
    });
    whole.request_stop();
    asker.join();
}

TEST(Turns, ManyThreadsWorkOnATreeOneAfterTheOther) {
    Turns turns(3);
    std::atomic<int> at_work{0}, done{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&, work = i % 4 == 0 ? Work::withdraws : Work::syncs] {
            for (int round = 0; round < 50;) {
                Progress progress;
                const auto turn = turns.take(wish_of(turns, work, "a"), progress);
                ASSERT_TRUE(turn.has_value());
                EXPECT_EQ(++at_work, 1);
                if (turn->yield() == Yield::no) ++round;
                --at_work;
            }
            ++done;
        });
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(done, 8);
}

TEST(Turns, OneTellsAndLooksAgainWhereSomebodyCameBy) {
    Turns turns(1);
    EXPECT_TRUE(turns.begin_telling("a"));
    EXPECT_TRUE(turns.begin_telling("b"));
    EXPECT_FALSE(turns.begin_telling("a"));
    EXPECT_FALSE(turns.end_telling("a"));
    EXPECT_TRUE(turns.end_telling("a"));
    EXPECT_TRUE(turns.is_telling());
    EXPECT_TRUE(turns.end_telling("b"));
    EXPECT_FALSE(turns.is_telling());
}

}  // namespace
}  // namespace mirrorseed::app
