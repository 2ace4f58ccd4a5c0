#include "httpd/tracker/packets.hpp"

#include "tests/httpd/tracker/packet_words.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::httpd::tracker {
namespace {

TEST(Packet, ReadsAConnect) {
    const auto packet = parse_packet(connect_packet(7));
    EXPECT_EQ(packet.kind, Packet::Kind::connect);
    EXPECT_EQ(packet.transaction, 7U);
    auto wrong = connect_packet(7);
    wrong[0] = 1;
    EXPECT_EQ(parse_packet(wrong).kind, Packet::Kind::none);
}

TEST(Packet, ReadsAnAnnounce) {
    auto bytes = announce_packet({.id = 0x1122334455667788,
                                  .transaction = 9,
                                  .left = 0,
                                  .event = 1,
                                  .wanted = 3,
                                  .key = 5,
                                  .port = 6881});
    const auto packet = parse_packet(bytes);
    ASSERT_EQ(packet.kind, Packet::Kind::announce);
    EXPECT_EQ(packet.connection_id, 0x1122334455667788U);
    EXPECT_EQ(packet.transaction, 9U);
    EXPECT_EQ(packet.announce.info_hash, a_hash());
    EXPECT_EQ(packet.announce.event, Event::completed);
    EXPECT_TRUE(packet.announce.seeds);
    EXPECT_EQ(packet.announce.wanted, 3U);
    EXPECT_EQ(packet.announce.key, 5U);
    EXPECT_EQ(packet.announce.port, 6881);
    bytes.push_back(2);  // an extension of BEP 41
    EXPECT_EQ(parse_packet(bytes).kind, Packet::Kind::announce);
}

TEST(Packet, BoundsWhatAnAnnounceSays) {
    EXPECT_EQ(parse_packet(announce_packet({.wanted = 0xffffffff})).announce.wanted, 50U);
    EXPECT_EQ(parse_packet(announce_packet({.wanted = 5000})).announce.wanted, 100U);
    EXPECT_EQ(parse_packet(announce_packet({.event = 4})).announce.event, Event::paused);
    EXPECT_EQ(parse_packet(announce_packet({.event = 77})).announce.event, Event::none);
    EXPECT_FALSE(parse_packet(announce_packet({.left = 1})).announce.seeds);
}

TEST(Packet, IsNoneWhereItIsTooShortOrUnknown) {
    for (const auto& whole : {connect_packet(1), announce_packet({}), scrape_packet(1, 1)})
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const auto cut = parse_packet(ByteSpan(whole).first(size));
            EXPECT_EQ(cut.kind, Packet::Kind::none) << size << " of " << whole.size();
        }
    auto bytes = announce_packet({});
    for (const auto action : {std::uint8_t{3}, std::uint8_t{4}, std::uint8_t{255}}) {
        bytes[11] = action;
        EXPECT_EQ(parse_packet(bytes).kind, Packet::Kind::none);
    }
}

TEST(Packet, ReadsAScrapeAndNoMoreHashesThanFit) {
    const auto two = scrape_packet(1, 2);
    const auto packet = parse_packet(two);
    ASSERT_EQ(packet.kind, Packet::Kind::scrape);
    ASSERT_EQ(packet.hashes.size(), 40U);
    EXPECT_EQ(hash_at(packet.hashes, 1), a_hash());
    EXPECT_EQ(parse_packet(scrape_packet(1, 90)).hashes.size(), 74U * 20);
}

TEST(Packet, RepliesAreThoseOfBep15) {
    std::array<std::uint8_t, largest_reply> out;
    const auto text = [&](std::size_t size) { return std::string(out.begin(), out.begin() + size); };
    EXPECT_EQ(text(write_connect_reply(out, 7, 0x0102030405060708)),
              std::string("\0\0\0\0\0\0\0\7\1\2\3\4\5\6\7\10", 16));
    const std::array<std::uint8_t, 6> peer{192, 0, 2, 1, 0x1a, 0xe1};
    EXPECT_EQ(text(write_announce_reply(out, 7, 1800, {.seeders = 2, .leechers = 3}, peer)),
              std::string("\0\0\0\1\0\0\0\7\0\0\7\10\0\0\0\3\0\0\0\2\xc0\0\2\1\x1a\xe1", 26));
    const std::array counts{SwarmCounts{.seeders = 1, .leechers = 2, .paused = 0, .completed = 3}};
    EXPECT_EQ(text(write_scrape_reply(out, 7, counts)),
              std::string("\0\0\0\2\0\0\0\7\0\0\0\1\0\0\0\3\0\0\0\2", 20));
    EXPECT_EQ(text(write_error_reply(out, 7, "no")), std::string("\0\0\0\3\0\0\0\7no", 10));
}

TEST(Packet, LargestRepliesFit) {
    std::array<std::uint8_t, largest_reply> out;
    const std::array<std::uint8_t, most_wanted * 6> v4{};
    const std::array<std::uint8_t, most_wanted_v6 * 18> v6{};
    const std::array<SwarmCounts, most_scraped> counts{};
    EXPECT_EQ(write_announce_reply(out, 1, 1, {}, v4), 620U);
    EXPECT_EQ(write_announce_reply(out, 1, 1, {}, v6), 20U + v6.size());
    EXPECT_LE(40 + 8 + 20 + v6.size(), 1280U);
    EXPECT_EQ(write_scrape_reply(out, 1, counts), 8U + 12 * most_scraped);
}

}  // namespace
}  // namespace mirrorseed::httpd::tracker
