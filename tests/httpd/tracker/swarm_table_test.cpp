#include "httpd/tracker/swarm_table.hpp"

#include "tests/httpd/tracker/packet_words.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

namespace mirrorseed::httpd::tracker {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Outcome = SwarmTable::Outcome;

struct Words {
    std::uint32_t peer = 1, key = 0;
    std::uint8_t hash = 1;
    bool seeds = false;
    Event event = Event::none;
    unsigned wanted = 50;
    std::uint16_t port = 6881;
    Families families = Families::both;
};

class Swarms : public testing::Test {
protected:
    Swarms() { table.track({a_hash(1), a_hash(2)}); }

    Outcome announce(const Address& from, const Words& words) {
        Announce said{.info_hash = a_hash(words.hash),
                      .key = words.key,
                      .port = words.port,
                      .seeds = words.seeds,
                      .event = words.event,
                      .wanted = words.wanted};
        std::memcpy(said.peer_id.data(), &words.peer, sizeof words.peer);
        return table.announce(said, asker_at(from).value(), words.families, now,
                              random_ += 0x9e3779b97f4a7c15, told);
    }
    std::size_t v4_told() const { return told.peers.count_v4; }
    std::size_t v6_told() const { return told.peers.count_v6; }
    SwarmCounts counts(std::uint8_t hash = 1) const { return table.counts(a_hash(hash)).value(); }
    void sweep_all() {
        for (int i = 0; i < 200; ++i)
            table.sweep(now);
    }

    SwarmTable table{SwarmLimits{.of_swarm = 1000, .in_all = 1500}};
    SwarmTable::Told told;
    Time now = at({});
    std::uint64_t random_ = 1;
};

TEST_F(Swarms, AreOfTrackedHashesAlone) {
    EXPECT_EQ(announce(v4(8, 8, 8, 8), {.hash = 3}), Outcome::unknown_hash);
    EXPECT_FALSE(table.counts(a_hash(3)));
    EXPECT_EQ(announce(v4(8, 8, 8, 8), {}), Outcome::answered);
    EXPECT_EQ(announce(v4(8, 8, 8, 8), {.hash = 2}), Outcome::answered);
    table.track({a_hash(3), a_hash(2)});
    EXPECT_EQ(announce(v4(8, 8, 8, 8), {}), Outcome::unknown_hash) << "gone at once";
    EXPECT_EQ(counts(2).leechers, 1U) << "what stays keeps its peers";
    EXPECT_EQ(table.totals().peers_v4, 1U);
    table.track({a_hash(1)});
    EXPECT_EQ(counts().leechers, 0U) << "and what comes back begins anew";
}

TEST_F(Swarms, TellPeersOfEachOther) {
    announce(v4(8, 8, 8, 1), {.peer = 1});
    EXPECT_EQ(v4_told(), 0U) << "never of oneself";
    announce(v4(8, 8, 8, 2), {.peer = 2, .port = 0x1234});
    ASSERT_EQ(v4_told(), 1U);
    EXPECT_EQ(told.peers.v4[3], 1);
    announce(v4(8, 8, 8, 1), {.peer = 1});
    ASSERT_EQ(v4_told(), 1U);
    EXPECT_EQ(told.peers.v4[4], 0x12);
    EXPECT_EQ(told.peers.v4[5], 0x34);
    EXPECT_EQ(told.counts.leechers, 2U);
}

TEST_F(Swarms, TellSeedsOfNoSeeds) {
    announce(v4(8, 8, 8, 1), {.peer = 1, .seeds = true});
    announce(v4(8, 8, 8, 2), {.peer = 2, .seeds = true});
    EXPECT_EQ(v4_told(), 0U);
    announce(v4(8, 8, 8, 3), {.peer = 3});
    EXPECT_EQ(v4_told(), 2U);
    announce(v4(8, 8, 8, 1), {.peer = 1, .seeds = true});
    EXPECT_EQ(v4_told(), 1U);
    EXPECT_EQ(told.counts, (SwarmCounts{.seeders = 2, .leechers = 1}));
}

TEST_F(Swarms, TellAsManyAsAreWanted) {
    for (std::uint32_t i = 1; i <= 300; ++i)
        announce(v4(8, 8, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)),
                 {.peer = i, .seeds = i % 3 == 0});
    for (const unsigned wanted : {0U, 1U, 50U, 99U, 100U}) {
        announce(v4(8, 8, 0, 1), {.peer = 1, .wanted = wanted});
        EXPECT_EQ(v4_told(), wanted);
        std::set<std::string> places;
        for (std::size_t i = 0; i < v4_told(); ++i)
            places.emplace(told.peers.v4.begin() + i * 6, told.peers.v4.begin() + i * 6 + 6);
        EXPECT_EQ(places.size(), wanted);
    }
}

