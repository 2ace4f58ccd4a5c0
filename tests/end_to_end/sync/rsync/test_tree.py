"""A tree that comes by rsync is the upstream's, name by name."""
import json
import os
import shutil
import socket
import stat
import time

import pytest

from support.mirror import OLD
from support.rsync_mirror import failed, hold_published, runs_of_rsync
from support.store import blob_of
from support.trees import sizes_below, tree_of

ODD_NAMES = [b"sp ace", b"  leading", b"trailing ", b"new\nline", b"\r", b"tab\there", b"\x01\x1b[31m", b"\xff\xfe.bin", b"\x7f",
             "\u00fcml\u00e4ut".encode(), b"back\\slash", b"\\#012", b"\\#999", b"\\#01", b"\\", b"a -> b", b" -> ", b"-dash",
             b"--delete", b"#hash", b";semicolon", b"=1 equals", b"   4096  10% 1.00kB/s", b"@ERROR: no", b"rsync error: no",
             b"star*", b"question?", b"[brackets]", b"quote\"'", b"~", b"...", b"%n", b"`$(true)`", b"x" * 255]


def folder_times(root):
    return {os.path.relpath(at, root): int(os.stat(at).st_mtime) for at, _, _ in os.walk(root) if at != str(root)}


def test_the_first_sync_is_the_tree_and_the_second_fetches_nothing(mirror):
    mirror.fill()
    for at, folders, _ in os.walk(mirror.upstream, topdown=False):
        os.utime(at, (OLD + len(folders), OLD + len(folders)))
    server = mirror.daemon()
    report = mirror.sync()
    assert report["outcome"] == "published" and report["fetch"]["files"] == 6
    assert report["quarantined"] == [] == report["left_out"]
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert folder_times(mirror.checkout) == folder_times(mirror.upstream)
    assert sorted(server.files_sent()) == ["README", "dists/one/Release", "empty-file", "pool/a.deb",
                                           "pool/deep/er/still/b.deb", "tool"]
    mark = server.mark()
    second = mirror.sync()
    assert second["outcome"] == "unchanged" and second["transferred_bytes"] == 0
    assert server.connections(mark) == 1 and server.files_sent(mark) == []
    assert list((mirror.store / "staging/tree").iterdir()) == []


def test_names_are_bytes_and_mean_nothing_else(mirror):
    for name in ODD_NAMES:
        mirror.write(name, name)
        mirror.write(os.path.join(b"odd " + name[:200], name), b"in a folder: " + name)
    upstream = os.fsencode(mirror.upstream)
    for number, target in enumerate([b"a -> b", b" -> ", b"new\nline", b"\xff\xfe.bin", b"\\#012", b"nowhere -> at -> all"]):
        os.symlink(target, os.path.join(upstream, b"link%d" % number))
        os.symlink(target, os.path.join(upstream, b"link%d -> to" % number))
        os.symlink(target, os.path.join(upstream, b"link%d\n -> \xff" % number))
    server = mirror.daemon()
    report = mirror.sync()
    assert report["outcome"] == "published" and report["quarantined"] == [] == report["left_out"]
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    mark = server.mark()
    assert mirror.sync()["outcome"] == "unchanged"
    assert server.files_sent(mark) == []
    for name in ODD_NAMES:
        mirror.write(name, name + b" again", OLD + 9)
    assert mirror.sync()["fetch"]["files"] == len(ODD_NAMES)
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_times_of_any_age_come_in_seconds(mirror):
    # Before 1970, with a fraction, behind the year 2038, and a second that is a leap second elsewhere.
    times = {"ancient": -86_400 * 365 * 10, "before": -1, "zero": 0, "late": 4_000_000_000, "leap": 1_483_228_799}
    for name, seconds in times.items():
        mirror.write(name, name)
        os.utime(mirror.upstream / name, ns=(0, seconds * 10**9 + 500_000_000))
    mirror.daemon()
    assert mirror.sync()["outcome"] == "published"
    assert {name: os.stat(mirror.checkout / name).st_mtime_ns for name in times} == \
        {name: seconds * 10**9 for name, seconds in times.items()}
    assert mirror.sync()["outcome"] == "unchanged"


