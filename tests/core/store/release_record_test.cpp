#include "core/store/release_record.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed {
namespace {

ReleaseRecord record() {
    ReleaseRecord made;
    auto& release = made.release;
    release.path = RelPath::parse("iso/\xff a.iso").value();
    release.name = "\xff a.iso";
    release.title = "a title";
    release.published = 1'700'000'000;
    release.gone = 1'700'000'500;
    release.content = test::digest_of_text("image");
    release.size = 5;
    release.info_hash_v1 = Sha1::of(as_bytes("info"));
    release.since = 7;
    release.hidden = true;
    release.rule = "*.iso";
    release.thing = "iso/a.iso";
    release.keep = std::chrono::hours(5);
    release.keep_versions = 3;
    release.piece_length = 16384;
    release.adopted = true;
    made.files = {{.path = RelPath::parse("\xff a.iso").value(), .size = 5, .content = release.content},
                  {.path = RelPath::parse(".pad/9").value(), .size = 9, .pad = true}};
    made.torrent = std::string("d4:info\0e", 9);
    made.magnet = "magnet:?xt=urn:btih:00";
    return made;
}

TEST(ReleaseRecordTest, ReadsWhatItWrote) {
    const auto written = record();
    const auto read = ReleaseRecord::parse(written.text());
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(read->text(), written.text());
    EXPECT_EQ(read->release.path, written.release.path);
    EXPECT_EQ(read->release.gone, written.release.gone);
    EXPECT_EQ(read->release.content, written.release.content);
    EXPECT_EQ(read->release.info_hash_v1, written.release.info_hash_v1);
    EXPECT_EQ(read->release.info_hash_v2, std::nullopt);
    EXPECT_EQ(read->release.keep, written.release.keep);
    EXPECT_TRUE(read->release.hidden && read->release.adopted);
    ASSERT_EQ(read->files.size(), 2u);
    EXPECT_TRUE(read->files[1].pad);
    EXPECT_EQ(read->torrent, written.torrent);
}

TEST(ReleaseRecordTest, KnowsWhatWasChangedOrCutOff) {
    const auto text = record().text();
    EXPECT_FALSE(ReleaseRecord::parse(text.substr(0, text.size() - 1)));
    auto changed = text;
    changed[changed.find("keep_versions") + 15] = '9';
    EXPECT_FALSE(ReleaseRecord::parse(changed));
    EXPECT_FALSE(ReleaseRecord::parse(""));
    EXPECT_FALSE(ReleaseRecord::parse("stamp\n" + Sha256::of(as_bytes("{}")).hex() + "\n{}"));
}

TEST(ReleaseRecordTest, HasAnotherStampWhenItIsToBeWrittenAnew) {
    auto changed = record();
    const auto before = changed.stamp();
    EXPECT_EQ(ReleaseRecord::stamp_in(changed.text()), before);
    changed.release.gone.reset();
    EXPECT_NE(changed.stamp(), before);
    EXPECT_EQ(ReleaseRecord::name_of(changed.release), ReleaseRecord::name_of(record().release));
}

}  // namespace
}  // namespace mirrorseed
