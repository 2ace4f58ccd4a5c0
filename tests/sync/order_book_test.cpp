#include "sync/order_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace mirrorseed::sync {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

using Fate = OrderBook::Fate;
using Numbers = std::vector<OrderBook::Number>;

constexpr OrderBook::Time start{1000s};
constexpr std::size_t all = 1'000'000;
constexpr Bytes any_size = std::numeric_limits<Bytes>::max();
constexpr BatchLimits small{.time = 10s, .files = 3, .size = 100, .most_waiting = 2};

// The waits are 5 s and 10 s as the dice fall here.
constexpr RetryPolicy retry{.retries = 2, .first = 10s, .longest = 100s, .longest_asked = 300s};
constexpr OrderBook::Trouble passing{.again = Again::later, .asked = {}, .chance = 0};

OrderBook book_of(std::size_t wanted, unsigned lanes = 1) {
    return {wanted, lanes, retry, small};
}

Numbers take(OrderBook& book, std::size_t files = all, OrderBook::Time now = start, Bytes bytes = any_size) {
    return book.take(
        {files, bytes}, [](OrderBook::Number) { return Bytes{10}; }, now);
}

TEST(OrderBook, HandsOutHandfulsInOrder) {
    struct Case {
        std::size_t files;
        Bytes bytes;
        Numbers first, second;
    };
    for (const auto& [files, bytes, first, second] : std::initializer_list<Case>{
             {1, 0, {0}, {1}},
             {2, any_size, {0, 1}, {2, 3}},
             {9, any_size, {0, 1, 2, 3, 4}, {}},
             {9, 10, {0}, {1}},
             {9, 11, {0, 1}, {2, 3}},  // ends with the file that reaches it
         }) {
        auto book = book_of(5);
        EXPECT_EQ(take(book, files, start, bytes), first) << files << " of " << bytes;
        EXPECT_EQ(take(book, files, start, bytes), second) << files << " of " << bytes;
    }
}

TEST(OrderBook, IsAtItsEndWhenEveryOrderHasEnded) {
    auto book = book_of(4);
    EXPECT_TRUE(book.is_any_left());
    take(book);
    EXPECT_THAT(take(book), IsEmpty());
    book.arrived(0);
    book.still_same(1);
    book.dropped(2);
    EXPECT_TRUE(book.is_any_left());
    EXPECT_EQ(book.failed(3, passing, start), Fate::later);
    EXPECT_FALSE(book.is_any_out());
    EXPECT_TRUE(book.is_any_left());
    take(book, 1, start + 5s);
    book.arrived(3);
    EXPECT_FALSE(book.is_any_left());
}

TEST(OrderBook, WhatFailsWaitsLongerEachTime) {
    struct Case {
        double chance;
        std::optional<RetryPolicy::Time> asked;
        std::chrono::milliseconds first, second;
    };
    for (const auto& [chance, asked, first, second] : {
             Case{0, {}, 5s, 10s},
             Case{0.5, {}, 7500ms, 15s},
             Case{0, 60s, 60s, 60s},
             Case{0, 1h, 300s, 300s},
         }) {
        auto book = book_of(1);
        auto now = start;
        for (const auto wait : {first, second}) {
            take(book, 1, now);
            EXPECT_EQ(book.failed(0, {Again::later, asked, chance}, now), Fate::later);
            EXPECT_THAT(take(book, 1, now + wait - 1ns), IsEmpty()) << chance;
            now += wait + 500ms;
        }
        EXPECT_THAT(take(book, 1, now), ElementsAre(0));
        EXPECT_EQ(book.failed(0, passing, now), Fate::lost);
    }
}

TEST(OrderBook, WhatNeedNotBeTriedAgainIsLeft) {
    auto book = book_of(2);
    take(book);
    EXPECT_EQ(book.failed(0, {.again = Again::no}, start), Fate::left);
    EXPECT_EQ(book.failed(1, {.again = Again::no}, start), Fate::left);
    EXPECT_FALSE(book.is_any_left());
}

// Fails as often as it may, and something else happens after the first time.
Fate fate_of(const std::function<void(OrderBook&)>& meanwhile) {
    auto book = book_of(2, 2);
    take(book);
    auto now = start;
    EXPECT_EQ(book.failed(0, passing, now), Fate::later);
    meanwhile(book);
    now += 1h;
    take(book, all, now);
    EXPECT_EQ(book.failed(0, passing, now), Fate::later);
    now += 1h;
    take(book, all, now);
    return book.failed(0, passing, now);
}

TEST(OrderBook, AnUpstreamIsLostWhenNothingArrivedSinceTheFirstFailure) {
    EXPECT_EQ(fate_of([](OrderBook&) {}), Fate::lost);
    EXPECT_EQ(fate_of([](OrderBook& book) { book.dropped(1); }), Fate::lost);
    EXPECT_EQ(fate_of([](OrderBook& book) { book.failed(1, {.again = Again::no}, start); }), Fate::lost);
    EXPECT_EQ(fate_of([](OrderBook& book) { book.arrived(1); }), Fate::left);
    EXPECT_EQ(fate_of([](OrderBook& book) { book.still_same(1); }), Fate::left);
}

