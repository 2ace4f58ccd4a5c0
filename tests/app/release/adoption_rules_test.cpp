#include "app/release/adoption_rules.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::app {
namespace {

TEST(AdoptionRules, WhatIsToBeReadIsGlancedAtBeforeItIsReadWhole) {
    EXPECT_EQ(next_look({}), NextLook::glance);
    EXPECT_EQ(next_look({.glance_matches = true}), NextLook::whole);
    EXPECT_EQ(next_look({.glance_matches = false}), NextLook::differs);
}

TEST(AdoptionRules, WhatIsKnownCostsNothing) {
    EXPECT_EQ(next_look({.is_known = true}), NextLook::whole);
    EXPECT_EQ(next_look({.is_known = true, .whole_looks = 100}), NextLook::whole);
}

TEST(AdoptionRules, AReleaseIsReadWholeForAFewTorrentsOnly) {
    EXPECT_EQ(next_look({.glance_matches = true, .whole_looks = most_whole_looks - 1}), NextLook::whole);
    EXPECT_EQ(next_look({.glance_matches = true, .whole_looks = most_whole_looks}), NextLook::enough);
    EXPECT_EQ(next_look({.whole_looks = most_whole_looks}), NextLook::enough) << "nor glanced at for more";
}

torrentgen::Torrent padded(Bytes file, Bytes pad, Bytes piece_length) {
    return {.piece_length = piece_length,
            .files = {{.path = {"a"}, .length = file}, {.length = pad, .pad = true}}};
}

TEST(AdoptionRules, PadsAreShorterThanAPiece) {
    EXPECT_EQ(trouble_with_pads(padded(1, 16383, 16384)), "");
    EXPECT_NE(trouble_with_pads(padded(16384, 16384, 16384)), "");
}

TEST(AdoptionRules, ManyBytesOfPadsNeedAsManyOfFiles) {
    const Bytes piece = Bytes{1} << 27;
    auto torrent = padded(1, piece - 1, piece);
    for (int i = 0; i < 7; ++i)
        torrent.files.push_back(torrent.files.back());
    EXPECT_EQ(trouble_with_pads(torrent), "") << "less than 1 GiB";
    torrent.files.push_back(torrent.files.back());
    EXPECT_NE(trouble_with_pads(torrent), "");
    torrent.files.front().length = Bytes{2} << 30;
    EXPECT_EQ(trouble_with_pads(torrent), "");
}

}  // namespace
}  // namespace mirrorseed::app
