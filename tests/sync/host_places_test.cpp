#include "sync/host_places.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace mirrorseed::sync {
namespace {

// At once, or not at all.
std::optional<HostGuest::Place> take(const HostGuest& guest) {
    int asked = 0;
    return guest.take_while([&asked] { return asked++ == 0; });
}

std::vector<HostGuest::Place> take_all(const HostGuest& guest) {
    std::vector<HostGuest::Place> places;
    while (auto place = take(guest))
        places.push_back(std::move(*place));
    return places;
}

class HostPlacesTest : public testing::Test {
protected:
    HostGuest enter(const std::string& host, unsigned most, Haste haste = Haste::none) {
        return HostPlaces::enter(places_, host, most, haste);
    }

private:
    std::shared_ptr<HostPlaces> places_ = std::make_shared<HostPlaces>();
};

TEST_F(HostPlacesTest, WhoeverIsAloneHasThemAll) {
    const auto guest = enter("one", 3);
    EXPECT_EQ(take_all(guest).size(), 3U);
    EXPECT_EQ(take_all(guest).size(), 3U) << "they are given back";
    EXPECT_FALSE(guest.holds_too_many());
}

TEST_F(HostPlacesTest, WhoeverHasMoreThanHisShareGivesBackForWhoComes) {
    const auto first = enter("one", 4);
    auto held = take_all(first);
    std::optional<HostGuest> second = enter("one", 4);
    EXPECT_FALSE(take(*second)) << "all are held";
    EXPECT_TRUE(first.holds_too_many());
    held.pop_back();
    EXPECT_TRUE(first.holds_too_many());
    EXPECT_FALSE(take(first));
    held.pop_back();
    EXPECT_FALSE(first.holds_too_many());
    EXPECT_EQ(take_all(*second).size(), 2U);
    second.reset();
    held.push_back(take(first).value());
    held.push_back(take(first).value());
    EXPECT_FALSE(first.holds_too_many());
}

TEST_F(HostPlacesTest, HostsHaveNothingToDoWithEachOther) {
    const auto first = enter("one", 1), second = enter("two", 1);
    const auto held = take(first);
    EXPECT_TRUE(take(second));
}

TEST_F(HostPlacesTest, WithFewerConnectionsThanGuestsTheyWaitForEachOther) {
    const auto first = enter("one", 1), second = enter("one", 1);
    auto held = take(first);
    EXPECT_FALSE(first.holds_too_many()) << "or nobody would come to an end";
    EXPECT_FALSE(take(second));
    held.reset();
    EXPECT_TRUE(take(second));
}

// Waits in a thread of its own until it has a place, which it holds.
class Waiting {
public:
    explicit Waiting(HostGuest guest)
        : thread_([this, guest = std::move(guest)] {
              auto place = guest.take_while([] { return true; });
              has_one_.set_value();
              is_over_.get_future().wait();
          }) {}
    ~Waiting() {
        is_over_.set_value();
        thread_.join();
    }
    bool has_one() {
        return has_one_.get_future().wait_for(std::chrono::seconds(20)) == std::future_status::ready;
    }

private:
    std::promise<void> has_one_, is_over_;
    std::thread thread_;
};

TEST_F(HostPlacesTest, WhoeverHoldsTheOnlyOneMakesRoomForWhoIsInHaste) {
    const auto usual = enter("one", 1), urgent = enter("one", 1, Haste::somebody_waits);
    auto held = take(usual);
    EXPECT_FALSE(usual.holds_too_many()) << "nobody waits";
    Waiting waiting(urgent);
    while (!usual.holds_too_many())
        std::this_thread::yield();
    held.reset();
    EXPECT_TRUE(waiting.has_one());
    EXPECT_FALSE(take(usual));
    EXPECT_FALSE(urgent.holds_too_many());
}

TEST_F(HostPlacesTest, WhoeverHasHisShareKeepsNobodyWaiting) {
    const auto usual = enter("one", 2), urgent = enter("one", 2, Haste::somebody_waits);
    auto held = take(urgent);
    Waiting second(urgent);
    bool is_free = true;
    for (int times = 0; times < 2000 && is_free; ++times) {
        const auto place = take(usual);
        is_free = place.has_value() && !usual.holds_too_many();
        std::this_thread::yield();
    }
    EXPECT_TRUE(is_free);
    held.reset();
    EXPECT_TRUE(second.has_one());
}

TEST_F(HostPlacesTest, WhoeverIsInHasteTakesTurnsWithTheOthers) {
    for (const auto mine : {Haste::none, Haste::somebody_waits}) {
        const auto other = mine == Haste::none ? Haste::somebody_waits : Haste::none;
        EXPECT_TRUE(is_turn_of(mine, mine, false)) << "nobody else waits";
        EXPECT_TRUE(is_turn_of(mine, other, true));
        EXPECT_FALSE(is_turn_of(mine, mine, true));
    }
}

TEST_F(HostPlacesTest, WhoeverWaitsIsWokenByAPlace) {
    const auto first = enter("one", 1), second = enter("one", 1);
    auto held = take(first);
    std::thread waiting([&] { EXPECT_TRUE(second.take_while([] { return true; })); });
    held.reset();
    waiting.join();
}

TEST_F(HostPlacesTest, NobodyHoldsMoreThanItsOwnerAllows) {
    const auto polite = enter("one", 2), other = enter("one", 10);
    EXPECT_EQ(take_all(polite).size(), 2U);
    EXPECT_EQ(take_all(other).size(), 5U);
}

TEST(HostGuest, WithoutAHostHoldsWhatItLikes) {
    const HostGuest guest = HostPlaces::enter(nullptr, "one", 1);
    const auto held = take(guest);
    EXPECT_TRUE(held && take(guest));
    EXPECT_FALSE(guest.holds_too_many());
}

TEST(HostPlaces, AHostIsWhatTheUrlNames) {
    EXPECT_EQ(upstream_host("https://user:word@Mirror.example.org:8080/a/b"), "mirror.example.org:8080");
    EXPECT_EQ(upstream_host("rsync://mirror.example.org"), "mirror.example.org");
    EXPECT_EQ(upstream_host("http://[2001:DB8::1]/"), "[2001:db8::1]");
    EXPECT_EQ(upstream_host("file:///srv/"), "");
    EXPECT_EQ(upstream_host("no url"), "");
}

TEST(HostPlaces, SharesAreNeverNothing) {
    EXPECT_EQ(fair_share(4, 1), 4U);
    EXPECT_EQ(fair_share(4, 2), 2U);
    EXPECT_EQ(fair_share(5, 2), 3U);
    EXPECT_EQ(fair_share(1, 3), 1U);
}

}  // namespace
}  // namespace mirrorseed::sync
