#include "httpd/tracker/desk.hpp"

#include "tests/httpd/tracker/packet_words.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>

namespace mirrorseed::httpd::tracker {
namespace {

using std::chrono::seconds;

class DeskTest : public testing::Test {
protected:
    DeskTest() {
        tracker->swarms.track({a_hash(1)});
        tracker->knows_hashes = true;
    }
    std::string ask(const PacketBytes& packet, const Address& from) {
        const auto size = desk->packet(*tracker, packet, asker_at(from).value(), now, out, tally);
        return {out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size)};
    }
    std::string announce(const std::string& query, const std::optional<Address>& from) {
        return desk->announce(*tracker, query, from ? asker_at(*from) : std::nullopt, now, tally);
    }
    std::uint64_t id_of(const Address& from) const { return tracker->ids.id_for(from, now); }
    static std::uint32_t number(const std::string& text, std::size_t at) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i)
            value = value << 8 | static_cast<std::uint8_t>(text[at + i]);
        return value;
    }

    std::unique_ptr<Tracker> tracker = std::make_unique<Tracker>();
    std::unique_ptr<Desk> desk = std::make_unique<Desk>();
    Tally tally;
    std::array<std::uint8_t, largest_reply> out{};
    Time now = at({});
    const Address here = v4(8, 8, 8, 8), there = v4(8, 8, 4, 4);
};

const std::string query =
    "info_hash=%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01&peer_id=aaaaaaaaaaaaaaaaaaaa&"
    "port=1";

TEST_F(DeskTest, GivesAnIdAndThenPeers) {
    const auto connected = ask(connect_packet(5), here);
    ASSERT_EQ(connected.size(), 16U);
    std::uint64_t id = std::uint64_t{number(connected, 8)} << 32 | number(connected, 12);
    EXPECT_EQ(id, id_of(here));
    EXPECT_EQ(ask(announce_packet({.id = id, .transaction = 6, .peer = 1}), here).size(), 20U);
    const auto told = ask(announce_packet({.id = id_of(there), .transaction = 7, .peer = 2}), there);
    ASSERT_EQ(told.size(), 26U);
    EXPECT_EQ(number(told, 0), 1U);
    EXPECT_EQ(number(told, 4), 7U);
    EXPECT_GE(number(told, 8), Intervals::shortest);
    EXPECT_LT(number(told, 8), 45 * 60U);
    EXPECT_EQ(number(told, 12), 2U);
    EXPECT_EQ(told.substr(20), std::string("\10\10\10\10\x1a\xe1"));
    EXPECT_EQ(tally.of(Done::announce_by_udp), 2U);
}

TEST_F(DeskTest, SendsNothingLongerThanCameBeforeAnIdIsShown) {
    std::mt19937_64 random(1);
    std::vector<PacketBytes> packets{connect_packet(1), announce_packet({.id = 1}), scrape_packet(1, 1),
                                     scrape_packet(id_of(there), 74), announce_packet({.id = id_of(there)})};
    for (int i = 0; i < 20'000; ++i) {
        auto packet = packets[random() % 5];
        packet.resize(random() % 8 == 0 ? random() % (packet.size() + 1) : packet.size());
        if (!packet.empty() && i > 10)
            packet[random() % packet.size()] ^= static_cast<std::uint8_t>(random());
        const auto reply = ask(packet, here);
        ASSERT_LE(reply.size(), packet.size());
        ASSERT_NE(reply.substr(0, 4), std::string("\0\0\0\1", 4));
    }
    EXPECT_EQ(tracker->swarms.totals().peers_v4, 0U);
    now += seconds(200);
    const auto late = ask(announce_packet({.id = tracker->ids.id_for(here, now - seconds(200))}), here);
    EXPECT_EQ(late.substr(0, 4), std::string("\0\0\0\3", 4));
}

TEST_F(DeskTest, TakesNothingFromThoseWhoseAddressIsForged) {
    for (int i = 0; i < 5000; ++i)
        ask(announce_packet({.id = 99}), here);
    EXPECT_EQ(ask(announce_packet({.id = id_of(here)}), here).size(), 20U);
}

TEST_F(DeskTest, RefusesWhatIsNotTrackedAndPortNought) {
    const auto unknown = ask(announce_packet({.id = id_of(here), .hash = 9}), here);
    EXPECT_EQ(unknown.substr(8), "this torrent is not tracked here");
    EXPECT_EQ(ask(announce_packet({.id = id_of(here), .port = 0}), here).substr(8), "port is 0");
    EXPECT_NE(announce(query + "&info_hash=", here).find("failure"), std::string::npos);
    const auto other =
        announce("info_hash=aaaaaaaaaaaaaaaaaaaa" + query.substr(query.find("&peer_id")), here);
    EXPECT_EQ(other, "d14:failure reason32:this torrent is not tracked here8:retry in5:nevere");
    EXPECT_EQ(tally.of(Done::unknown_hash), 2U);
}

TEST_F(DeskTest, AnswersScrapes) {
    ask(announce_packet({.id = id_of(here), .left = 0}), here);
    const auto counts = ask(scrape_packet(id_of(here), 2), here);
    ASSERT_EQ(counts.size(), 8U + 24);
    EXPECT_EQ(number(counts, 8), 1U);
    EXPECT_EQ(number(counts, 16), 0U);
    const auto text = desk->scrape(*tracker, query, asker_at(here), now, tally);
    EXPECT_NE(text.find("8:completei1e"), std::string::npos);
    EXPECT_EQ(desk->scrape(*tracker, "info_hash=aaaaaaaaaaaaaaaaaaaa", asker_at(here), now, tally),
              "d5:filesde5:flagsd20:min_request_intervali300eee");
}

TEST_F(DeskTest, RefusesWhoHasNoAddressOrComesTooOften) {
    EXPECT_NE(announce(query, std::nullopt).find("proxy"), std::string::npos);
    int refused = 0;
    for (int i = 0; i < 1500; ++i)
        refused += announce(query, here).find("too many") != std::string::npos ? 1 : 0;
    EXPECT_EQ(refused, 500);
    EXPECT_EQ(ask(announce_packet({.id = id_of(here)}), here), "") << "whichever way it comes";
    EXPECT_EQ(announce(query, there).find("failure"), std::string::npos);
    for (int i = 0; i < 1500; ++i)
        EXPECT_EQ(announce(query, v4(127, 0, 0, 1)).find("failure"), std::string::npos);
    now += seconds(10);
    EXPECT_EQ(announce(query, here).find("failure"), std::string::npos);
}

TEST_F(DeskTest, AsksThemToComeAgainWhereNothingIsKnownYet) {
    tracker->knows_hashes = false;
    EXPECT_NE(announce(query, here).find("8:retry ini5e"), std::string::npos);
    EXPECT_EQ(ask(announce_packet({.id = id_of(here)}), here), "");
}

}  // namespace
}  // namespace mirrorseed::httpd::tracker
