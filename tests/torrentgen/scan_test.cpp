#include "torrentgen/scan.hpp"

#include "tests/support/printers.hpp"
#include "tests/support/temp_folder.hpp"

#include <sys/stat.h>

#include <gtest/gtest.h>

namespace mirrorseed::torrentgen {
namespace {

using mirrorseed::test::fails_with;
using mirrorseed::test::TempFolder;

class Scanning : public testing::Test {
protected:
    Result<Scanned> scan(const std::string& path, ScanOptions options = {}) {
        auto found = torrentgen::scan(path, options, progress_);
        if (!found) return found.error();
        return std::move(found->first);
    }
    static std::vector<std::string> paths(const Scanned& scanned) {
        std::vector<std::string> all;
        for (const auto& place : scanned.places)
            all.push_back(place.path.str());
        return all;
    }
    TempFolder folder_;
    Progress progress_;
};

TEST_F(Scanning, OrdersPartByPartAndByRawBytes) {
    for (const auto* name : {"r/b", "r/a/x", "r/a-b/x", "r/B", "r/\xc3\xa9", "r/a.x", "r/10", "r/9"})
        folder_.write(name, "1");
    const auto found = scan(folder_.at("r"));
    ASSERT_TRUE(mirrorseed::test::ok(found));
    // "a" stands before "a-b" though "a/x" would stand behind "a-b/x" as one text.
    EXPECT_EQ(paths(*found),
              (std::vector<std::string>{"10", "9", "B", "a/x", "a-b/x", "a.x", "b", "\xc3\xa9"}));
    EXPECT_TRUE(found->is_folder);
    EXPECT_EQ(found->name, "r");
    EXPECT_EQ(found->files[3].path, (std::vector<std::string>{"a", "x"}));
}

TEST_F(Scanning, TakesAFileByItsName) {
    folder_.write("x.iso", "abc", 1000);
    folder_.mode("x.iso", 0755);
    const auto found = scan(folder_.at("x.iso"));
    ASSERT_TRUE(mirrorseed::test::ok(found));
    EXPECT_FALSE(found->is_folder);
    EXPECT_EQ(found->name, "x.iso");
    EXPECT_EQ(found->files, (std::vector<TorrentFile>{{.path = {"x.iso"}, .length = 3, .executable = true}}));
    EXPECT_EQ(found->newest.seconds(), 1000);
}

TEST_F(Scanning, RefusesTheFileThatItWouldReplace) {
    folder_.write("x.iso", "abc");
    EXPECT_TRUE(fails_with(Fault::refused, scan(folder_.at("x.iso"), {.leave_out = folder_.at("x.iso")})));
}

TEST_F(Scanning, FollowsALinkThatTheOperatorNamed) {
    folder_.write("real.iso", "abc");
    folder_.link("latest.iso", "real.iso");
    const auto found = scan(folder_.at("latest.iso"));
    ASSERT_TRUE(mirrorseed::test::ok(found));
    EXPECT_EQ(found->name, "latest.iso");
    EXPECT_EQ(found->files[0].length, 3U);
}

TEST_F(Scanning, KeepsLinksInsideAndRefusesOthers) {
    folder_.write("r/a/x", "abc");
    folder_.link("r/b/l", "../a/x");
    const auto found = scan(folder_.at("r"));
    ASSERT_TRUE(mirrorseed::test::ok(found));
    EXPECT_EQ(found->files[1].symlink, (std::vector<std::string>{"a", "x"}));
    EXPECT_EQ(found->files[1].length, 0U);
    folder_.link("r/b/out", "../../x");
    EXPECT_TRUE(fails_with(Fault::unsafe_path, scan(folder_.at("r"))));
    EXPECT_TRUE(mirrorseed::test::ok(
        scan(folder_.at("r"), {.selection = Selection({}, {Glob::parse("out").value()})})));
}

TEST_F(Scanning, RefusesAPipe) {
    folder_.write("r/x", "abc");
    ASSERT_EQ(mkfifo(folder_.at("r/pipe").c_str(), 0600), 0);
    const auto found = scan(folder_.at("r"));
    ASSERT_TRUE(fails_with(Fault::refused, found));
    EXPECT_NE(found.error().text().find("r/pipe is a device, a pipe or a socket"), std::string::npos);
    EXPECT_TRUE(fails_with(Fault::refused, scan(folder_.at("r/pipe"))));
}

TEST_F(Scanning, TakesWhatTheSelectionWantsAndLeavesOutItsOwnOutput) {
    for (const auto* name : {"r/x.iso", "r/x.part", "r/sub/y.iso", "r/skip/z.iso", "r/r.torrent"})
        folder_.write(name, "1");
    ScanOptions options{.leave_out = folder_.at("r/r.torrent")};
    EXPECT_EQ(paths(scan(folder_.at("r"), options).value()),
              (std::vector<std::string>{"skip/z.iso", "sub/y.iso", "x.iso", "x.part"}));
    options.selection = Selection({Glob::parse("*.iso").value()}, {Glob::parse("skip/").value()});
    EXPECT_EQ(paths(scan(folder_.at("r"), options).value()),
              (std::vector<std::string>{"sub/y.iso", "x.iso"}));
}

TEST_F(Scanning, TellsWhatIsNotThere) {
    EXPECT_TRUE(fails_with(boost::system::errc::no_such_file_or_directory, scan(folder_.at("none"))));
}

}  // namespace
}  // namespace mirrorseed::torrentgen
