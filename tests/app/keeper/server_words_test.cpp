#include "app/keeper/server_words.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mirrorseed::app {
namespace {

TEST(ServerWords, ArriveAsTheyWereSaid) {
    const ServerWord counts = ServerCounts{1, 2, 18446744073709551615U, {}};
    EXPECT_EQ(parse_server_word(to_text(counts)), counts);
    httpd::TrackerFacts facts;
    facts.swarms = {.torrents = 1, .peers_v4 = 2, .peers_v6 = 3, .seeders = 4, .leechers = 5, .completed = 6};
    for (std::size_t i = 0; i < facts.done.size(); ++i)
        facts.done[i] = 18446744073709551615U - i;
    const ServerWord with_tracker = ServerCounts{1, 2, 3, facts};
    EXPECT_EQ(parse_server_word(to_text(with_tracker)), with_tracker);
    const ServerWord changed = LooksChanged{Digest::parse_hex(std::string(64, 'a')).value()};
    EXPECT_EQ(parse_server_word(to_text(changed)), changed);
    const ServerWord asked = SyncAsked{"debian"};
    EXPECT_EQ(parse_server_word(to_text(asked)), asked);
    const ServerWord told = SwarmsTold{7};
    EXPECT_EQ(parse_server_word(to_text(told)), told);
    const httpd::WantedContent file{"debian", RelPath::parse("pool/a b\n%20.deb").value(),
                                    Sha256::of(as_bytes("abc"))};
    const ServerWord wanted = FileWanted{file};
    EXPECT_EQ(parse_server_word(to_text(wanted)), wanted);
    for (const bool is_gone : {true, false}) {
        const KeeperWord lost = FileLost{file, is_gone};
        EXPECT_EQ(parse_keeper_word(to_text(lost)), lost);
    }
    const KeeperWord comes = FileComes{file};
    EXPECT_EQ(parse_keeper_word(to_text(comes)), comes);
    const KeeperWord came = FileCame{file};
    EXPECT_EQ(parse_keeper_word(to_text(came)), came);
    const KeeperWord swarms = SwarmsAsked{18446744073709551615U};
    EXPECT_EQ(parse_keeper_word(to_text(swarms)), swarms);
    const KeeperWord files = HandOver{{HandedFile::config, HandedFile::log, HandedFile::access_log}};
    EXPECT_EQ(parse_keeper_word(to_text(files)), files);
    const KeeperWord live = LiveText{R"({"job": "sync"})"};
    EXPECT_EQ(parse_keeper_word(to_text(live)), live);
    EXPECT_EQ(parse_keeper_word(to_text(KeeperWord(LiveText{}))), KeeperWord(LiveText{}));
}

TEST(ServerWords, ThereAreNoOthers) {
    for (const auto* text : {"",
                             "alive",
                             "alive 1 2",
                             "alive 1 2 3 4",
                             "alive 1  2 3",
                             "alive 1 2 3 tracker",
                             "alive 1 2 3 tracker 1 2",
                             "alive 1 2 3 tracker x",
                             "alive -1 2 3",
                             "changed",
                             "changed abc",
                             "swarms",
                             "swarms x",
                             "swarms 1 2",
                             "rollback tree",
                             "wants",
                             "wants debian",
                             "sync",
                             "sync ../x",
                             "sync a b",
                             "files config",
                             "alive 1 2 18446744073709551616"})
        EXPECT_FALSE(parse_server_word(text)) << text;
    for (const auto* text : {"", "files", "files shadow", "files config shadow", "file config", "swarms",
                             "lost", "comes", "comes debian", "swarms 1 2", "alive 1 2 3"})
        EXPECT_FALSE(parse_keeper_word(text)) << text;
}

TEST(ServerWords, OfFilesNameATreeAContentAndAPathWithinIt) {
    const std::string hex(64, 'a');
    EXPECT_TRUE(parse_server_word("wants debian " + hex + " a/b"));
    EXPECT_TRUE(parse_keeper_word("lost late debian " + hex + " a/b"));
    for (const std::string& file : std::vector<std::string>{
             "debian " + hex, "debian " + hex + " ", "debian a", "../x " + hex + " a",
             "debian " + hex + "a a", "debian " + hex.substr(1) + " a", "debian " + hex + " ../a",
             "debian " + hex + " /a", "debian " + hex + " %2e%2e/a", "/ " + hex + " a"}) {
        EXPECT_FALSE(parse_server_word("wants " + file)) << file;
        for (const auto* word : {"lost gone ", "comes ", "came "})
            EXPECT_FALSE(parse_keeper_word(word + file)) << word << file;
    }
    EXPECT_FALSE(parse_keeper_word("lost soon debian " + hex + " a"));
}

}  // namespace
}  // namespace mirrorseed::app
