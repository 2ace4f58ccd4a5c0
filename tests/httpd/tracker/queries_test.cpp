#include "httpd/tracker/queries.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mirrorseed::httpd::tracker {
namespace {

const std::string hash = "info_hash=%00%0a%FF%26abcdefghijklmn%3D%25";
const std::string id = "peer_id=-LT2080-%00%01%02%03%04%05%06%07%08%09%0A%0B";
const std::string base = hash + "&" + id + "&port=6881";

TEST(AnnounceQuery, ReadsBytesAsTheyStand) {
    const auto parsed = parse_announce_query(base + "&left=5&event=started&numwant=7&key=0A1b2C3d&compact=1");
    ASSERT_EQ(parsed.fault, "");
    const auto& announce = parsed.announce;
    EXPECT_EQ(std::string(announce.info_hash.begin(), announce.info_hash.end()),
              std::string("\0\n\xff&abcdefghijklmn=%", 20));
    EXPECT_EQ(announce.peer_id[19], 0x0b);
    EXPECT_EQ(announce.port, 6881);
    EXPECT_FALSE(announce.seeds);
    EXPECT_EQ(announce.event, Event::started);
    EXPECT_EQ(announce.wanted, 7U);
    EXPECT_EQ(announce.key, 0x0a1b2c3dU);
}

TEST(AnnounceQuery, TakesAPlusForAPlusAndBytesBeyondAscii) {
    const auto parsed = parse_announce_query("info_hash=++++++++++++++++++++&peer_id=\xe9\xff\x80" +
                                             std::string(17, 'x') + "&port=1");
    ASSERT_EQ(parsed.fault, "");
    EXPECT_EQ(parsed.announce.info_hash[0], '+');
    EXPECT_EQ(parsed.announce.peer_id[0], 0xe9);
}

TEST(AnnounceQuery, HasDefaults) {
    const auto announce = parse_announce_query(base).announce;
    EXPECT_EQ(announce.event, Event::none);
    EXPECT_EQ(announce.wanted, 50U);
    EXPECT_EQ(announce.key, 0U);
    EXPECT_FALSE(announce.seeds) << "who does not tell what is left has something left";
    EXPECT_TRUE(parse_announce_query(base + "&left=0").announce.seeds);
    for (const auto* odd : {"&left=", "&left=x", "&left=-1", "&left=99999999999999999999"})
        EXPECT_FALSE(parse_announce_query(base + odd).announce.seeds) << odd;
}

TEST(AnnounceQuery, BoundsWhatIsWanted) {
    const auto wanted = [](const char* text) {
        return parse_announce_query(base + "&numwant=" + text).announce.wanted;
    };
    EXPECT_EQ(wanted("0"), 0U);
    EXPECT_EQ(wanted("100"), 100U);
    EXPECT_EQ(wanted("4000000000000"), 100U);
    for (const auto* odd : {"-1", "", "many"})
        EXPECT_EQ(wanted(odd), 50U) << odd;
}

TEST(AnnounceQuery, HearsNoWordOnAddresses) {
    const auto plain = parse_announce_query(base).announce;
    const auto aimed =
        parse_announce_query(base + "&ip=192.0.2.1&ipv4=192.0.2.1:80&ipv6=%5B2001:db8::1%5D:80");
    EXPECT_EQ(aimed.fault, "");
    EXPECT_EQ(aimed.announce.port, plain.port);
}

TEST(AnnounceQuery, RefusesWhatIsNone) {
    for (const auto& [query, fault] : {std::pair<std::string, const char*>{"", "info_hash is missing"},
                                       {id + "&port=1", "info_hash is missing"},
                                       {hash + "&port=1", "peer_id is missing"},
                                       {hash + "&" + id, "port is missing or no port"},
                                       {hash + "&" + id + "&port=0", "port is missing or no port"},
                                       {hash + "&" + id + "&port=65536", "port is missing or no port"},
                                       {"info_hash=short&" + id, "info_hash is not 20 bytes"},
                                       {hash + "x&" + id, "info_hash is not 20 bytes"},
                                       {"info_hash=%0", "info_hash is not 20 bytes"},
                                       {"info_hash=%zz012345678901234567x", "info_hash is not 20 bytes"},
                                       {hash + "&" + hash, "info_hash is not 20 bytes"},
                                       {hash + "&peer_id=", "peer_id is not 20 bytes"},
                                       {"info_hash", "info_hash is not 20 bytes"}})
        EXPECT_EQ(parse_announce_query(query).fault, fault) << query;
    EXPECT_EQ(parse_announce_query("&&" + base + "&&=&x").fault, "");
}

TEST(AnnounceQuery, KeysAreNumbersInHexOrAnyWord) {
    const auto key = [](const char* text) {
        return parse_announce_query(base + "&key=" + text).announce.key;
    };
    EXPECT_EQ(key("ff"), 255U);
    EXPECT_EQ(key(""), 0U) << "none";
    EXPECT_NE(key("0123456789"), 0U);
    EXPECT_NE(key("0123456789"), key("0123456780"));
    EXPECT_EQ(key("wxyz"), key("wxyz"));
}

TEST(ScrapeQuery, TakesManyHashesAndNoMoreThanFit) {
    ScrapeQuery parsed;
    parse_scrape_query(hash + "&x=1&" + hash, parsed);
    EXPECT_EQ(parsed.fault, "");
    EXPECT_EQ(parsed.count, 2U);
    std::string many;
    for (int i = 0; i < 80; ++i)
        many += hash + "&";
    parse_scrape_query(many, parsed);
    EXPECT_EQ(parsed.count, 74U);
    parse_scrape_query("info_hash=x", parsed);
    EXPECT_NE(parsed.fault, "");
    parse_scrape_query("", parsed);
    EXPECT_NE(parsed.fault, "") << "everything at once is told to nobody";
}

TEST(TrackerTarget, IsSpelledInOneWay) {
    EXPECT_EQ(tracker_target("/-/announce"), Target::announce);
    EXPECT_EQ(tracker_target("/-/announce?x"), Target::announce);
    EXPECT_EQ(tracker_target("/-/scrape?"), Target::scrape);
    for (const auto* other :
         {"/-/announcement", "/-/announce/", "/announce", "/-/scrap", "/-/", "", "/-/%61nnounce"})
        EXPECT_EQ(tracker_target(other), Target::none) << other;
    EXPECT_EQ(query_of("/-/announce?a=b?c"), "a=b?c");
    EXPECT_EQ(query_of("/-/announce"), "");
}

}  // namespace
}  // namespace mirrorseed::httpd::tracker
