#include "torrentgen/edit_torrent.hpp"

#include "tests/torrentgen/torrent_words.hpp"
#include "torrentgen/read_torrent.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mirrorseed::torrentgen {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string info = encode_bencoded({v1_info()});
// Unsorted and with a leading zero: what nobody named stays as it is.
const std::string odd_info =
    "d4:name1:f6:lengthi05e12:piece lengthi16384e6:pieces20:" + std::string(20, 'h') + "e";

EditedTorrent edited(const std::string& bytes, const Edits& edits) {
    auto done = edit_torrent(bytes, edits);
    EXPECT_TRUE(done) << (done ? "" : done.error().text());
    return done ? std::move(*done) : EditedTorrent();
}

TEST(EditTorrent, PutsNewKeysWhereTheySort) {
    const auto done = edited("d4:info" + info + "e", {.trackers = Tiers{{"a", "b"}, {"c"}},
                                                      .add_web_seeds = {"w"},
                                                      .comment = "hello",
                                                      .creation_date = std::optional<std::int64_t>(9)});
    EXPECT_EQ(done.bytes,
              "d8:announce1:a13:announce-listll1:a1:bel1:cee7:comment5:hello13:creation datei9e4:info" +
                  info + "8:url-list1:we");
    EXPECT_THAT(done.torrent.trackers, ElementsAre(ElementsAre("a", "b"), ElementsAre("c")));
    EXPECT_THAT(done.notes, IsEmpty());
}

TEST(EditTorrent, LeavesEveryOtherByteAlone) {
    const auto bytes = "d1:zi007e4:info" + odd_info + "8:url-listl1:w1:ve7:comment3:old1:ali-0eee\nbehind";
    const auto done = edited(bytes, {.comment = "new"});
    EXPECT_EQ(done.bytes,
              "d1:zi007e4:info" + odd_info + "8:url-listl1:w1:ve7:comment3:new1:ali-0eee\nbehind");
    EXPECT_EQ(edited(bytes, {}).bytes, bytes);
    EXPECT_EQ(edited(bytes, {.trackers = Tiers{}, .add_web_seeds = {"v"}, .comment = "old"}).bytes, bytes);
}

TEST(EditTorrent, TakesKeysOutWhereverTheyStand) {
    const auto bytes = "d8:announce1:a7:comment1:x13:comment.utf-81:y4:info" + info +
                       "13:announce-listll1:bee7:comment1:z13:creation datei1e8:url-list1:we";
    EXPECT_EQ(edited(bytes, {.trackers = Tiers{},
                             .clear_web_seeds = true,
                             .comment = "",
                             .creation_date = std::optional<std::int64_t>()})
                  .bytes,
              "d4:info" + info + "e");
}

TEST(EditTorrent, KeepsOneTrackerUnderAnnounceAlone) {
    const auto bytes = "d8:announce1:a13:announce-listll1:ael1:bee4:info" + info + "e";
    EXPECT_EQ(edited(bytes, {.trackers = Tiers{{"c"}}}).bytes, "d8:announce1:c4:info" + info + "e");
}

TEST(EditTorrent, AddsAndRemovesTrackers) {
    const auto bytes = "d8:announce1:a13:announce-listll1:a1:bel1:cee4:info" + info + "e";
    const auto done =
        edited(bytes, {.remove_trackers = {"c", "b", "x"}, .add_trackers = {{"a", "d"}, {"a"}, {"e"}}});
    EXPECT_THAT(done.torrent.trackers, ElementsAre(ElementsAre("a"), ElementsAre("d"), ElementsAre("e")));
    EXPECT_THAT(done.notes, ElementsAre(HasSubstr("\"x\" is none of its trackers")));
    EXPECT_EQ(edited(bytes, {.add_trackers = {{"c"}}}).bytes, bytes);
}

TEST(EditTorrent, ChangesWebSeeds) {
    const auto bytes = "d4:info" + info + "8:url-listl1:a1:b1:cee";
    const auto done =
        edited(bytes, {.remove_web_seeds = {"b", "https://me:secret@x/"}, .add_web_seeds = {"a", "d"}});
    EXPECT_EQ(done.bytes, "d4:info" + info + "8:url-listl1:a1:c1:dee");
    EXPECT_THAT(done.notes, ElementsAre(HasSubstr("none of its web seeds")));
    EXPECT_THAT(done.notes.front(), testing::Not(HasSubstr("secret")));
    EXPECT_EQ(edited(bytes, {.clear_web_seeds = true, .add_web_seeds = {"z"}}).bytes,
              "d4:info" + info + "8:url-list1:ze");
}

TEST(EditTorrent, RefusesWhatCannotBeRead) {
    const auto done = edit_torrent("d4:infode", {.comment = "x"});
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().text(), HasSubstr("at byte"));
}

}  // namespace
}  // namespace mirrorseed::torrentgen
