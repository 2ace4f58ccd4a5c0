#include "httpd/tracker/peer_store.hpp"

#include "tests/httpd/tracker/packet_words.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace mirrorseed::httpd::tracker {
namespace {

using Store = PeerStore<4>;
using Peer = Store::Peer;

Peer peer(std::uint32_t id, std::uint32_t place) {
    return {.id = id,
            .seen = Stamp(at({}), false),
            .compact = {static_cast<std::uint8_t>(place >> 24), static_cast<std::uint8_t>(place >> 16),
                        static_cast<std::uint8_t>(place >> 8), static_cast<std::uint8_t>(place), 0x1a, 0xe1}};
}

std::vector<std::uint32_t> sampled(const Store& store, std::uint64_t random, std::uint32_t wanted,
                                   const Store::Except& except = {}) {
    std::vector<std::uint8_t> bytes(wanted * 6);
    std::vector<std::uint32_t> places(store.sample(random, wanted, except, bytes.data()));
    for (std::size_t i = 0; i < places.size(); ++i)
        for (std::size_t byte = 0; byte < 4; ++byte)
            places[i] = places[i] << 8 | bytes[i * 6 + byte];
    return places;
}

TEST(PeerStore, KeepsWhatAMapKeeps) {
    Store store;
    std::map<std::uint32_t, std::uint32_t> known;
    std::mt19937 random(1);
    for (int step = 0; step < 200'000; ++step) {
        // Ids of few places, so that they push each other along and over the end.
        const auto id = static_cast<std::uint32_t>((random() % 4000) * 0x00100001U + 0xf0000000U);
        const auto has = store.find(id);
        ASSERT_EQ(has != nullptr, known.contains(id)) << step;
        if (has != nullptr) {
            ASSERT_EQ(has->compact, peer(id, known[id]).compact);
            store.remove(has);
            known.erase(id);
        } else if (random() % 3 != 0) {
            store.add(peer(id, static_cast<std::uint32_t>(step)));
            known[id] = static_cast<std::uint32_t>(step);
        }
        ASSERT_EQ(store.size(), known.size());
    }
}

TEST(PeerStore, IsNeverEmptierThanItsPriceAllows) {
    Store store;
    std::mt19937 random(1);
    while (store.size() < 200'000) {
        const auto id = static_cast<std::uint32_t>(random());
        if (store.find(id) != nullptr) continue;
        store.add(peer(id, id));
        if (store.size() < 50) continue;
        ASSERT_LT(store.capacity() * 12.0 / store.size(), 17.5) << store.size();
    }
}

TEST(PeerStore, SamplesAllWhereThereAreFewAndOnlyOnceEach) {
    Store store;
    std::mt19937 random(1);
    for (std::uint32_t count = 0; count < 600; ++count) {
        for (const std::uint32_t wanted : {0U, 1U, 7U, 50U, 100U}) {
            const auto places = sampled(store, std::uint64_t{random()} << 32 | random(), wanted);
            EXPECT_EQ(places.size(), std::min(wanted, count)) << count;
            EXPECT_EQ(std::set(places.begin(), places.end()).size(), places.size());
        }
        store.add(peer(static_cast<std::uint32_t>(random()), count));
    }
}

TEST(PeerStore, LeavesOutWhoeverAsks) {
    Store store;
    for (std::uint32_t i = 0; i < 20; ++i)
        store.add(peer(i * 0x0c000001, i));
    const auto by_id = sampled(store, 5, 50, {.id = 3 * 0x0c000001});
    EXPECT_EQ(by_id.size(), 19U);
    EXPECT_EQ(std::count(by_id.begin(), by_id.end(), 3U), 0);
    EXPECT_EQ(sampled(store, 5, 50, {.id = 1, .compact = peer(0, 4).compact}).size(), 19U);
}

TEST(PeerStore, TellsEverybodyAboutAsOften) {
    Store store;
    std::mt19937_64 random(1);
    constexpr std::uint32_t count = 5000;
    for (std::uint32_t i = 0; i < count; ++i)
        store.add(peer(static_cast<std::uint32_t>(random()), i));
    std::vector<unsigned> told(count);
    for (int i = 0; i < 20'000; ++i)
        for (const auto place : sampled(store, random(), 50))
            ++told[place];
    // Two hundred times each, if it were chance alone; who comes behind a gap is told somewhat more often.
    EXPECT_GT(*std::min_element(told.begin(), told.end()), 40U);
    EXPECT_LT(*std::max_element(told.begin(), told.end()), 600U);
}

TEST(PeerStore, IsSweptInPartsAndGivesRoomBack) {
    Store store;
    std::mt19937 random(1);
    for (std::uint32_t i = 0; i < 10'000; ++i)
        store.add(peer(static_cast<std::uint32_t>(random()), i));
    std::uint32_t at = 0, parts = 0;
    while (at < store.capacity()) {
        at = store.sweep(at, 1000, [](const Peer& one) { return one.compact[3] % 8 != 0; });
        ++parts;
    }
    EXPECT_GT(parts, 10U);
    EXPECT_NEAR(store.size(), 1250, 20);
    const auto all = sampled(store, 1, 5000);
    EXPECT_EQ(all.size(), store.size());
    EXPECT_TRUE(std::all_of(all.begin(), all.end(), [](auto place) { return place % 8 == 0; }));
    store.give_back_room();
    EXPECT_LT(store.capacity(), 1700U);
    EXPECT_EQ(sampled(store, 1, 5000).size(), store.size());
    store.sweep(0, store.capacity(), [](const Peer&) { return true; });
    store.give_back_room();
    EXPECT_EQ(store.capacity(), 0U);
    EXPECT_EQ(store.find(1), nullptr);
}

TEST(Stamp, TellsAnAgeAcrossItsWrap) {
    for (const int begin : {0, 32767, 32768, 70000}) {
        const auto then = Time(std::chrono::minutes(begin));
        EXPECT_EQ(Stamp(then, true).age(then + std::chrono::minutes(46)), std::chrono::minutes(46));
        EXPECT_TRUE(Stamp(then, true).is_paused());
        EXPECT_FALSE(Stamp(then, false).is_paused());
    }
}

}  // namespace
}  // namespace mirrorseed::httpd::tracker
