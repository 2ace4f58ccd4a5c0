#include "torrentgen/verifier.hpp"

#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/torrentgen/slow_torrent.hpp"
#include "torrentgen/maker.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mirrorseed::torrentgen {

void PrintTo(const ByteRange& range, std::ostream* out) {
    *out << range.length << " bytes at " << range.offset;
}

namespace {

using mirrorseed::test::fails_with;
using mirrorseed::test::ok;
using mirrorseed::test::TempFolder;

class Verifying : public testing::Test {
protected:
    Verifying() {
        for (const auto& [name, content] : files_)
            folder_.write("r/" + name, content);
    }
    Torrent make(Format format, Bytes piece_length = 32768) {
        Progress progress;
        return make_torrent(folder_.at("r"), {}, {.format = format, .piece_length = piece_length},
                            ShaLanes::fastest(), progress)
            .value()
            .torrent;
    }
    Result<Verified> verify(const Torrent& torrent, const std::string& path,
                            const VerifyOptions& options = {}) {
        Progress progress;
        return verify_torrent(torrent, path, options, ShaLanes::fastest(), progress);
    }
    // "a: good" and so on.
    static std::vector<std::string> states(const Verified& verified) {
        std::vector<std::string> all;
        for (const auto& file : verified.files)
            all.push_back(file.path + ": " + std::string(name_of(file.state)));
        return all;
    }
    void damage(const std::string& name, std::size_t at) {
        auto content = folder_.read("r/" + name);
        content[at] ^= 1;
        folder_.write("r/" + name, content);
    }
    const std::vector<std::pair<std::string, std::string>> files_{{"a", test::random_text(100'000, 1)},
                                                                  {"b/c", test::random_text(40'000, 2)},
                                                                  {"d", ""},
                                                                  {"e", test::random_text(200'000, 3)}};
    TempFolder folder_;
    using States = std::vector<std::string>;
};

TEST_F(Verifying, FindsWhatWasJustMadeGood) {
    for (const auto format : {Format::v1, Format::v2, Format::hybrid}) {
        const auto verified = verify(make(format), folder_.at("r"));
        ASSERT_TRUE(ok(verified));
        EXPECT_TRUE(verified->all_good());
        EXPECT_EQ(states(*verified), (States{"a: good", "b/c: good", "d: good", "e: good"}));
        EXPECT_EQ(verified->good, format == Format::v1 ? 11U : 13U);
    }
}

TEST_F(Verifying, TellsMissingShortLongAndDamagedApart) {
    for (const auto format : {Format::v1, Format::v2, Format::hybrid}) {
        const auto torrent = make(format);
        folder_.remove("r/d");
        folder_.write("r/a", files_[0].second + "more");
        folder_.write("r/b/c", files_[1].second.substr(0, 39'999));
        damage("e", 199'999);
        const auto verified = verify(torrent, folder_.at("r"));
        ASSERT_TRUE(ok(verified));
        EXPECT_EQ(states(*verified), (States{"a: long", "b/c: short", "d: missing", "e: bad"}))
            << name_of(format);
        EXPECT_FALSE(verified->all_good());
        EXPECT_EQ(verified->bad, (std::vector<std::uint64_t>{verified->good + verified->missing.size()}));
        for (const auto& [name, content] : files_)
            folder_.write("r/" + name, content);
    }
}

TEST_F(Verifying, InV1APieceAccusesEveryFileItRunsThrough) {
    const auto torrent = make(Format::v1);
    damage("a", 99'999);
    const auto verified = verify(torrent, folder_.at("r")).value();
    EXPECT_EQ(states(verified), (States{"a: bad", "b/c: bad", "d: good", "e: good"}));
    EXPECT_EQ(verified.bad, (std::vector<std::uint64_t>{3}));
    EXPECT_EQ(verified.files[0].damaged, (std::vector<ByteRange>{{3 * 32768, 100'000 - 3 * 32768}}));
}

TEST_F(Verifying, InV2APieceAccusesItsFileAlone) {
    for (const auto format : {Format::v2, Format::hybrid}) {
        const auto torrent = make(format);
        damage("a", 99'999);
        const auto verified = verify(torrent, folder_.at("r")).value();
        EXPECT_EQ(states(verified), (States{"a: bad", "b/c: good", "d: good", "e: good"}));
        EXPECT_EQ(verified.files[0].damaged, (std::vector<ByteRange>{{3 * 32768, 100'000 - 3 * 32768}}));
        damage("a", 99'999);
    }
}

TEST_F(Verifying, NarrowsDamageToBlocksWhereTheirHashesAreKnown) {
    const auto torrent = make(Format::v2, 1 << 20);
    std::vector<Digest> blocks;
    for (std::size_t at = 0; at < 200'000; at += 16384)
        blocks.push_back(Sha256::of(as_bytes(std::string_view(files_[3].second).substr(at, 16384))));
    damage("e", 5 * 16384);
    damage("e", 6 * 16384);
    damage("e", 199'999);
    const VerifyOptions options{
        .known_blocks = [&](const Digest& root) -> std::optional<std::vector<Digest>> {
            if (root != *torrent.files[3].root) return std::nullopt;
            return blocks;
        }};
    const auto verified = verify(torrent, folder_.at("r"), options).value();
    EXPECT_EQ(verified.files[3].damaged,
              (std::vector<ByteRange>{{5 * 16384, 2 * 16384}, {12 * 16384, 200'000 - 12 * 16384}}));
}

TEST_F(Verifying, SaysWhatCouldNotBeVerifiedBesideAMissingFile) {
    const auto torrent = make(Format::v1);
    folder_.remove("r/a");
    const auto verified = verify(torrent, folder_.at("r")).value();
    EXPECT_EQ(states(verified), (States{"a: missing", "b/c: good", "d: good", "e: good"}));
    EXPECT_EQ(verified.files[1].unverified, 4 * 32768 - 100'000U);
    EXPECT_EQ(verified.missing, (std::vector<std::uint64_t>{0, 1, 2, 3}));
}

TEST_F(Verifying, RefusesNamesThatCouldLeaveThePlace) {
    for (const auto& path :
         std::vector<std::vector<std::string>>{{".."}, {"..", "x"}, {"a/../../x"}, {""}, {"/etc"}, {}}) {
        auto torrent = make(Format::v1);
        torrent.files[0].path = path;
        EXPECT_TRUE(fails_with(Fault::unsafe_path, verify(torrent, folder_.at("r"))));
    }
}

TEST_F(Verifying, FollowsNoLinkBelowThePlace) {
    const auto torrent = make(Format::v1);
    folder_.write("outside/a", files_[0].second);
    folder_.write("outside/c", files_[1].second);
    folder_.remove("r/a");
    folder_.link("r/a", "../outside/a");
    folder_.remove("r/b/c");
    folder_.remove("r/b");
    folder_.link("r/b", "../outside");
    const auto verified = verify(torrent, folder_.at("r")).value();
    EXPECT_EQ(states(verified), (States{"a: missing", "b/c: missing", "d: good", "e: good"}));
}

TEST_F(Verifying, FindsASingleFileInItsFolderOrUnderAnotherName) {
    folder_.write("x.iso", "abc");
    Progress progress;
    const auto torrent =
        make_torrent(folder_.at("x.iso"), {}, {}, ShaLanes::fastest(), progress).value().torrent;
    EXPECT_TRUE(verify(torrent, folder_.at("x.iso"))->all_good());
    EXPECT_TRUE(verify(torrent, folder_.path())->all_good());
    folder_.write("y.iso", "abc");
    EXPECT_TRUE(verify(torrent, folder_.at("y.iso"))->all_good());
    EXPECT_FALSE(verify(torrent, folder_.at("r"))->all_good());
    EXPECT_TRUE(fails_with(Fault::bad_input, verify(make(Format::v1), folder_.at("x.iso"))));
}

TEST_F(Verifying, LooksWhereLinksLead) {
    folder_.link("r/l", "b/c");
    const auto torrent = make(Format::v1);
    EXPECT_TRUE(verify(torrent, folder_.at("r"))->all_good());
    folder_.remove("r/l");
    EXPECT_EQ(states(*verify(torrent, folder_.at("r"))).back(), "l: missing");
    folder_.link("r/l", "a");
    EXPECT_EQ(states(*verify(torrent, folder_.at("r"))).back(), "l: bad");
}

}  // namespace
}  // namespace mirrorseed::torrentgen
