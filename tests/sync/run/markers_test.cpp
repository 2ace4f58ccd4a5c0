#include "sync/run/markers.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::ok;
using test::path;

constexpr UnixTime afternoon = 1795271275;  // Sat Nov 21 14:27:55 UTC 2026

const std::string debian_trace =
    "Sat Nov 21 14:27:55 UTC 2026\nDate: Sat, 21 Nov 2026 14:27:55 +0000\nArchive serial: 2026112102\n"
    "Creator: dak\nRunning on host: ftp-master.debian.org\n";

TEST(Markers, AreKnownByTheirPlace) {
    const std::pair<const char*, Marker> cases[] = {
        {"Archive-Update-in-Progress-mirror.example.org", Marker::update_in_progress},
        {"Archive-Update-Required-mirror.example.org", Marker::update_required},
        {"sub/Archive-Update-in-Progress-x", Marker::none},
        {"lastupdate", Marker::last_update},
        {"lastsync", Marker::last_sync},
        {"core/lastupdate", Marker::none},
        {"project/trace/master", Marker::trace},
        {"debian/project/trace/master", Marker::trace},
        {"project/trace", Marker::none},
        {"project/trace/_traces/x", Marker::none},
        {"xproject/trace/x", Marker::none},
        {"", Marker::none}};
    for (const auto& [name, marker] : cases)
        EXPECT_EQ(marker_of(path(name)), marker) << name;
    EXPECT_EQ(marker_host(path("Archive-Update-in-Progress-a.b")), "a.b");
    EXPECT_EQ(marker_host(path("project/trace/a.b")), "a.b");
    EXPECT_TRUE(is_never_mirrored(path("Archive-Update-in-Progress-a.b")));
    EXPECT_FALSE(is_never_mirrored(path("lastsync")));
}

TEST(Markers, TellEpochs) {
    EXPECT_EQ(parse_epoch("1795271275\n").value(), afternoon);
    for (const auto* bad : {"", "\n", "x", "12x", "-1", "1e9", "9999999999999", "<html>"})
        EXPECT_FALSE(parse_epoch(bad)) << bad;
}

TEST(Markers, TellDatesAndSerials) {
    EXPECT_EQ(parse_trace(debian_trace).value(), (Trace{afternoon, "2026112102"}));
    EXPECT_EQ(parse_trace("Sat Nov 21 14:27:55 UTC 2026").value(), (Trace{afternoon, ""}));
    EXPECT_EQ(parse_trace("Sun Nov  1 00:00:00 UTC 2026\n").value().date, 1793491200);
    EXPECT_EQ(parse_trace("x\nDate: Sat, 21 Nov 2026 14:27:55 +0000\r\n").value(), (Trace{afternoon, ""}));
    EXPECT_EQ(parse_trace("Archive serial: 0042\n").value(), (Trace{{}, "42"}));
    for (const auto* bad :
         {"", "<html>", "Sat Nov 31 14:27:55 UTC 2026", "Sat Foo 21 14:27:55 UTC 2026",
          "Sat Nov 21 14:27:55 CET 2026", "Sat Nov 21 24:00:00 UTC 2026", "Archive serial: soon\n"})
        EXPECT_FALSE(parse_trace(bad)) << bad;
}

Freshness fresh(const char* name, const std::string& content) {
    Freshness state;
    state.take(path(name), content);
    return state;
}

TEST(Markers, NoticeAnOlderLastupdate) {
    const auto held = fresh("lastupdate", "1795271275"), old = fresh("lastupdate", "1795271274");
    EXPECT_EQ(went_backwards(held, old),
              "the upstream went back in time: lastupdate says Sat Nov 21 14:27:54 UTC 2026, and "
              "the tree has Sat Nov 21 14:27:55 UTC 2026");
    EXPECT_EQ(went_backwards(old, held), "");
    EXPECT_EQ(went_backwards(held, held), "");
    EXPECT_EQ(went_backwards(held, {}), "");
    EXPECT_EQ(went_backwards({}, old), "");
    EXPECT_EQ(went_backwards(held, fresh("lastupdate", "<html>")), "");
}

TEST(Markers, NoticeAnOlderSerialOrDate) {
    const auto* master = "project/trace/master";
    const auto trace = [&](const char* date, const char* serial) {
        return fresh(master, std::string(date) + "\nArchive serial: " + serial + "\n");
    };
    const auto* one = "Sat Nov 21 14:27:55 UTC 2026";
    const auto* two = "Sun Nov 22 14:27:55 UTC 2026";
    EXPECT_EQ(went_backwards(trace(one, "2026112102"), trace(two, "2026112101")),
              "the upstream went back in time: project/trace/master says serial 2026112101, and "
              "the tree has 2026112102");
    EXPECT_EQ(went_backwards(trace(two, "2026112101"), trace(one, "2026112102")), "") << "the serial decides";
    EXPECT_NE(went_backwards(trace(two, "5"), trace(one, "5")), "");
    EXPECT_NE(went_backwards(trace(one, "10"), trace(one, "9")), "");
    EXPECT_EQ(went_backwards(trace(two, "5"), fresh("project/trace/other", one)), "") << "another host's";
    EXPECT_EQ(trace(one, "7").serial(), "7");
}

TEST(Markers, WriteOurOwnTrace) {
    EXPECT_EQ(text_of({.host = "mirror.example.org",
                       .started = afternoon - 100,
                       .ended = afternoon,
                       .serial = "2026112102",
                       .upstream_host = "ftp.example.net",
                       .received = 123456}),
              "Sat Nov 21 14:27:55 UTC 2026\n"
              "Date: Sat, 21 Nov 2026 14:27:55 +0000\n"
              "Date-Started: Sat, 21 Nov 2026 14:26:15 +0000\n"
              "Archive serial: 2026112102\n"
              "Creator: mirrorseed " MIRRORSEED_VERSION
              "\n"
              "Running on host: mirror.example.org\n"
              "Upstream-mirror: ftp.example.net\n"
              "Total bytes received: 123456\n"
              "Total time spent: 100\n"
              "Average rate: 1234 B/s\n");
    EXPECT_EQ(parse_trace(text_of({.host = "h", .started = 0, .ended = afternoon})).value(),
              (Trace{afternoon, ""}));
}

}  // namespace
}  // namespace mirrorseed::sync
