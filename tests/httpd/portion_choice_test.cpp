#include "httpd/portion_choice.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <random>

namespace mirrorseed::httpd {
namespace {

constexpr auto& sizes = PortionChoice::sizes;

// Nanoseconds for a byte, by the size of a portion.
using Machine = std::function<double(Bytes portion)>;

// Sends windows of long bodies on a machine, which is asked once for each, and tells how many of them left in
// each size.
class Trial {
public:
    explicit Trial(Machine machine) : machine_(std::move(machine)) {}

    void send(unsigned windows, std::uint64_t answers_in_each = 1) {
        for (unsigned i = 0; i < windows; ++i) {
            const auto portion = choice.portion();
            const auto cost = machine_(portion);
            while (!choice.is_due()) {
                choice.count(portion);
                computed_ += cost * static_cast<double>(portion);
            }
            answers_ += answers_in_each;
            if (portion != sizes[0]) ++others;
            choice.note(std::chrono::nanoseconds(static_cast<std::int64_t>(computed_)), answers_);
        }
    }

    PortionChoice choice;
    unsigned others = 0;  // windows that did not leave in the smallest portions

private:
    Machine machine_;
    double computed_ = 0;
    std::uint64_t answers_ = 0;
};

TEST(PortionChoice, FindsTheBestOfEachMachine) {
    for (const auto best : sizes) {
        Trial trial([best](Bytes portion) { return portion == best ? 0.1 : 0.2; });
        trial.send(200);
        EXPECT_EQ(trial.choice.portion(), best);
    }
}

TEST(PortionChoice, ClimbsBySeveralSteps) {
    Trial trial([](Bytes portion) { return 0.1 + 20'000.0 / static_cast<double>(portion); });
    trial.send(200);
    EXPECT_EQ(trial.choice.portion(), sizes.back());
}

TEST(PortionChoice, TriesAgainWhenTheMachineHasChanged) {
    Bytes best = sizes[3];
    Trial trial([&best](Bytes portion) { return portion == best ? 0.1 : 0.2; });
    trial.send(200);
    best = sizes[1];
    trial.send(6 * PortionChoice::windows_between_trials);
    EXPECT_EQ(trial.choice.portion(), best);
}

TEST(PortionChoice, CostsLittleWhereTheSmallestIsBest) {
    Trial trial([](Bytes portion) { return portion == sizes[0] ? 0.1 : 0.3; });
    trial.send(10'000);
    EXPECT_EQ(trial.choice.portion(), sizes[0]);
    EXPECT_LT(trial.others, 50U);
}

TEST(PortionChoice, IsSeldomMovedByNoise) {
    unsigned moved = 0;
    for (unsigned seed = 0; seed < 200; ++seed) {
        std::minstd_rand random(seed + 1);
        std::uniform_real_distribution<double> noise(0.08, 0.12);
        Trial trial([&](Bytes) { return noise(random); });
        trial.send(100);
        if (trial.choice.portion() != sizes[0]) ++moved;
    }
    EXPECT_LT(moved, 20U);
}

TEST(PortionChoice, HoldsNobodyUpForLong) {
    // What takes 250 microseconds and more is not waited for, however cheap a byte is.
    Trial trial([](Bytes portion) { return portion > sizes[1] ? 1.2 : 2.4; });
    trial.send(500);
    EXPECT_LT(trial.choice.portion(), sizes[2]);
}

TEST(PortionChoice, LearnsNothingFromShortAnswers) {
    Trial trial([](Bytes portion) { return portion == sizes[0] ? 0.3 : 0.1; });
    trial.send(500, PortionChoice::window / (16 << 10));
    EXPECT_EQ(trial.choice.portion(), sizes[0]);
}

}  // namespace
}  // namespace mirrorseed::httpd
