#include "httpd/tracker/bencoded_replies.hpp"

#include "tests/httpd/tracker/packet_words.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::httpd::tracker {
namespace {

TEST(BencodedReplies, AnAnnouncesKeysStandInOrder) {
    std::string text;
    const std::array<std::uint8_t, 6> peer{'a', 'b', 'c', 'd', 'e', 'f'};
    AnnounceReply reply{.interval = 1800,
                        .least_interval = 300,
                        .counts = {2, 3, 1, 4},
                        .peers = peer,
                        .asker = v4('w', 'x', 'y', 'z')};
    append_announce_reply(text, reply);
    EXPECT_EQ(text,
              "d8:completei2e10:downloadedi4e11:external ip4:wxyz10:incompletei3e8:intervali1800e"
              "12:min intervali300e5:peers6:abcdefe");
    const std::array<std::uint8_t, 18> peer6{};
    reply.peers = {};
    reply.peers6 = peer6;
    reply.asker = v6(1);
    text.clear();
    append_announce_reply(text, reply);
    EXPECT_NE(text.find("5:peers0:6:peers618:"), text.npos);
    EXPECT_NE(text.find("11:external ip16:"), text.npos);
}

TEST(BencodedReplies, ARefusalSaysWhenToComeAgain) {
    std::string text;
    append_failure(text, "no", Again::never);
    append_failure(text, "late", Again::in_minutes);
    EXPECT_EQ(text, "d14:failure reason2:no8:retry in5:nevered14:failure reason4:late8:retry ini5ee");
}

TEST(BencodedReplies, AScrapesHashesStandInOrderAndOnce) {
    std::string text;
    std::array swarms{ScrapedSwarm{a_hash('b'), {1, 5, 2, 3}}, ScrapedSwarm{a_hash('a'), {}},
                      ScrapedSwarm{a_hash('b'), {1, 5, 2, 3}}};
    append_scrape_reply(text, swarms, 300);
    const auto of = [](char letter, const char* counts) { return "20:" + std::string(20, letter) + counts; };
    EXPECT_EQ(text, "d5:filesd" +
                        of('a', "d8:completei0e10:downloadedi0e11:downloadersi0e10:incompletei0ee") +
                        of('b', "d8:completei1e10:downloadedi3e11:downloadersi3e10:incompletei5ee") +
                        "e5:flagsd20:min_request_intervali300eee");
}

}  // namespace
}  // namespace mirrorseed::httpd::tracker
