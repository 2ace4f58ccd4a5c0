"""Files by which an upstream tells its state: marks of an update, traces and times."""
import contextlib
import os
import sqlite3

from support.trees import read


def test_an_upstream_that_is_being_updated_is_left_alone(mirror):
    mirror.write("file", "1")
    mirror.sync()
    mirror.write("file", "22")
    mirror.write("Archive-Update-in-Progress-ftp.example.org", "")
    done = mirror.run("sync")
    assert done.returncode == 1 and "being updated" in done.stderr and read(mirror, "file") == "1"
    os.unlink(mirror.upstream / "Archive-Update-in-Progress-ftp.example.org")
    mirror.write("Archive-Update-Required-here", "")
    assert mirror.sync()["outcome"] == "published"
    assert read(mirror, "file") == "22" and read(mirror, "Archive-Update-Required-here") is None


def test_an_update_without_an_end_is_passed_over_after_a_day_and_told(mirror):
    marker = "Archive-Update-in-Progress-ftp.example.org"

    def a_day_passes():
        with contextlib.closing(sqlite3.connect(mirror.store / "catalogue.db")) as catalogue, catalogue:
            catalogue.execute("update busy_upstreams set seen = seen - 86401")

    mirror.write("file", "1")
    mirror.write(marker, "")
    for _ in range(2):
        assert "being updated" in mirror.sync(status=1)["error"]
    a_day_passes()
    assert mirror.sync("--dry-run")["outcome"] == "published"
    report = mirror.sync()
    assert report["outcome"] == "published" and read(mirror, "file") == "1" and read(mirror, marker) is None
    [told] = report["left_out"]
    assert told["path"] == marker and "more than a day" in told["reason"]
    # It has ended after all, and the next one is respected again.
    os.unlink(mirror.upstream / marker)
    assert mirror.sync()["left_out"] == []
    mirror.write(marker, "")
    assert "being updated" in mirror.sync(status=1)["error"]


def test_our_trace_is_written_with_each_publish_and_no_other(mirror):
    mirror.config.write_text(mirror.config.read_text().replace(
        "[server]", '[server]\npublic_url = "https://mirror.example.net"'))
    mirror.write("project/trace/master", "Sat Nov 21 14:27:55 UTC 2026\nArchive serial: 2026112102\n")
    mirror.write("file", "1")
    assert mirror.sync()["outcome"] == "published"
    trace = read(mirror, "project/trace/mirror.example.net")
    assert trace and "Archive serial: 2026112102" in trace and "Creator: mirrorseed" in trace
    assert mirror.sync()["outcome"] == "unchanged"
    mirror.write("file", "22")
    report = mirror.sync()
    assert report["outcome"] == "published" and report["delete"]["files"] == 0
    assert sorted(os.listdir(mirror.checkout / "project/trace")) == ["master", "mirror.example.net"]
    assert mirror.json("verify")["damaged"] == []
    assert [row["added"] for row in mirror.json("history", "tree")] == [0, 3]


def test_an_upstream_that_went_backwards_is_held(mirror):
    mirror.write("project/trace/master", "Sat Nov 21 14:27:55 UTC 2026\nArchive serial: 2026112102\n")
    mirror.write("dists/stable/InRelease", "new", time=1_700_000_000)
    mirror.sync()
    mirror.write("project/trace/master", "Fri Nov 20 14:27:55 UTC 2026\nArchive serial: 2026112002\n")
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and "2026112002" in report["held_reason"]
    mirror.write("project/trace/master", "Sun Nov 22 14:27:55 UTC 2026\nArchive serial: 2026112202\n")
    assert mirror.sync()["outcome"] == "published"
    mirror.write("dists/stable/InRelease", "old", time=1_690_000_000)
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and "backwards" in report["held_reason"]
    assert mirror.json("approve", "tree")["outcome"] == "published"
    assert read(mirror, "dists/stable/InRelease") == "old"


def test_lastupdate_saves_a_listing_and_lastsync_is_taken_over(mirror):
    mirror.write("lastupdate", "1700000000\n", time=1_700_000_000)
    mirror.write("lastsync", "1700000001\n", time=1_700_000_001)
    mirror.write("core/a", "1")
    mirror.sync()
    # The upstream does not say that this changed, so nobody looks.
    mirror.write("core/b", "2")
    assert mirror.sync()["outcome"] == "unchanged"
    mirror.write("lastsync", "1700000601\n", time=1_700_000_601)
    assert mirror.sync()["outcome"] == "published"
    assert read(mirror, "lastsync") == "1700000601\n" and read(mirror, "core/b") is None
    assert mirror.sync("--full")["outcome"] == "published"
    assert read(mirror, "core/b") == "2"
    mirror.write("core/c", "3")
    mirror.write("lastupdate", "1700000700\n", time=1_700_000_700)
    assert mirror.sync()["outcome"] == "published" and read(mirror, "core/c") == "3"
    # Another selection is another question.
    mirror.configure('exclude = ["core/c"]')
    assert mirror.sync("--allow-deletes")["outcome"] == "published" and read(mirror, "core/c") is None
