#include "sync/generation/retention.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mirrorseed::sync {
namespace {

using namespace std::chrono_literals;
using Times = std::vector<UnixTime>;
using Numbers = std::vector<Generation>;

constexpr UnixTime day = 86400;
constexpr UnixTime today = 20'000 * day;
constexpr UnixTime in_2099 = 47'200 * day;

// Of generations 1, 2 and so on, published then; newest first, as all of them here.
std::vector<GenerationRow> published(const Times& times) {
    std::vector<GenerationRow> rows;
    for (const auto time : times)
        rows.push_back({.number = rows.size() + 1, .published = time});
    std::reverse(rows.begin(), rows.end());
    return rows;
}

Times ages_of(const Times& times, UnixTime now = today) {
    return ages(published(times), now);
}

Retention retained(const Times& times, UnixTime now = today, unsigned kept = 1,
                   std::optional<Generation> owed = {}) {
    return retain(published(times), {.generations = kept, .history = 720h, .grace = 24h}, owed, now);
}

TEST(Ages, AreMeasuredFromTheNewestPublish) {
    EXPECT_EQ(ages_of({}), Times{});
    EXPECT_EQ(ages_of({today - 40 * day}), Times{0});
    EXPECT_EQ(ages_of({today - 40 * day, today - 10 * day, today - day}), (Times{0, 9 * day, 39 * day}));
}

TEST(Ages, AFutureDateCountsAsThatOfTheOneBefore) {
    const Times times{today - 9 * day, in_2099, today - 2 * day, today};
    EXPECT_EQ(ages_of(times), (Times{0, 2 * day, 9 * day, 9 * day}));
    EXPECT_EQ(ages_of({today - day, in_2099}), (Times{0, 0}));
    EXPECT_EQ(ages_of({in_2099, today - day, today}), (Times{0, day, day})) << "there is none before it";
    EXPECT_EQ(ages_of({in_2099, in_2099 + day}), (Times{0, 0}));
}

TEST(Ages, AClockThatWasSetForwardIsNoTimeThatPassed) {
    EXPECT_EQ(ages_of({today - day, today, in_2099, in_2099 + 5}, in_2099 + 5), (Times{0, 5, 5, day + 5}));
    EXPECT_EQ(ages_of({today - 183 * day, today}), (Times{0, 183 * day}));
    EXPECT_EQ(ages_of({today - 184 * day, today}), (Times{0, 0}));
}

TEST(Ages, AClockThatWasSetBackLosesNothing) {
    EXPECT_EQ(ages_of({today - 2 * day, 1000, today}), (Times{0, 2 * day, 2 * day}));
    EXPECT_EQ(ages_of({today - day, today}, 1000), (Times{0, 0}));
}

TEST(Retention, KeepsTheNewestAndTellsOfTheRestForAWhile) {
    const auto retention = retained({today - 40 * day, today - 20 * day, today - day, today}, today, 2);
    EXPECT_EQ(retention.unkept, (Numbers{2, 1}));
    EXPECT_EQ(retention.forgotten, Numbers{1});
    EXPECT_EQ(retention.oldest, 2u);
    EXPECT_EQ(retained({today - 40 * day}).forgotten, Numbers{}) << "what is shown stays";
}

TEST(Retention, ASyncUnderAWrongClockForgetsNothing) {
    const Times before{today - 20 * day, today - day, today};
    auto wrong = before;
    wrong.push_back(in_2099);
    EXPECT_EQ(retained(wrong, in_2099).forgotten, Numbers{});
    EXPECT_EQ(retained(wrong, in_2099).oldest, 1u);
    EXPECT_EQ(retained(wrong, today).forgotten, Numbers{}) << "with the right time again";
}

TEST(Retention, AGenerationOfAWrongClockIsForgottenWithTheOneBeforeIt) {
    const auto retention = retained({today - 40 * day, in_2099, today - 20 * day, today});
    EXPECT_EQ(retention.forgotten, (Numbers{2, 1}));
    EXPECT_EQ(retention.oldest, 3u);
}

TEST(Retention, WhatIsOwedIsToldOfWithTheOneBefore) {
    const Times times{today - 90 * day, today - 80 * day, today - 70 * day, today};
    EXPECT_EQ(retained(times).forgotten, (Numbers{2, 1})) << "what the newest dropped is graced";
    EXPECT_EQ(retained(times, today, 1, 3).forgotten, Numbers{1});
    EXPECT_EQ(retained(times, today, 1, 3).oldest, 2u);
    EXPECT_EQ(retained(times, today, 1, 3).unkept, (Numbers{3, 2, 1})) << "without bytes";
}

TEST(Retention, WhatIsGracedIsToldOfWithTheOneBefore) {
    const auto oldest = [](const Times& times, std::chrono::seconds grace) {
        const Keeping keeping{.generations = 1, .history = {}, .grace = grace};
        return retain(published(times), keeping, {}, today).oldest;
    };
    const Times times{today - 9 * day, today - 5 * day, today - 3600, today};
    EXPECT_EQ(oldest(times, 0h), 4u);
    EXPECT_EQ(oldest(times, 1h), 3u) << "of what left an hour before the newest nothing is graced now";
    EXPECT_EQ(oldest(times, 2h), 2u);
    EXPECT_EQ(oldest(times, 24h * 6), 1u);
}

TEST(Retention, TellsOfNoMoreThanAThousand) {
    const Times times(1200, today);
    EXPECT_EQ(retained(times).forgotten.size(), 200u);
    EXPECT_EQ(retained(times).oldest, 201u);
    EXPECT_EQ(retained(times, today, 1100).forgotten.size(), 100u) << "those whose bytes are kept";
}

}  // namespace
}  // namespace mirrorseed::sync
