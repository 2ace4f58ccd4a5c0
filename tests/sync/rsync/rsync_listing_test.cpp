#include "sync/rsync/rsync_listing.hpp"

#include "tests/support/printers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace mirrorseed::sync {
namespace {

using test::fails_with;
using test::ok;
using test::path;
using testing::ElementsAre;

// 2023/11/14 22:13:20 in UTC.
constexpr UnixTime noon = 1'700'000'000;

std::string line(const std::string& name, const std::string& mode = "-rw-r--r--",
                 const std::string& size = "541", const std::string& time = "2023/11/14 22:13:20") {
    return mode + " " + std::string(size.size() < 12 ? 12 - size.size() : 0, ' ') + size + " " + time + " " +
           name;
}

std::string link_line(const std::string& text, std::size_t length) {
    return line(text, "lrwxrwxrwx", std::to_string(length));
}

RsyncLine parsed(const std::string& text) {
    const auto read = parse_rsync_line(text);
    EXPECT_TRUE(ok(read)) << text;
    return read ? *read : RsyncLine{};
}

TEST(RsyncListing, ReadsFilesFoldersAndLinks) {
    const auto file = parsed("-rw-r--r--         541 2023/11/14 22:13:20 pool/0/a");
    EXPECT_EQ(file.path, path("pool/0/a"));
    EXPECT_EQ(file.entry, (Entry{.mode = 0644, .size = 541, .mtime = FileTime::from_seconds(noon)}));
    const auto folder = parsed("drwxr-x---        4096 2023/11/14 22:13:20 pool/0");
    EXPECT_EQ(folder.entry,
              (Entry{.kind = EntryKind::folder, .mode = 0750, .mtime = FileTime::from_seconds(noon)}));
    const auto link = parsed("lrwxrwxrwx           6 2023/11/14 22:13:20 latest -> stable");
    EXPECT_EQ(link.path, path("latest"));
    EXPECT_EQ(link.entry, (Entry{.kind = EntryKind::link,
                                 .mode = 0777,
                                 .mtime = FileTime::from_seconds(noon),
                                 .target = "stable"}));
    EXPECT_TRUE(parsed("drwxr-xr-x        4096 2023/11/14 22:13:20 .").path.is_root());
}

TEST(RsyncListing, SizesMayFillTheirColumn) {
    EXPECT_EQ(parsed("-rw-r--r-- 12345678901234 2023/11/14 22:13:20 a").entry.size, 12'345'678'901'234u);
    EXPECT_EQ(parsed(line("a", "-rw-r--r--", "18446744073709551615")).entry.size, ~Bytes{0});
    for (const auto* size : {"18446744073709551616", "-1", "1,024", "1.5K", "0x10", "5e3"})
        EXPECT_TRUE(fails_with(Fault::bad_input, parse_rsync_line(line("a", "-rw-r--r--", size)))) << size;
}

TEST(RsyncListing, WhatIsNeitherIsTold) {
    for (const auto* mode : {"prw-r--r--", "srwxr-xr-x", "crw-rw-rw-", "brw-rw----"}) {
        const auto read = parsed(line("odd", mode, "0"));
        EXPECT_TRUE(read.is_other) << mode;
        EXPECT_EQ(read.path, path("odd"));
        EXPECT_EQ(read.entry.size, 0u);
    }
    EXPECT_FALSE(parsed(line("a")).is_other);
    EXPECT_TRUE(parsed(line("null", "crw-rw-rw-", "1,3")).is_other);
}

TEST(RsyncListing, ModesHaveSpecialBits) {
    EXPECT_EQ(parsed(line("a", "-rwsr-sr-t")).entry.mode, 0755u);
    EXPECT_EQ(parsed(line("a", "-rwSr-Sr-T")).entry.mode, 0644u);
    EXPECT_EQ(parsed(line("a", "----------")).entry.mode, 0u);
    EXPECT_EQ(parsed(line("a", "-rw-r--r--+")).entry.mode, 0644u);
    for (const auto* mode : {"-rw-r--r-", "-wrxr--r--", "-rw-r--r-z", "-777777777", ""})
        EXPECT_FALSE(parse_rsync_line(line("a", mode))) << mode;
}

TEST(RsyncListing, TimesOfAnyYear) {
    const auto seconds = [](const std::string& time) {
        return parsed(line("a", "-rw-r--r--", "1", time)).entry.mtime.seconds();
    };
    EXPECT_EQ(seconds("1970/01/01 00:00:00"), 0);
    EXPECT_EQ(seconds("1969/12/31 23:59:59"), -1);
    EXPECT_EQ(seconds("2000/02/29 12:00:00"), 951'825'600);
    EXPECT_EQ(seconds("2106/02/07 06:28:16"), 4'294'967'296);
    EXPECT_EQ(seconds("2016/12/31 23:59:60"), 1'483'228'800);
    // What does not fit is the nearest that does.
    EXPECT_EQ(seconds("9999/12/31 23:59:59"), FileTime::furthest);
    EXPECT_EQ(seconds("0000/01/01 00:00:00"), -FileTime::furthest);
    for (const auto* time :
         {"2023/02/29 00:00:00", "2023/13/01 00:00:00", "2023/00/01 00:00:00", "2023/01/00 00:00:00",
          "2023/01/32 00:00:00", "2023/01/01 24:00:00", "2023/01/01 00:60:00", "2023/01/01 00:00:61",
          "2023/01/01 0:00:00", "2023-01-01 00:00:00", "2023/01/01", "10000/01/01 00:00:00",
          "-1/01/01 00:00:00", "99999999999/01/01 00:00:00", "2023/01 00:00:00", "//  00:00:00",
          "2023/4294967297/01 00:00:00", "2023/01/01 00:00:00:00", "2023/01/01/01 00:00:00"})
        EXPECT_FALSE(parse_rsync_line(line("a", "-rw-r--r--", "1", time))) << time;
}

TEST(RsyncListing, NamesAreEscapedBytes) {
    EXPECT_EQ(parsed(line(R"(a\#012b)")).path, path("a\nb"));
    EXPECT_EQ(parsed(line(R"(\#377\#376.bin)")).path, path("\xff\xfe.bin"));
    EXPECT_EQ(parsed(line(R"(\#134#012)")).path, path(R"(\#012)"));
    for (const auto* plain : {R"(back\slash)", R"(\)", R"(\#)", R"(\#1)", R"(\#12)", R"(\#129)", R"(\#x12)",
                              R"(\\012)", "#012", " two leading", "trailing ", "a  b", "-rw-r--r--", "= 1"})
        EXPECT_EQ(parsed(line(plain)).path, path(plain)) << plain;
    EXPECT_EQ(rsync_unescape(R"(\#000\#377)").value(), std::string("\0\xff", 2));
    EXPECT_TRUE(fails_with(Fault::bad_input, rsync_unescape(R"(\#400)")));
    EXPECT_TRUE(fails_with(Fault::bad_input, parse_rsync_line(line(R"(\#777)"))));
}

TEST(RsyncListing, NamesThatLeaveAreRefused) {
    for (const auto* name : {"..", "../a", "a/../b", "a/..", "/etc/passwd", "a//b", "a/", "./a", "a/.", "/",
                             R"(\#056\#056/a)", R"(a\#000b)", R"(\#057etc)", R"(a/\#056\#056)"})
        EXPECT_FALSE(parse_rsync_line(line(name))) << name;
    EXPECT_TRUE(fails_with(Fault::unsafe_path, parse_rsync_line(line("../a"))));
    EXPECT_TRUE(fails_with(Fault::unsafe_path, parse_rsync_line(line(std::string(256, 'a')))));
    EXPECT_FALSE(parse_rsync_line(line(".")));  // a root that is a file
    EXPECT_FALSE(parse_rsync_line(link_line(". -> a", 1)));
    EXPECT_FALSE(parse_rsync_line(link_line(".. -> a", 1)));
    for (const auto& refused : {parse_rsync_line(line("..\x1b[31m/..")), parse_rsync_line("\x1b[31m")})
        EXPECT_EQ(refused.error().text().find('\x1b'), std::string::npos);
}

struct Linked {
    std::string text;
    std::size_t length;
    std::string name, target;
};

TEST(RsyncListing, TheLengthOfATargetTellsWhereItBegins) {
    for (const auto& [text, length, name, target] :
         std::vector<Linked>{{"l -> t", 1, "l", "t"},
                             {"l -> m -> x", 1, "l -> m", "x"},
                             {"l -> m -> x", 6, "l", "m -> x"},
                             {" ->  ->  -> ", 4, " -> ", " -> "},
                             {"a ->  -> b", 5, "a", " -> b"},
                             {R"(l\#012 -> a\#012b)", 3, "l\n", "a\nb"},
                             {R"(l -> a -> \#377)", 1, "l -> a", "\xff"},
                             {R"(l -> a -> \#377)", 6, "l", "a -> \xff"},
                             {R"(l -> \#134#012)", 5, "l", R"(\#012)"},
                             {"l -> ../../etc/passwd", 16, "l", "../../etc/passwd"},
                             // A server that counts otherwise, where there is no doubt.
                             {"l -> target", 99, "l", "target"}}) {
        const auto read = parsed(link_line(text, length));
        EXPECT_EQ(read.path.str(), name) << text;
        EXPECT_EQ(read.entry.target, target) << text;
    }
    for (const auto& [text, length] : std::vector<std::pair<std::string, std::size_t>>{
             {"l", 1}, {"l -> m -> x", 3}, {"l -> m -> x", 0}, {"l->x", 1}, {" -> x", 1}, {"l ->x", 1}})
        EXPECT_FALSE(parse_rsync_line(link_line(text, length))) << text;
}

TEST(RsyncListing, RefusesWhatIsNoLine) {
    for (const auto* text :
         {"", " ", "a", "-rw-r--r--", "-rw-r--r-- 5", "-rw-r--r-- 5 2023/11/14",
          "-rw-r--r-- 5 2023/11/14 22:13:20", "-rw-r--r-- 5 2023/11/14 22:13:20 ", "drwxr-xr-x", "total 12",
          "sent 5 bytes  received 6 bytes  7.00 bytes/sec", "@ERROR: access denied", "Welcome to our mirror",
          "-rw-r--r-- 2023/11/14 22:13:20 a", "-rw-r--r--541 2023/11/14 22:13:20 a",
          "?rw-r--r-- x 2023/11/14"})
        EXPECT_TRUE(fails_with(Fault::bad_input, parse_rsync_line(text))) << text;
}

// Hundreds of places where the target could begin.
TEST(RsyncListing, ManyArrowsAreReadInTime) {
    std::string text;
    while (text.size() < 32'000)
        text += " -> ";
    EXPECT_FALSE(parse_rsync_line(link_line(text, 2)));
}

class Lines {
public:
    explicit Lines(std::size_t longest = 20) : cutter_(longest) {}
    Status take(std::string_view piece) {
        return cutter_.take(piece, [this](std::string_view line) {
            lines.emplace_back(line);
            return line == "stop" ? Status(Error(Fault::refused, "stopped")) : Status();
        });
    }
    const std::string& rest() const { return cutter_.rest(); }
    std::vector<std::string> lines;

private:
    LineCutter cutter_;
};

TEST(LineCutter, CutsWhereverThePiecesEnd) {
    const std::string text = "one\ntwo\r\n\n\rthree\nrest";
    for (std::size_t size = 1; size <= text.size(); ++size) {
        Lines cut;
        for (std::size_t at = 0; at < text.size(); at += size)
            ASSERT_TRUE(ok(cut.take(std::string_view(text).substr(at, size))));
        EXPECT_THAT(cut.lines, ElementsAre("one", "two", "three"));
        EXPECT_EQ(cut.rest(), "rest");
    }
}

TEST(LineCutter, RefusesALineWithoutAnEnd) {
    Lines cut;
    EXPECT_TRUE(ok(cut.take(std::string(20, 'a'))));
    EXPECT_TRUE(fails_with(Fault::bad_input, cut.take("a")));
    Lines at_once;
    EXPECT_TRUE(fails_with(Fault::bad_input, at_once.take(std::string(21, 'a') + "\n")));
}

TEST(LineCutter, StopsWhenItIsTold) {
    Lines cut;
    EXPECT_TRUE(fails_with(Fault::refused, cut.take("a\nstop\nb\n")));
    EXPECT_THAT(cut.lines, ElementsAre("a", "stop"));
}

}  // namespace
}  // namespace mirrorseed::sync
