#include "app/keeper/telling_rules.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

constexpr UnixTime noon = 1'700'000'000;
constexpr UnixTime day = 86400;

std::vector<Generation> given_up(const std::vector<OwedRow>& rows, UnixTime now = noon,
                                 Telling step = Telling::hooks) {
    std::vector<Generation> numbers;
    for (const auto& item : give_up_now(rows, step, now))
        numbers.push_back(item.row.generation);
    return numbers;
}

using Numbers = std::vector<Generation>;

TEST(TellingRules, ATryIsMadeForADayAndThreeTimesAtLeast) {
    const auto tried = [](unsigned tries, UnixTime first) {
        return std::vector<OwedRow>{{.generation = 7, .tries = tries, .first_tried = first}};
    };
    EXPECT_EQ(given_up({{.generation = 7}}), Numbers{});
    EXPECT_EQ(given_up(tried(9, noon)), Numbers{});
    EXPECT_EQ(given_up(tried(2, noon - 9 * day)), Numbers{});
    EXPECT_EQ(given_up(tried(3, noon - day + 1)), Numbers{});
    EXPECT_EQ(given_up(tried(3, noon - day)), Numbers{7});
    EXPECT_EQ(given_up(tried(3, noon + 9 * day)), Numbers{}) << "by a clock that was wrong";
}

TEST(TellingRules, TenTriesAreEnoughHoweverSoonTheyCame) {
    EXPECT_EQ(given_up({{.generation = 7, .tries = 10, .first_tried = noon + day}}), Numbers{7});
    EXPECT_EQ(give_up_now({{.generation = 7, .tries = 10}}, Telling::hooks, noon).front().why,
              "given up after 10 tries");
}

TEST(TellingRules, TheOldestOfManyIsGivenUpUntried) {
    std::vector<OwedRow> rows;
    for (Generation number = 1; number <= 22; ++number)
        rows.push_back({.generation = number});
    EXPECT_EQ(given_up(rows), (Numbers{1, 2}));
    rows[0].is_given_up = true;
    EXPECT_EQ(given_up(rows), (Numbers{2}));
    rows[4].tries = most_tries;
    EXPECT_EQ(given_up(rows), (Numbers{2, 5}));
}

TEST(TellingRules, EachStepIsForItself) {
    const std::vector<OwedRow> rows{{.generation = 1, .step = Telling::notify, .tries = most_tries},
                                    {.generation = 2, .step = Telling::hooks, .tries = most_tries}};
    EXPECT_EQ(given_up(rows), Numbers{2});
    EXPECT_EQ(given_up(rows, noon, Telling::notify), Numbers{1});
}

}  // namespace
}  // namespace mirrorseed::app
