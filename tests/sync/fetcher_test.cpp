// Orders, lanes, what fails, and how a run ends.

#include "tests/support/fetcher_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <map>
#include <mutex>

namespace mirrorseed::sync {
namespace {

using namespace std::chrono_literals;
using test::digest_of_text;
using test::fails_with;
using test::file_of;
using test::ok;
using test::path;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Error trouble(Fault::busy, "the line is bad");

class FetcherTest : public FetcherFixture {};

TEST_F(FetcherTest, EveryFileArrivesOnceOverManyLanes) {
    std::vector<std::string> names;
    for (int number = 0; number < 300; ++number)
        names.push_back("d" + std::to_string(number % 7) + "/f" + std::to_string(number));
    test::Tree tree;
    for (int number = 0; number < 7; ++number)
        tree.emplace_back("d" + std::to_string(number), test::folder_of());
    Bytes bytes = 0;
    for (const auto& name : names) {
        tree.emplace_back(name, file_of(name));
        bytes += name.size();
    }
    set_listing(tree);
    std::erase_if(wanted_,
                  [&](const auto& one) { return listing_.at(one.place).entry.kind != EntryKind::file; });
    const auto result = fetch(bring, 4);
    ASSERT_TRUE(ok(result));
    EXPECT_EQ(result->transferred, bytes);
    EXPECT_THAT(result->missing, IsEmpty());
    EXPECT_THAT(landing_.kept, SizeIs(names.size()));
    for (const auto& name : names) {
        EXPECT_EQ(landing_.kept.at(name).item.entry.digest, digest_of_text(name));
        EXPECT_EQ(listing_.find(path(name))->digest, digest_of_text(name));
    }
    EXPECT_EQ(progress_.view().files_done, names.size());
    EXPECT_THAT(staged(), IsEmpty());
}

TEST_F(FetcherTest, LanesWorkAtTheSameTime) {
    list({"a", "b", "c"});
    std::barrier all_three(3);
    const auto result = fetch(
        [&](Orders& orders, Order& order) {
            all_three.arrive_and_wait();
            bring(orders, order);
        },
        3);
    EXPECT_TRUE(ok(result));
    EXPECT_THAT(landing_.names(), ElementsAre("a", "b", "c"));
}

TEST_F(FetcherTest, LanesComeAndGoWithTheirShareOfTheHost) {
    std::vector<std::string> names;
    for (int i = 0; i < 40; ++i)
        names.push_back("f" + std::to_string(10 + i));
    list(names);
    const auto places = std::make_shared<HostPlaces>();
    std::optional<HostGuest> other;
    std::barrier both(2, [&]() noexcept { other = HostPlaces::enter(places, "host", 2); });
    std::barrier both_again(2);
    std::atomic<int> begun{0}, out{0}, most_out{0};
    FakeUpstream upstream(
        [&](Orders& orders, Order& order) {
            const auto number = begun++;
            if (number < 2) both.arrive_and_wait();
            if (number == 20) other.reset();
            if (number == 20 || number == 21) both_again.arrive_and_wait();
            const auto now_out = ++out;
            if (number >= 2 && number < 20) most_out = std::max(most_out.load(), now_out);
            bring(orders, order);
            --out;
        },
        2);
    upstream.host = HostPlaces::enter(places, "host", 2);
    EXPECT_TRUE(ok(fetch(std::move(upstream))));
    EXPECT_EQ(landing_.names(), names);
    EXPECT_EQ(most_out, 1) << "beside the other";
}

TEST_F(FetcherTest, NothingWantedAsksNobody) {
    EXPECT_TRUE(ok(fetch([](Orders&, Order&) { FAIL(); }, 3)));
    EXPECT_FALSE(temp_.has("staging"));
}

TEST_F(FetcherTest, AnUpstreamWithoutLanesHasOne) {
    list({"a"});
    EXPECT_TRUE(ok(fetch(bring, 0)));
    EXPECT_THAT(landing_.names(), ElementsAre("a"));
}

TEST_F(FetcherTest, OrdersAreHandedOutInTheListingsOrderAndInHandfuls) {
    list({"a", "b", "c", "d", "e"});
    std::vector<std::string> seen;
    FakeUpstream upstream([&](Orders& orders, Order& order) {
        seen.push_back(order.item.path.str());
        bring(orders, order);
    });
    upstream.at_once = 3;
    upstream.bytes_at_once = 2;  // the handful ends with the file that reaches it
    EXPECT_TRUE(ok(fetch(std::move(upstream))));
    EXPECT_THAT(seen, ElementsAre("a", "b", "c", "d", "e"));
}

TEST_F(FetcherTest, AnOrderTellsWhatTheTreeHas) {
    list({"current-1", "new"});
    std::map<std::string, bool> has;
    EXPECT_TRUE(ok(fetch([&](Orders& orders, Order& order) {
        has[order.item.path.str()] = order.current.has_value();
        bring(orders, order);
    })));
    EXPECT_TRUE(has.at("current-1"));
    EXPECT_FALSE(has.at("new"));
}

TEST_F(FetcherTest, WhatFailsIsTriedAgainLater) {
    list({"a", "b", "c"});
    std::mutex mutex;
    std::map<std::string, int> attempts;
    const auto result = fetch(
        [&](Orders& orders, Order& order) {
            const std::lock_guard lock(mutex);
            if (++attempts[order.item.path.str()] <= 3)
                return orders.failed(order, trouble, Again::later, 1h);
            bring(orders, order);
        },
        2);
    ASSERT_TRUE(ok(result));
    EXPECT_THAT(landing_.names(), ElementsAre("a", "b", "c"));
    EXPECT_EQ(attempts, (std::map<std::string, int>{{"a", 4}, {"b", 4}, {"c", 4}}));
    EXPECT_THAT(result->missing, IsEmpty());
}

TEST_F(FetcherTest, AnUpstreamThatIsLostEndsTheRunAndWhatCameIsKept) {
    list({"a", "b", "c", "d"});
    std::atomic<int> attempts = 0;
    const auto result = fetch([&](Orders& orders, Order& order) {
        if (order.item.path.str() < "c") return bring(orders, order);
        ++attempts;
        orders.failed(order, trouble, Again::later);
    });
    EXPECT_TRUE(fails_with(Fault::busy, result));
    EXPECT_THAT(result.error().text(), HasSubstr("the upstream is lost: the line is bad"));
    EXPECT_THAT(landing_.names(), ElementsAre("a", "b"));
    EXPECT_TRUE(listing_.find(path("a"))->digest);
    EXPECT_EQ(attempts, 1 + 3 + 0) << "while nothing arrives, nothing new is begun";
}

TEST_F(FetcherTest, WhileOthersArriveTheUpstreamIsNotLost) {
    list({"bad", "good"});
    FakeUpstream upstream([](Orders& orders, Order& order) {
        if (order.item.path == path("good")) return bring(orders, order);
        orders.failed(order, trouble, Again::later);
    });
    upstream.at_once = 10;
    upstream.bytes_at_once = 100;
    const auto result = fetch(std::move(upstream));
    ASSERT_TRUE(ok(result));
    EXPECT_THAT(paths(result->quarantined), ElementsAre("bad"));
    EXPECT_EQ(result->quarantined[0].reason, "the line is bad");
    EXPECT_THAT(paths(result->missing), ElementsAre("bad"));
    EXPECT_THAT(landing_.names(), ElementsAre("good"));
}

TEST_F(FetcherTest, WhatCannotBeHadIsLeftAndTold) {
    list({"c", "a", "b"});
    const auto result = fetch([](Orders& orders, Order& order) {
        if (order.item.path == path("b")) return bring(orders, order);
        orders.failed(order, Error(Fault::failed, "403"), Again::no);
    });
    ASSERT_TRUE(ok(result));
    EXPECT_THAT(paths(result->quarantined), ElementsAre("a", "c"));
    EXPECT_THAT(paths(result->missing), ElementsAre("a", "c"));
    EXPECT_THAT(result->changed, IsEmpty());
}

TEST_F(FetcherTest, WhatChangedOrIsGoneIsNotQuarantined) {
    list({"changed", "gone", "same", "stays"});
    const auto result = fetch([](Orders& orders, Order& order) {
        const auto& name = order.item.path.str();
        if (name == "changed") return orders.failed(order, Error(Fault::changed, "another size"), Again::no);
        if (name == "gone") return orders.failed(order, Error(Fault::not_found, "404"), Again::later);
        if (name == "same") return orders.still_same(order);
        bring(orders, order);
    });
    ASSERT_TRUE(ok(result));
    EXPECT_THAT(paths(result->changed), ElementsAre("changed", "gone"));
    EXPECT_THAT(paths(result->same), ElementsAre("same"));
    EXPECT_THAT(paths(result->missing), ElementsAre("changed", "gone", "same"));
    EXPECT_THAT(result->quarantined, IsEmpty());
    EXPECT_THAT(landing_.names(), ElementsAre("stays"));
}

// Who looks up what a fetch of a large tree tells of need not search through it.
TEST_F(FetcherTest, WhatIsTheSameIsToldInTheListingsOrder) {
    list({"a", "b", "c"});
    std::vector<Order*> taken;
    FakeUpstream upstream([&](Orders& orders, Order& order) {
        taken.push_back(&order);
        if (taken.size() < 3) return;
        for (const std::size_t at : {2, 0, 1})
            orders.still_same(*taken.at(at));
    });
    upstream.at_once = 3;
    upstream.bytes_at_once = 100;
    const auto result = fetch(std::move(upstream));
    ASSERT_TRUE(ok(result));
    EXPECT_THAT(paths(result->same), ElementsAre("a", "b", "c"));
}

TEST_F(FetcherTest, OurFullDiskEndsTheRunAndWhatCameIsKept) {
    list({"a", "no-room", "z"});
    const auto result = fetch(bring);
    EXPECT_TRUE(fails_with(Fault::no_space, result));
    EXPECT_THAT(landing_.names(), ElementsAre("a"));
}

TEST_F(FetcherTest, ALaneMayGiveUpForAll) {
    list({"a", "b", "c"});
    const auto result = fetch([](Orders& orders, Order& order) {
        if (order.item.path == path("b")) return orders.give_up(Error(Fault::no_space, "full"));
        bring(orders, order);
    });
    EXPECT_TRUE(fails_with(Fault::no_space, result));
    EXPECT_THAT(landing_.names(), ElementsAre("a"));
}

TEST_F(FetcherTest, ACommitThatFailsEndsTheRun) {
    list({"a"});
    landing_.on_commit = [] { return Status(Error(Fault::no_space, "no room for rows")); };
    EXPECT_TRUE(fails_with(Fault::no_space, fetch(bring)));
    EXPECT_FALSE(listing_.find(path("a"))->digest);
    landing_.on_commit = []() -> Status { throw Failure(Error(Fault::damaged, "the catalogue is broken")); };
    EXPECT_TRUE(fails_with(Fault::damaged, fetch(bring)));
}

TEST_F(FetcherTest, WhatEscapesALaneEndsTheRun) {
    list({"a", "b"});
    const auto result = fetch([](Orders& orders, Order& order) {
        if (order.item.path == path("b")) throw std::runtime_error("surprise");
        bring(orders, order);
    });
    EXPECT_TRUE(fails_with(Fault::failed, result));
    EXPECT_THAT(result.error().text(), HasSubstr("surprise"));
    EXPECT_THAT(landing_.names(), ElementsAre("a"));
}

TEST_F(FetcherTest, AStopEndsAllLanesAndWhatCameIsKept) {
    list({"a", "b", "c", "d"});
    std::atomic<int> asked = 0;
    const auto result = fetch([&](Orders& orders, Order& order) {
        ++asked;
        if (order.item.path == path("a")) return bring(orders, order);
        progress_.request_stop();
        orders.failed(order, Error(Fault::refused, "stopped"), Again::no);
    });
    EXPECT_TRUE(fails_with(Fault::refused, result));
    EXPECT_EQ(asked, 2);
    EXPECT_THAT(landing_.names(), ElementsAre("a"));
}

TEST_F(FetcherTest, AStopWakesThoseWhoWait) {
    list({"a"});
    wish_.retry = {.retries = 3, .first = 1h, .longest = 1h};
    const auto result = fetch(
        [&](Orders& orders, Order& order) {
            orders.failed(order, trouble, Again::later);
            progress_.request_stop();
        },
        3);
    EXPECT_TRUE(fails_with(Fault::refused, result));
}

// A crash costs one batch, so a large fetch has several.
TEST_F(FetcherTest, ManyFilesAreCommittedInBatches) {
    constexpr int files = 70'000;
    test::Tree tree;
    for (int number = 0; number < files; ++number)
        tree.emplace_back("f" + std::to_string(number), file_of("x"));
    set_listing(tree);
    temp_.write("work/x", "x", test::noon);
    const auto work = Folder::open(temp_.at("work")).value();
    const auto result = fetch(
        [&](Orders& orders, Order& order) { orders.landed(order, work, path("x"), Acquire::share); }, 2);
    ASSERT_TRUE(ok(result));
    EXPECT_THAT(landing_.kept, SizeIs(files));
    EXPECT_GE(landing_.commits, 2);
}

TEST_F(FetcherTest, TellsOfFoldersThatAreWantedAsTheyAre) {
    const auto entries = test::Tree{{"all", test::folder_of()},     {"current", test::folder_of()},
                                    {"partial", test::folder_of()}, {"some", test::folder_of()},
                                    {"top", test::folder_of()},     {"top/below", test::folder_of()}};
    const std::vector<std::string> wanted{"all/1",  "all/2",  "current/1", "partial/1",
                                          "some/1", "some/3", "top/1",     "top/below/1"};
    auto tree = entries;
    for (const auto& name : wanted)
        tree.emplace_back(name, file_of(name));
    tree.emplace_back("some/2", file_of("here already"));
    tree.emplace_back("current/2", file_of("here already"));
    listing_ = test::listing_of(tree);
    listing_.set_whole_except({"partial"});
    for (const auto& name : wanted)
        wanted_.push_back({listing_.place_of(path(name)).value(), false});
    std::map<std::string, std::uint32_t> told;
    const auto result = fetch([&](Orders& orders, Order& order) {
        told[order.item.path.str()] = order.all_of_folder;
        bring(orders, order);
    });
    ASSERT_TRUE(ok(result));
    const std::map<std::string, std::uint32_t> expected{{"all/1", 2},     {"all/2", 2},      {"current/1", 0},
                                                        {"partial/1", 0}, {"some/1", 0},     {"some/3", 0},
                                                        {"top/1", 0},     {"top/below/1", 1}};
    EXPECT_EQ(told, expected);
}

}  // namespace
}  // namespace mirrorseed::sync