def test_what_changes_is_found(mirror):
    mirror.fill()
    mirror.write("same-size", "1")
    mirror.write("dropped/with/all", "x")
    mirror.write("turns", "a file")
    server = mirror.daemon()
    mirror.sync()
    mirror.write("README", "hello again\n", OLD + 3600)
    mirror.write("same-size", "2", OLD + 1)
    mirror.write("pool/new/c.deb", "c", OLD + 5)
    os.chmod(mirror.upstream / "empty-file", 0o755)
    os.unlink(mirror.upstream / "dists/stable")
    os.symlink("two", mirror.upstream / "dists/stable")
    for name in ("dropped/with/all", "tool", "turns"):
        os.unlink(mirror.upstream / name)
    os.removedirs(mirror.upstream / "dropped/with")
    mirror.write("turns/now/into", "a folder", OLD + 6)
    mark = server.mark()
    report = mirror.sync()
    assert report["outcome"] == "published"
    assert sorted(server.files_sent(mark)) == ["README", "pool/new/c.deb", "same-size", "turns/now/into"]
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert mirror.sync()["outcome"] == "unchanged"


def test_include_and_exclude_select(mirror):
    mirror.fill()
    mirror.configure('include = ["pool/*.deb", "dists/"]\nexclude = ["pool/deep/", "stable"]')
    server = mirror.daemon()
    mirror.sync()
    assert {name for name, entry in tree_of(mirror.checkout).items() if entry[0] != "folder"} == \
        {b"pool/a.deb", b"dists/one/Release"}
    assert sorted(server.files_sent()) == ["dists/one/Release", "pool/a.deb"]


def test_whole_folders_are_asked_for_and_nothing_else_comes(mirror):
    for name in ("all/1", "all/2", "all/below/3", "some/1", "some/2.iso", "held/1", "new/1", "new/2"):
        mirror.write(name, name)
    shutil.move(mirror.upstream / "new", mirror.folder / "new")
    server = mirror.daemon()
    mirror.configure('exclude = ["*.iso"]')
    mirror.sync()
    assert sorted(server.files_sent()) == ["all/1", "all/2", "all/below/3", "held/1", "some/1"]
    shutil.move(mirror.folder / "new", mirror.upstream / "new")
    mirror.write("held/2", "2")
    since = server.mark_when_idle()
    runs, _ = runs_of_rsync(mirror, "sync")
    assert ["--recursive" in arguments for arguments, _ in runs if "--files-from=-" in arguments] == [True]
    assert sorted(server.files_sent(since)) == ["held/2", "new/1", "new/2"]
    assert tree_of(mirror.checkout) == {name: entry for name, entry in tree_of(mirror.upstream).items()
                                        if not name.endswith(b".iso")}


def change_between_listing_and_fetching(mirror, *commands):
    """Has the server run shell commands as the second connection begins."""
    script = mirror.folder / "change"
    script.write_text(f"""#!/bin/sh
echo >> {mirror.folder}/connections
[ $(wc -l < {mirror.folder}/connections) = 2 ] || exit 0
cd {mirror.upstream}
""" + "\n".join(commands) + "\n")
    script.chmod(0o755)
    return mirror.daemon(f"pre-xfer exec = {script}")


def test_a_folder_that_is_fuller_than_it_was_listed_brings_what_was_listed(mirror):
    mirror.write("new/wanted", "wanted")
    server = change_between_listing_and_fetching(mirror, "for i in $(seq 1500); do echo $i > new/$i; done",
                                                 f"touch -d @{OLD} new/* new")
    report = mirror.sync()
    assert report["outcome"] == "published" and server.connections() > 2
    assert [path.name for path in (mirror.checkout / "new").iterdir()] == ["wanted"]
    assert list((mirror.store / "staging/tree").iterdir()) == []
    mirror.sync()
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