TEST(OrderBook, WhatArrivedBeforeTheFirstFailureIsNoSignOfLife) {
    auto book = book_of(2, 2);
    take(book);
    book.arrived(1);
    auto now = start;
    for (const auto fate : {Fate::later, Fate::later, Fate::lost}) {
        EXPECT_EQ(book.failed(0, passing, now), fate);
        now += 1h;
        take(book, all, now);
    }
}

TEST(OrderBook, WhatIsDueGoesBeforeWhatIsNewAndTogetherWithWhatIsDueSoon) {
    auto book = book_of(5, 9);
    take(book, 3);
    book.failed(2, passing, start);
    book.failed(0, passing, start + 900ms);
    book.failed(1, passing, start + 2s);
    EXPECT_THAT(take(book, 1, start + 4s), ElementsAre(3)) << "nothing is due";
    EXPECT_THAT(take(book, all, start + 5s), ElementsAre(0, 2, 4)) << "the last is due too late";
    EXPECT_THAT(take(book, all, start + 7s), ElementsAre(1));
}

TEST(OrderBook, AHandfulTakesThoseThatWaitedLongest) {
    auto book = book_of(3, 9);
    take(book);
    book.failed(2, passing, start);
    book.failed(0, passing, start + 1s);
    book.failed(1, passing, start + 2s);
    EXPECT_THAT(take(book, 2, start + 1min), ElementsAre(0, 2));
    EXPECT_THAT(take(book, 2, start + 1min), ElementsAre(1));
}

TEST(OrderBook, NothingIsBegunWhileEveryLaneFails) {
    auto book = book_of(9, 2);
    take(book, 2);
    book.failed(0, passing, start);
    EXPECT_THAT(take(book, 1), ElementsAre(2)) << "one lane of two";
    book.failed(1, passing, start + 1s);
    EXPECT_THAT(take(book, 1, start + 5s), IsEmpty()) << "though one is due";
    EXPECT_EQ(book.look_again(start + 2s), start + 6s) << "and nobody need look";
    EXPECT_THAT(take(book, 3, start + 6s), ElementsAre(0, 1, 3));
}

TEST(OrderBook, AnArrivalBreaksARowOfFailures) {
    auto book = book_of(9, 2);
    take(book, 3);
    book.failed(0, passing, start);
    book.arrived(1);
    book.failed(2, passing, start);
    EXPECT_THAT(take(book, 1), ElementsAre(3));
}

TEST(OrderBook, AsManyFailuresInARowAsLanesRunAreEnough) {
    auto book = book_of(9, 2);
    book.lane_ended();
    EXPECT_EQ(book.lanes(), 1u);
    take(book, 1);
    book.failed(0, passing, start);
    EXPECT_THAT(take(book, 1), IsEmpty());
}

TEST(OrderBook, LooksAgainWhenSomethingComesDueAndAtLeastEachSecond) {
    auto book = book_of(3, 9);
    take(book, 2);
    EXPECT_EQ(book.look_again(start), start + 1s);
    book.failed(0, passing, start);
    EXPECT_EQ(book.look_again(start), start + 1s);
    EXPECT_EQ(book.look_again(start + 4500ms), start + 5s);
}

TEST(OrderBook, ABatchIsFullByFilesBytesOrTime) {
    struct Case {
        std::vector<Bytes> sizes;
        std::chrono::seconds later;
        bool is_batch;
    };
    for (const auto& [sizes, later, is_batch] : std::initializer_list<Case>{
             {{}, 1h, false},
             {{0}, 0s, false},
             {{0}, 9s, false},
             {{0}, 10s, true},
             {{0, 0}, 0s, false},
             {{0, 0, 0}, 0s, true},
             {{99}, 0s, false},
             {{100}, 0s, true},
             {{60, 40}, 0s, true},
         }) {
        auto book = book_of(9);
        for (const auto size : sizes)
            book.add_to_batch(size, start);
        EXPECT_EQ(book.is_batch(start + later), is_batch) << sizes.size() << " after " << later.count();
        EXPECT_EQ(book.batch_due(), sizes.empty() ? OrderBook::Time::max() : start + 10s);
    }
}

TEST(OrderBook, ABatchIsAsOldAsItsFirstFile) {
    auto book = book_of(9);
    book.add_to_batch(1, start);
    book.add_to_batch(1, start + 9s);
    EXPECT_TRUE(book.is_batch(start + 10s));
    book.begin_commit();
    EXPECT_FALSE(book.is_batch(start + 10s));
    book.add_to_batch(1, start + 12s);
    EXPECT_EQ(book.batch_due(), start + 22s);
}

TEST(OrderBook, ABatchThatIsBeingCommittedCountsNoMore) {
    auto book = book_of(9);
    for (const Bytes size : {1, 99})
        book.add_to_batch(size, start);
    EXPECT_TRUE(book.is_batch(start));
    book.begin_commit();
    EXPECT_FALSE(book.is_batch(start));
    book.add_to_batch(99, start);
    EXPECT_FALSE(book.is_batch(start));
}

TEST(OrderBook, NothingIsBegunWhileTwoBatchesWait) {
    auto book = book_of(9);
    for (int files = 0; files < 5; ++files)
        book.add_to_batch(1, start);
    EXPECT_THAT(take(book, 1), ElementsAre(0));
    book.add_to_batch(1, start);
    EXPECT_THAT(take(book, 1), IsEmpty());
    book.begin_commit();
    EXPECT_THAT(take(book, 1), ElementsAre(1));
}

}  // namespace
}  // namespace mirrorseed::sync