TEST_F(Swarms, CountAClientOfBothFamiliesOnce) {
    announce(v4(8, 8, 8, 1), {.peer = 1, .key = 7});
    announce(v6(1), {.peer = 1, .key = 7});
    EXPECT_EQ(v4_told() + v6_told(), 0U) << "its other address is itself";
    EXPECT_EQ(counts(), (SwarmCounts{.leechers = 1}));
    announce(v4(8, 8, 8, 1), {.peer = 1, .key = 7, .seeds = true, .event = Event::completed});
    EXPECT_EQ(counts(), (SwarmCounts{.seeders = 1, .completed = 1}));
    announce(v6(1), {.peer = 1, .key = 7, .seeds = true, .event = Event::completed});
    EXPECT_EQ(counts().seeders, 1U);
    announce(v4(8, 8, 8, 2), {.peer = 2, .key = 8});
    EXPECT_EQ(v4_told(), 1U);
    EXPECT_EQ(v6_told(), 1U);
    EXPECT_EQ(table.totals().peers_v4, 2U);
    EXPECT_EQ(table.totals().peers_v6, 1U);
    announce(v4(8, 8, 8, 1), {.peer = 1, .key = 7, .seeds = true, .event = Event::stopped});
    EXPECT_EQ(counts(), (SwarmCounts{.seeders = 1, .leechers = 1, .completed = counts().completed}));
    announce(v6(1), {.peer = 1, .key = 7, .event = Event::stopped});
    EXPECT_EQ(counts().seeders, 0U);
}

TEST_F(Swarms, KnowAClientThatMovesByItsKey) {
    announce(v4(8, 8, 8, 1), {.peer = 1, .key = 7});
    announce(v4(9, 9, 9, 9), {.peer = 1, .key = 7});
    EXPECT_EQ(counts().leechers, 1U);
    announce(v4(10, 0, 0, 1), {.peer = 1, .key = 7});
    EXPECT_EQ(counts().leechers, 1U) << "into its site, too";
    announce(v4(8, 8, 8, 8), {.peer = 1});
    EXPECT_EQ(counts().leechers, 2U) << "who knows an id alone takes nobody's place";
    announce(v4(8, 8, 8, 9), {.peer = 1, .event = Event::stopped});
    EXPECT_EQ(counts().leechers, 2U) << "nor takes anybody out";
}

TEST_F(Swarms, TellPrivatePeersToTheirOwnReachAlone) {
    const auto internet = v4(8, 8, 8, 8), site = v4(10, 0, 0, 1), machine = v4(127, 0, 0, 1);
    announce(internet, {.peer = 1});
    announce(site, {.peer = 2});
    EXPECT_EQ(v4_told(), 1U) << "what is out there is of use inside";
    announce(machine, {.peer = 3});
    EXPECT_EQ(v4_told(), 1U);
    announce(v4(8, 8, 4, 4), {.peer = 4});
    EXPECT_EQ(v4_told(), 1U) << "and nothing inside to those out there";
    announce(v4(192, 168, 1, 1), {.peer = 5});
    EXPECT_EQ(v4_told(), 3U);
    announce(v6(1, 0xfd), {.peer = 6});
    EXPECT_EQ(v4_told(), 4U);
    EXPECT_FALSE(asker_at(v4(224, 0, 0, 1)));
    EXPECT_FALSE(asker_at(v4(255, 255, 255, 255)));
}

TEST_F(Swarms, CountDownloadsThatEnd) {
    announce(v4(8, 8, 8, 1), {.peer = 1});
    for (int again = 0; again < 3; ++again)
        announce(v4(8, 8, 8, 1), {.peer = 1, .seeds = true, .event = Event::completed});
    EXPECT_EQ(counts().completed, 1U);
    announce(v4(8, 8, 8, 2), {.peer = 2, .event = Event::completed});
    EXPECT_EQ(counts().completed, 1U) << "something is left";
}

TEST_F(Swarms, TellPausedFromDownloading) {
    announce(v4(8, 8, 8, 1), {.peer = 1, .event = Event::paused});
    announce(v4(8, 8, 8, 2), {.peer = 2});
    EXPECT_EQ(counts().downloaders(), 1U);
    EXPECT_EQ(counts().leechers, 2U);
    announce(v4(8, 8, 8, 1), {.peer = 1});
    EXPECT_EQ(counts().downloaders(), 2U);
    announce(v4(8, 8, 8, 1), {.peer = 1, .event = Event::paused});
    announce(v4(8, 8, 8, 1), {.peer = 1, .event = Event::stopped});
    EXPECT_EQ(counts(), (SwarmCounts{.leechers = 1}));
}