@pytest.mark.parametrize("grown, limit", [
    ("wanted/unheard-of", 65 << 20),  # is not wanted, however large it is
    ("wanted/2", 100 << 20),  # is listed again, and then as large as it is
])
def test_what_has_grown_since_it_was_listed_fills_no_disk(mirror, grown, limit):
    for number in range(3):
        mirror.write(f"wanted/{number}", str(number))
    change_between_listing_and_fetching(mirror, f"truncate -s 100M {grown}", f"touch -d @{OLD + 5} {grown} wanted")
    process = mirror.begin("--json")
    most = 0
    while process.poll() is None:
        most = max([most, *sizes_below(mirror.store / "staging")])
        time.sleep(0.01)
    assert json.loads(process.communicate()[0])["outcome"] == "published"
    assert most <= limit
    assert mirror.sync()["outcome"] in ("published", "unchanged")
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_verify_repairs_a_small_file_beside_large_ones(mirror):
    mirror.write("dists/SHA256SUMS.old", "small")
    mirror.write("dists/below/x", "x")
    (mirror.upstream / "dists/disk.iso").write_bytes(b"")
    os.truncate(mirror.upstream / "dists/disk.iso", 80 << 20)
    server = mirror.daemon()
    mirror.sync()
    blob_of(mirror, b"small").unlink()
    since = server.mark_when_idle()
    report = mirror.json("verify", "--repair")
    assert [item["path"] for item in report["repaired"]] == ["dists/SHA256SUMS.old"] and report["damaged"] == []
    assert server.files_sent(since) == ["dists/SHA256SUMS.old"]


def test_a_path_below_the_module_is_the_root(mirror):
    mirror.fill()
    server = mirror.daemon()
    mirror.configure("", server.url + "pool/deep/")
    mirror.sync()
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream / "pool/deep")


def test_an_empty_module_is_a_tree_and_deletes_none(mirror):
    mirror.daemon()
    assert mirror.sync()["outcome"] == "published"
    assert tree_of(mirror.checkout) == {}
    mirror.fill()
    mirror.sync()
    published = hold_published(mirror)
    mirror.config.write_text(mirror.config.read_text().replace('"100%"', '"10%"'))
    shutil.rmtree(mirror.upstream)
    mirror.upstream.mkdir()
    assert mirror.sync(status=3)["outcome"] == "held"
    assert hold_published(mirror) == published
    mirror.upstream.rmdir()
    failed(mirror)
    assert hold_published(mirror) == published


def test_what_is_neither_file_nor_folder_nor_link_is_left_out(mirror):
    mirror.write("good", "x")
    os.mkfifo(mirror.upstream / "pipe")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(mirror.upstream / "socket"))
    odd = {"pipe", "socket"}
    if os.geteuid() == 0:
        os.mknod(mirror.upstream / "null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
        odd.add("null")
    server = mirror.daemon()
    report = mirror.sync()
    assert {item["path"] for item in report["left_out"]} == odd
    assert set(tree_of(mirror.checkout)) == {b"good"} and server.files_sent() == ["good"]


def test_links_that_leave_the_tree_are_left_out_and_told(mirror):
    mirror.write("deep/er/file", "x")
    os.symlink("/etc/passwd", mirror.upstream / "absolute")
    os.symlink("../../outside", mirror.upstream / "deep/outside")
    os.symlink(".", mirror.upstream / "deep/here")
    os.symlink("here/../../..", mirror.upstream / "deep/through-here")
    os.symlink("../deep/er/file", mirror.upstream / "deep/inside")
    os.symlink("nowhere", mirror.upstream / "dangling")
    mirror.daemon()
    report = mirror.sync()
    assert report["outcome"] == "published"
    assert {item["path"] for item in report["left_out"]} == {"absolute", "deep/outside", "deep/through-here"}
    assert {b"deep/inside", b"dangling", b"deep/here"} <= set(tree_of(mirror.checkout))
