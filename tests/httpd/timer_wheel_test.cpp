#include "httpd/timer_wheel.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <vector>

namespace mirrorseed::httpd {
namespace {

using namespace std::chrono_literals;

const TimerWheel::Time begin{1000s};

class Alarm final : public TimerWheel::Timer {
public:
    explicit Alarm(const TimerWheel::Time& now) : now_(now) {}
    void on_time() override {
        ++rings;
        rang = now_;
        if (then) then();
    }
    int rings = 0;
    TimerWheel::Time rang{};
    std::function<void()> then{};

private:
    const TimerWheel::Time& now_;
};

class Wheel : public testing::Test {
protected:
    void pass(TimerWheel::Time::duration time) {
        now_ += time;
        wheel_.advance(now_);
    }
    TimerWheel::Time now_ = begin;
    TimerWheel wheel_{begin};
};

TEST_F(Wheel, RingsOnceAtItsTimeAndNotBefore) {
    Alarm alarm(now_);
    wheel_.set(alarm, begin + 1s);
    pass(990ms);
    EXPECT_EQ(alarm.rings, 0);
    pass(30ms);
    EXPECT_EQ(alarm.rings, 1);
    EXPECT_FALSE(alarm.is_set());
    pass(1h);
    EXPECT_EQ(alarm.rings, 1);
}

TEST_F(Wheel, KnowsWhenToLookAgain) {
    EXPECT_EQ(wheel_.next(), std::nullopt);
    Alarm alarm(now_);
    wheel_.set(alarm, begin + 1s);
    ASSERT_TRUE(wheel_.next());
    EXPECT_GE(*wheel_.next(), begin + 1s);
    EXPECT_LE(*wheel_.next(), begin + 1s + 16ms);
}

TEST_F(Wheel, ForgetsWhoCancelsOrGoes) {
    Alarm cancelled(now_);
    wheel_.set(cancelled, begin + 1s);
    cancelled.cancel();
    {
        Alarm gone(now_);
        wheel_.set(gone, begin + 1s);
    }
    pass(2s);
    EXPECT_EQ(cancelled.rings, 0);
}

TEST_F(Wheel, MovesADeadline) {
    Alarm alarm(now_);
    wheel_.set(alarm, begin + 1s);
    wheel_.set(alarm, begin + 3s);
    pass(2s);
    EXPECT_EQ(alarm.rings, 0);
    wheel_.set(alarm, now_ + 10ms);
    pass(50ms);
    EXPECT_EQ(alarm.rings, 1);
}

TEST_F(Wheel, LetsAnAlarmSetItselfAndEndOthers) {
    Alarm first(now_);
    auto second = std::make_unique<Alarm>(now_);
    wheel_.set(first, begin + 100ms);
    wheel_.set(*second, begin + 100ms);
    first.then = [&] {
        second.reset();
        wheel_.set(first, now_ + 1s);
    };
    pass(200ms);
    EXPECT_EQ(first.rings, 1);
    pass(1100ms);
    EXPECT_EQ(first.rings, 2);
}

TEST_F(Wheel, IsRightForAnyDeadlinesAndSteps) {
    std::mt19937 random(7);
    const auto up_to = [&](int most) {
        return std::chrono::milliseconds(random() % static_cast<unsigned>(most));
    };
    struct Case {
        std::unique_ptr<Alarm> alarm;
        TimerWheel::Time due;
    };
    std::vector<Case> cases;
    for (int i = 0; i < 2000; ++i) {
        auto& one = cases.emplace_back(Case{std::make_unique<Alarm>(now_), now_ + up_to(40'000)});
        wheel_.set(*one.alarm, one.due);
        if (i % 4 == 0) pass(up_to(60));
    }
    while (const auto next = wheel_.next()) {
        const auto before = now_;
        pass(std::max<TimerWheel::Time::duration>(*next - now_, 0ms) + up_to(200));
        for (const auto& one : cases)
            EXPECT_TRUE(one.due + 16ms > before || one.alarm->rings == 1);
    }
    for (const auto& one : cases) {
        EXPECT_EQ(one.alarm->rings, 1);
        EXPECT_GE(one.alarm->rang, one.due);
    }
}

}  // namespace
}  // namespace mirrorseed::httpd