TEST_F(Swarms, ForgetWhoDoesNotComeBack) {
    announce(v4(8, 8, 8, 1), {.peer = 1, .key = 7, .event = Event::paused});
    announce(v6(1), {.peer = 1, .key = 7});
    announce(v4(8, 8, 8, 2), {.peer = 2});
    announce(v4(8, 8, 8, 2), {.peer = 2, .hash = 2});
    now += minutes(40);
    announce(v4(8, 8, 8, 2), {.peer = 2});
    sweep_all();
    EXPECT_EQ(counts().leechers, 2U);
    now += minutes(7);
    sweep_all();
    EXPECT_EQ(counts(), (SwarmCounts{.leechers = 1}));
    EXPECT_EQ(counts(2), SwarmCounts());
    EXPECT_EQ(table.totals().peers_v4 + table.totals().peers_v6, 1U);
}

TEST_F(Swarms, AreBounded) {
    const auto from = [](std::uint32_t i) {
        return v4(8, static_cast<std::uint8_t>(i >> 16), static_cast<std::uint8_t>(i >> 8),
                  static_cast<std::uint8_t>(i));
    };
    for (std::uint32_t i = 1; i <= 1000; ++i)
        ASSERT_EQ(announce(from(i), {.peer = i}), Outcome::answered);
    EXPECT_EQ(announce(from(2000), {.peer = 2000}), Outcome::not_let_in);
    EXPECT_EQ(v4_told(), 50U) << "who finds no room learns of the others";
    EXPECT_EQ(announce(from(1), {.peer = 1}), Outcome::answered) << "who is in stays in";
    for (std::uint32_t i = 1; i <= 500; ++i)
        ASSERT_EQ(announce(from(i), {.peer = i, .hash = 2}), Outcome::answered);
    EXPECT_EQ(announce(from(501), {.peer = 501, .hash = 2}), Outcome::not_let_in);
    announce(from(1), {.peer = 1, .event = Event::stopped});
    EXPECT_EQ(announce(from(501), {.peer = 501, .hash = 2}), Outcome::answered);
    now += minutes(50);
    sweep_all();
    EXPECT_EQ(announce(from(502), {.peer = 502}), Outcome::answered);
}

TEST_F(Swarms, LetNoAddressInventManyPeers) {
    for (std::uint32_t i = 0; i < 500; ++i)
        announce(v4(8, 8, 8, 8), {.peer = i, .port = static_cast<std::uint16_t>(i + 1)});
    EXPECT_EQ(counts().leechers, 64U);
    for (std::uint32_t i = 0; i < 500; ++i)
        announce(v6(static_cast<std::uint8_t>(i)), {.peer = 1000 + i});
    EXPECT_EQ(counts().leechers, 128U) << "nor a network of IPv6";
    EXPECT_EQ(announce(v4(8, 8, 8, 9), {.peer = 1}), Outcome::answered);
    now += minutes(10);
    announce(v4(8, 8, 8, 8), {.peer = 5000});
    EXPECT_EQ(counts().leechers, 130U);
    for (std::uint32_t i = 0; i < 300; ++i)
        announce(v4(127, 0, 0, 1), {.peer = i});
    EXPECT_EQ(counts().leechers, 430U) << "this machine may stand for many";
}

TEST_F(Swarms, AreSharedByThreads) {
    std::atomic<bool> ends = false;
    std::vector<std::thread> threads;
    for (std::uint8_t number = 1; number <= 3; ++number)
        threads.emplace_back([&, number] {
            SwarmTable::Told mine;
            for (std::uint32_t i = 0; i < 3000; ++i) {
                Announce said{
                    .info_hash = a_hash(1 + i % 3 % 2), .key = 1 + i % 50 + 100U * number, .port = 1};
                said.seeds = i % 2 == 0;
                const auto from = i % 4 == 0 ? v6(number) : v4(127, 0, number, 1);
                table.announce(said, asker_at(from).value(), Families::both, now, i, mine);
            }
        });
    std::thread other([&] {
        while (!ends) {
            table.sweep(now);
            table.track({a_hash(1), a_hash(2), a_hash(3)});
            (void)table.totals();
            table.track({a_hash(1), a_hash(2)});
        }
    });
    for (auto& thread : threads)
        thread.join();
    ends = true;
    other.join();
    const auto totals = table.totals();
    auto all = counts(1);
    all += counts(2);
    EXPECT_EQ(totals.seeders, all.seeders);
    EXPECT_EQ(totals.leechers, all.leechers);
    EXPECT_GT(totals.peers_v4, 0U);
}

}  // namespace
}  // namespace mirrorseed::httpd::tracker
