#include "sync/host_places.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <thread>
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
    HostGuest enter(const std::string& host, unsigned most) { return HostPlaces::enter(places_, host, most); }

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
