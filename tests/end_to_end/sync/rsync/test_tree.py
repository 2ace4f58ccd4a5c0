"""Trees mirrored from rsync's own daemon, whatever happens to either side meanwhile."""
import contextlib
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import stat
import subprocess
import threading
import time

import pytest

from support.mirror import ARCHIVE, Link, Mirror, OLD
from support.people import as_nobody, let_everybody_pass
from support.ports import free_port
from support.program import PROGRAM
from support.rsync_servers import Rsyncd, Stalling
from support.store import blob_of
from support.trees import tree_of
from support.waiting import wait_for

ODD_NAMES = [b"sp ace", b"  leading", b"trailing ", b"new\nline", b"\r", b"tab\there", b"\x01\x1b[31m", b"\xff\xfe.bin", b"\x7f",
             "\u00fcml\u00e4ut".encode(), b"back\\slash", b"\\#012", b"\\#999", b"\\#01", b"\\", b"a -> b", b" -> ", b"-dash",
             b"--delete", b"#hash", b";semicolon", b"=1 equals", b"   4096  10% 1.00kB/s", b"@ERROR: no", b"rsync error: no",
             b"star*", b"question?", b"[brackets]", b"quote\"'", b"~", b"...", b"%n", b"`$(true)`", b"x" * 255]


class RsyncMirror(Mirror):
    """A mirror of an rsync daemon that shows the folder `upstream`."""
    always = 'max_delete = "100%"'
    sample = {**ARCHIVE, "tool": ("#!/bin/sh\n", 3, 0o755), "dists/stable": Link("one"), "pool/read me": Link("../README")}

    def write(self, name, content, time=OLD, mode=0o644):
        super().write(name, content, time, mode)

    def daemon(self, more="", **options):
        return self.from_server(Rsyncd(self.folder / f"rsyncd{len(self.servers)}", self.upstream, more, **options))

    def begin(self, *arguments):
        """A sync that goes on by itself."""
        return subprocess.Popen([PROGRAM, "-c", self.config, "sync", *arguments], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def fetched(self):
        """How many bytes of files have come so far, whole or not."""
        sizes = 0
        for place in ("staging", "blobs"):
            for at, _, names in os.walk(self.store / place):
                for name in names:
                    with contextlib.suppress(FileNotFoundError):
                        sizes += os.lstat(os.path.join(at, name)).st_size
        return sizes


@pytest.fixture
def mirror(tmp_path):
    made = RsyncMirror(tmp_path)
    yield made
    made.stop()


def folder_times(root):
    return {os.path.relpath(at, root): int(os.stat(at).st_mtime) for at, _, _ in os.walk(root) if at != str(root)}


def failed(mirror):
    """The one line that tells why, on a terminal too."""
    report = mirror.sync(status=1)
    assert report["outcome"] == "failed" and "\n" not in report["error"], report
    done = mirror.run("sync")
    assert done.returncode == 1 and the_line(done.stderr)
    return report["error"]


def the_line(errors):
    """What is said beside the progress of a run, which is one line at its end."""
    said = [line for line in errors.splitlines() if line.startswith("mirrorseed: ")]
    assert len(said) == 1 and errors.endswith(said[0] + "\n"), errors
    return said[0]


def hold_published(mirror):
    """What stands in the checkout, to be compared later."""
    return tree_of(mirror.checkout), mirror.json("status")["trees"][0]["generation"]


# --- what comes -------------------------------------------------------------------------------------------------------

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
        most = max([most, *(file.lstat().st_size for file in mirror.store.rglob("staging/**/*") if file.is_file())])
        time.sleep(0.01)
    assert json.loads(process.communicate()[0])["outcome"] == "published"
    assert most <= limit
    assert mirror.sync()["outcome"] in ("published", "unchanged")
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_a_folder_that_nobody_may_write_to_holds_up_nobody(mirror):
    """Root may do everything, so this is done as somebody else."""
    let_everybody_pass(mirror.folder)
    mirror.folder.chmod(0o777)
    mirror.write("closed/1", "1")
    mirror.write("closed/2", "2", mode=0o444)
    for number in range(50):
        mirror.write(f"other/{number}", "x" * number)
    os.chmod(mirror.upstream / "closed", 0o555)
    server = mirror.daemon()
    done = mirror.run("sync", "--json", prefix=as_nobody())
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (mirror.checkout / "closed").iterdir()) == ["1", "2"]
    mirror.write("more/1", "1")
    os.chmod(mirror.upstream / "more", 0o500)
    os.chown(mirror.upstream / "more", 65534, 65534)
    assert mirror.run("sync", prefix=as_nobody()).returncode == 0
    assert server.process.poll() is None


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


def test_unreadable_folders_are_embargoed_by_their_mode(mirror):
    mirror.write("open/file", "open")
    mirror.write("next/release.iso", "next")
    mirror.write("almost/secret.iso", "secret", mode=0o640)
    let_everybody_pass(mirror.upstream)
    mirror.upstream.chmod(0o755)
    closed = 0o700 if os.geteuid() == 0 else 0
    os.chmod(mirror.upstream / "next", closed)
    try:
        mirror.daemon("uid = nobody\ngid = nogroup" if os.geteuid() == 0 else "")
        report = mirror.sync(status=3)
        assert report["outcome"] == "held" and [item["path"] for item in report["quarantined"]] == ["almost/secret.iso"]
        os.unlink(mirror.upstream / "almost/secret.iso")
        assert mirror.sync()["outcome"] == "published"
        server = mirror.serve()
        assert server.get("/tree/open/file")[2] == b"open"
        assert server.get("/tree/next/")[0] == 404
        assert {item["name"] for item in server.json("/tree/?format=json")} == {"open", "almost"}
    finally:
        os.chmod(mirror.upstream / "next", 0o755)
    assert mirror.sync()["outcome"] == "published"
    assert server.get("/tree/next/release.iso")[2] == b"next"


def test_a_folder_that_closes_is_embargoed_and_comes_back(mirror):
    mirror.fill()
    let_everybody_pass(mirror.upstream)
    mirror.upstream.chmod(0o755)
    mirror.daemon("uid = nobody\ngid = nogroup" if os.geteuid() == 0 else "")
    mirror.sync()
    published = hold_published(mirror)
    os.chmod(mirror.upstream / "pool", 0o711 if os.geteuid() == 0 else 0)
    try:
        assert mirror.sync()["outcome"] == "published"
        assert not [name for name in tree_of(mirror.checkout) if name.startswith(b"pool/")]
    finally:
        os.chmod(mirror.upstream / "pool", 0o755)
    mirror.sync()
    assert hold_published(mirror)[0] == published[0]


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


# --- deltas and parts -------------------------------------------------------------------------------------------------

def write_image(mirror, changed=False):
    content = bytearray(random.Random(3).randbytes(30 << 20))
    if changed:
        content[17_000_000:17_001_000] = random.Random(4).randbytes(1000)
        content += b"and some more"
    mirror.write("disk.img", bytes(content), OLD + changed)


@pytest.mark.parametrize("options", ["", "checkout = false"])
def test_a_small_change_of_a_large_file_sends_little(mirror, options):
    write_image(mirror)
    mirror.write("small", "1")
    mirror.configure(options)
    server = mirror.daemon()
    mirror.sync()
    server.mark_when_idle()
    assert server.sent() > 30 << 20
    write_image(mirror, changed=True)
    mirror.write("small", "2", OLD + 1)
    mark = server.mark_when_idle()
    report = mirror.sync()
    assert report["outcome"] == "published"
    assert report["delta"]["files"] == 1 and report["delta"]["bytes_saved"] > 29 << 20
    assert report["transferred_bytes"] < 200_000
    server.mark_when_idle()
    assert 1000 < server.sent(mark) < 200_000
    served = mirror.serve()
    assert served.get("/tree/disk.img")[2] == (mirror.upstream / "disk.img").read_bytes()
    assert mirror.json("verify")["damaged"] == []


def test_where_deltas_are_off_the_whole_is_sent(mirror):
    write_image(mirror)
    mirror.configure('delta_min = "never"')
    server = mirror.daemon()
    mirror.sync()
    write_image(mirror, changed=True)
    mark = server.mark()
    mirror.sync()
    server.mark_when_idle()
    assert server.sent(mark) > 30 << 20
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["kill", "interrupt"])
def test_a_large_file_goes_on_where_a_run_was_cut_off(mirror, how):
    mirror.write("deep/disk.iso", random.Random(2).randbytes(60 << 20))
    mirror.write("small", "small")
    mirror.configure('rate_limit = "16 MiB/s"')
    server = mirror.daemon()
    process = mirror.begin()
    wait_for(lambda: mirror.fetched() > 25 << 20, "half the file")
    process.send_signal(how)
    _, errors = process.communicate(timeout=20)
    if how == signal.SIGINT:
        assert process.returncode == 1 and "stopped" in errors, errors
    mark = server.mark_when_idle()
    mirror.configure()
    report = mirror.sync()
    assert report["outcome"] == "published"
    server.mark_when_idle()
    assert server.sent(mark) < 45 << 20
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert list((mirror.store / "staging/tree").iterdir()) == []


def test_a_part_of_another_file_does_no_harm(mirror):
    mirror.write("disk.iso", random.Random(2).randbytes(40 << 20))
    mirror.configure('rate_limit = "16 MiB/s"')
    mirror.daemon()
    process = mirror.begin()
    wait_for(lambda: mirror.fetched() > 15 << 20, "a part")
    process.kill()
    process.communicate()
    mirror.write("disk.iso", random.Random(5).randbytes(35 << 20), OLD + 5)
    mirror.configure()
    assert mirror.sync()["outcome"] == "published"
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


# --- servers that say no, or nothing ----------------------------------------------------------------------------------

def test_a_password_is_sent_and_shown_nowhere(mirror):
    mirror.write("f", "x")
    secrets, password = mirror.folder / "secrets", mirror.folder / "password"
    secrets.write_text("jo:se cret/\n")
    secrets.chmod(0o600)
    server = mirror.daemon(f"auth users = jo\nsecrets file = {secrets}")
    assert "auth failed" in failed(mirror)
    with_user = server.url.replace("//", "//jo@")
    password.write_text("wrong\n")
    mirror.configure(f'password_file = "{password}"', with_user)
    assert "auth failed" in failed(mirror)
    password.write_text("se cret/\n")
    done = mirror.good("sync", "--json")
    assert json.loads(done.stdout)["outcome"] == "published"
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    shown = done.stdout + done.stderr + mirror.good("status", "--json").stdout
    assert "cret" not in shown and "jo@" not in shown
    mirror.configure("", server.url.replace("//", "//jo:se cret/@"))
    done = mirror.run("sync")
    assert "cret" not in done.stdout + done.stderr


def test_an_unknown_module_and_a_dead_port_leave_what_is_published(mirror):
    mirror.fill()
    server = mirror.daemon()
    mirror.sync()
    published = hold_published(mirror)
    mirror.configure("retries = 0", server.url.replace("/tree/", "/three/"))
    assert "Unknown module 'three'" in failed(mirror)
    mirror.configure("retries = 0", server.url + "nowhere/")
    assert "No such file or directory" in failed(mirror)
    server.stop()
    mirror.configure("retries = 0", server.url)
    error = failed(mirror)
    assert "Connection refused" in error and str(server.port) in error
    assert hold_published(mirror) == published


def test_the_next_upstream_is_used_when_one_is_dead(mirror):
    mirror.fill()
    server = mirror.daemon()
    dead = f"rsync://127.0.0.1:{free_port()}/tree/"
    mirror.configure("retries = 0", dead, server.url.replace("/tree/", "/three/"), server.url)
    report = mirror.sync()
    assert report["outcome"] == "published" and report["upstream"] == server.url
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_the_next_upstream_goes_on_where_one_is_lost(mirror):
    for number in range(40):
        mirror.write(f"pool/{number}", random.Random(number).randbytes(400_000))
    server = mirror.daemon()
    with Stalling(server.port, connection=2, after=6 << 20) as proxy:
        stalls = f"rsync://127.0.0.1:{proxy.port}/tree/"
        mirror.configure('timeout = "1s"\nretries = 0', stalls, server.url)
        done = mirror.good("sync", "--json")
    report = json.loads(done.stdout)
    assert report["outcome"] == "published" and report["upstream"] == server.url
    assert "the upstream is lost" in done.stderr
    assert report["transferred_bytes"] < 14 << 20  # what came from the first is not fetched again
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def hold_connection(server):
    """Takes the only place that a module has."""
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.recv(100)
    connection.sendall(b"@RSYNCD: 31.0 md5\ntree\n")
    assert b"@RSYNCD: OK" in connection.recv(100)
    return connection


def test_a_busy_server_is_asked_again(mirror):
    mirror.fill()
    server = mirror.daemon("max connections = 1")
    connection = hold_connection(server)
    mirror.configure("retries = 0")
    assert "max connections" in failed(mirror)
    mirror.configure("retries = 5")
    mark = server.mark()
    process = mirror.begin()
    wait_for(lambda: "max connections" in server.said()[mark:], "the refusal")
    connection.close()
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_a_server_that_says_nothing_is_not_waited_for(mirror):
    mirror.configure('timeout = "1s"\nretries = 0')
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mirror.configure(mirror.options, f"rsync://127.0.0.1:{silent.getsockname()[1]}/tree/")
        failed(mirror)


@pytest.mark.parametrize("said", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"@RSYNCD: 31.0\n@ERROR: go away\x1b[31m\n",
                                  b"\0" * 5000, b"@RSYNCD: 31.0\n@RSYNCD: OK\n" + b"\xff" * 5000,
                                  b"@RSYNCD: 31.0\n" + b"motd\n" * 1000],
                         ids=["HTTP", "an error", "zeros", "rubbish", "a greeting alone"])
def test_what_is_no_rsync_server_fails_with_one_line(mirror, said):
    with socket.create_server(("127.0.0.1", 0)) as wrong:
        def answer():
            with contextlib.suppress(OSError):
                while True:
                    peer, _ = wrong.accept()
                    with peer, contextlib.suppress(OSError):
                        peer.sendall(said)
                        peer.shutdown(socket.SHUT_WR)
                        while peer.recv(4096):
                            pass
        threading.Thread(target=answer, daemon=True).start()
        mirror.configure('timeout = "5s"\nretries = 0', f"rsync://127.0.0.1:{wrong.getsockname()[1]}/tree/")
        assert "\x1b" not in failed(mirror)
        assert "\x1b" not in mirror.run("sync").stderr
        wrong.shutdown(socket.SHUT_RDWR)


# --- what happens meanwhile -------------------------------------------------------------------------------------------

@pytest.mark.parametrize("after", [600, 1 << 20], ids=["before the first byte", "within a file"])
def test_a_server_that_stops_sending_is_not_waited_for(mirror, after):
    """Within a file rsync's own --timeout does not see it."""
    mirror.write("disk.iso", random.Random(1).randbytes(10 << 20))
    server = mirror.daemon()
    with Stalling(server.port, connection=2, after=after) as proxy:
        mirror.configure('timeout = "1s"\nretries = 0', f"rsync://127.0.0.1:{proxy.port}/tree/")
        report = mirror.sync(status=1)
    assert re.search("nothing came for 1 s|io timeout after 1 seconds", report["error"])
    mirror.configure("", server.url)
    assert mirror.sync()["outcome"] == "published"
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_a_server_whose_disk_fails_while_it_lists_deletes_nothing(mirror):
    """It lists the rest and says so at the end; the gap would look like deletions."""
    mirror.fill()
    server = mirror.daemon()
    mirror.sync()
    published = hold_published(mirror)
    server.stop()
    server.prefix = ["strace", "-f", "-o", "/dev/null", "-P", mirror.upstream / "pool", "-e", "trace=getdents64",
                     "-e", "inject=getdents64:error=EIO"]
    server.start()
    error = failed(mirror)
    assert "pool" in error and "Input/output error" in error
    assert hold_published(mirror) == published


class Slow:
    """Large files, and a rate at which they take a few seconds."""
    FILES, SIZE = 4, 10 << 20

    def __init__(self, mirror):
        for number in range(self.FILES):
            mirror.write(f"iso/{number}.iso", random.Random(number).randbytes(self.SIZE))
        mirror.write("small", "small")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
def test_a_server_that_vanishes_and_comes_back_costs_no_run(mirror, how):
    slow = Slow(mirror)
    mirror.configure('rate_limit = "16 MiB/s"\ntimeout = "2s"')
    server = mirror.daemon()
    process = mirror.begin("--json")
    wait_for(lambda: mirror.fetched() > slow.SIZE * 3 // 2, "more than the first file")
    server.signal(how)
    if how == signal.SIGKILL:
        server.process.wait()
        server.start()
    else:
        wait_for(lambda: not fetches(mirror), "giving up", 60)
        server.signal(signal.SIGCONT)
    output, errors = process.communicate(timeout=100)
    assert process.returncode == 0, errors
    assert json.loads(output)["outcome"] == "published"
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def fetches(mirror):
    """The processes that write into the store's staging."""
    staging = str(mirror.store / "staging")
    found = []
    for process in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if process.name.isdigit() and os.readlink(process / "cwd").startswith(staging):
                found.append(int(process.name))
    return found


def test_a_server_that_stays_away_ends_the_run_and_what_came_is_kept(mirror):
    slow = Slow(mirror)
    mirror.configure('rate_limit = "16 MiB/s"\nretries = 1')
    server = mirror.daemon()
    process = mirror.begin("--json")
    wait_for(lambda: mirror.fetched() > slow.SIZE * 5 // 2, "more than two files")
    server.stop()
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 1 and json.loads(output)["outcome"] == "failed"
    assert "the upstream is lost" in the_line(errors)
    mark = server.mark()
    server.start()
    mirror.configure()
    report = mirror.sync()
    assert report["outcome"] == "published" and report["reuse"]["files"] >= 2
    server.mark_when_idle()
    assert not {"iso/0.iso", "small"} & set(server.files_sent(mark))
    assert server.sent(mark) < 2 * slow.SIZE
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_soon_and_the_next_run_goes_on(mirror, how):
    slow = Slow(mirror)
    mirror.configure('rate_limit = "8 MiB/s"')
    server = mirror.daemon()
    process = mirror.begin()
    wait_for(lambda: mirror.fetched() > slow.SIZE * 3 // 2, "more than the first file")
    process.send_signal(how)
    _, errors = process.communicate(timeout=15)
    assert process.returncode not in (0, 3) and "stopped" in errors, errors
    assert fetches(mirror) == []
    assert not mirror.checkout.exists()
    mark = server.mark_when_idle()
    mirror.configure()
    assert mirror.sync()["outcome"] == "published"
    server.mark_when_idle()
    assert server.sent(mark) < (slow.FILES - 1) * slow.SIZE
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_nothing_is_left_running_when_it_is_killed(mirror):
    slow = Slow(mirror)
    mirror.configure('rate_limit = "4 MiB/s"')
    mirror.daemon()
    process = mirror.begin()
    wait_for(lambda: mirror.fetched() > slow.SIZE // 2, "a part")
    assert len(fetches(mirror)) >= 2
    process.kill()
    process.communicate()
    wait_for(lambda: fetches(mirror) == [], "the end of what it started", 5)


def index_of(version, names):
    """Names every file of a version with its checksum."""
    return f"version {version}\n" + "".join(f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\n" for name in names)


def write_version(mirror, version, files=40):
    """A third comes and goes with each version; a file's content is its name, which says in which versions it is."""
    names = [f"pool/{number % 5}/stays-{number}" for number in range(files)]
    names += [f"pool/{number % 5}/of-{version}-{number}" for number in range(files // 2)]
    fresh = mirror.folder / f"fresh{version}"
    for name in names:
        path = fresh / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
        os.utime(path, (OLD, OLD))
    (fresh / "dists").mkdir()
    (fresh / "dists/SHA256SUMS").write_text(index_of(version, names))
    os.utime(fresh / "dists/SHA256SUMS", (OLD + version, OLD + version))
    old = mirror.folder / f"old{version}"
    mirror.upstream.rename(old)
    fresh.rename(mirror.upstream)
    shutil.rmtree(old)


def version_and_names(index):
    lines = index.splitlines()
    return int(lines[0].split()[1]), [line.split("  ")[1] for line in lines[1:]]


class Reader:
    """Reads what an index names, all the while, from the checkout and over HTTP. `wrong` tells what was not there."""

    def __init__(self, mirror, server):
        self.mirror, self.server = mirror, server
        self.wrong, self.passes, self.over = [], 0, threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.over.is_set() and not self.wrong:
            try:
                self.look("checkout", lambda name: (self.mirror.checkout / name).read_text())
                self.look("HTTP", self.get)
            except Exception as error:  # whatever it is, the test must hear of it
                self.wrong.append(repr(error))
            self.passes += 1

    def get(self, name):
        status, _, body = self.server.get(f"/tree/{name}")
        if status != 200:
            raise FileNotFoundError(f"{name}: {status}")
        return body.decode()

    def look(self, where, read):
        index = read("dists/SHA256SUMS")
        version, names = version_and_names(index)
        for name in names:
            try:
                good = read(name) == name
            except FileNotFoundError:
                good = False
            # Only as long as the index is there may what it names be asked for.
            if not good and read("dists/SHA256SUMS") == index:
                self.wrong.append(f"{where}: {name} of version {version}")
                return

    def stop(self):
        self.over.set()
        self.thread.join()


def test_kills_at_any_moment_take_nothing_from_readers(mirror):
    write_version(mirror, 0)
    mirror.configure('rate_limit = "8 MiB/s"')
    mirror.daemon()
    mirror.sync()
    reader = Reader(mirror, mirror.serve())
    dice, killed = random.Random(2026), 0
    try:
        write_version(mirror, 1)
        started = time.monotonic()
        mirror.sync()
        usual = time.monotonic() - started
        for version in range(2, 22):
            write_version(mirror, version)
            process = mirror.begin()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=dice.uniform(0, usual * 1.1))
            process.kill()
            process.communicate()
            killed += process.returncode == -signal.SIGKILL
            index = reader.get("dists/SHA256SUMS")
            assert version_and_names(index)[0] in (version - 1, version), f"killed run {version}"
            if version % 3 == 0:
                assert mirror.sync()["outcome"] in ("published", "unchanged")
                assert tree_of(mirror.checkout) == tree_of(mirror.upstream), f"after killed run {version}"
            else:  # two killed runs in a row
                version_now = version_and_names(reader.get("dists/SHA256SUMS"))[0]
                if version_now != version:
                    mirror.sync()
            assert reader.wrong == [], f"killed run {version}"
    finally:
        reader.stop()
    assert reader.wrong == [] and reader.passes > 5 and killed >= 8, (reader.passes, killed)
    assert mirror.json("verify")["damaged"] == []


class Writer:
    """Renames whole folders and rewrites files with their checksums, all the while."""

    def __init__(self, mirror):
        self.mirror, self.turn, self.over = mirror, 0, threading.Event()
        self.write_all()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def pair(self, folder, number):
        content = f"{folder} {number} {self.turn} " * 2000
        at = self.mirror.upstream / folder
        at.mkdir(exist_ok=True)
        sum_of = hashlib.sha256(content.encode()).hexdigest() + "  file\n"
        for name, text in (("file", content), ("file.sha256", sum_of)):
            fresh = at / f".{name}.fresh"
            fresh.write_text(text)
            os.utime(fresh, (OLD + self.turn, OLD + self.turn))
            fresh.rename(at / name)

    def write_all(self):
        for number in range(30):
            self.pair(f"folder{number}", number)

    def run(self):
        dice = random.Random(5)
        while not self.over.is_set():
            self.turn += 1
            number = dice.randrange(30)
            self.pair(f"folder{number}", number)
            if self.turn % 10 == 0:
                folder = self.mirror.upstream / f"folder{number}"
                folder.rename(folder.with_name("elsewhere"))
                (folder.with_name("elsewhere")).rename(folder)
            time.sleep(0.01)

    def stop(self):
        self.over.set()
        self.thread.join()


def torn_pairs(checkout):
    """Folders whose file is none that was ever written. That file and checksum go together is for checksum sets."""
    torn = []
    for folder in checkout.iterdir():
        content = (folder / "file").read_text()
        words = content.split(" ")
        if content != f"{words[0]} {words[1]} {words[2]} " * 2000 or words[0] != folder.name:
            torn.append(folder.name)
    return torn


def mixed_pairs(checkout):
    return [folder.name for folder in checkout.iterdir()
            if hashlib.sha256((folder / "file").read_bytes()).hexdigest() != (folder / "file.sha256").read_text()[:64]]


def test_a_tree_that_changes_all_the_while_is_published_whole_or_not_at_all(mirror):
    mirror.configure('exclude = [".*.fresh"]')
    writer = Writer(mirror)
    mirror.daemon()
    outcomes = []
    try:
        for _ in range(6):
            before = tree_of(mirror.checkout) if mirror.checkout.exists() else None
            done = mirror.run("sync", "--json")
            report = json.loads(done.stdout)
            outcomes.append(report["outcome"])
            assert done.returncode in (0, 1, 3), done.stderr
            if report["outcome"] == "published":
                assert torn_pairs(mirror.checkout) == []
                assert len(list(mirror.checkout.iterdir())) == 30
            elif before is not None:
                assert tree_of(mirror.checkout) == before
    finally:
        writer.stop()
    assert mirror.sync()["outcome"] in ("published", "unchanged")
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert mixed_pairs(mirror.checkout) == []
    assert mirror.json("verify")["damaged"] == []


# --- the program that is run ------------------------------------------------------------------------------------------

def runs_of_rsync(mirror, *command):
    """The arguments and the environment of every rsync that a command starts, as the kernel got them, and its trace."""
    log = mirror.folder / "calls"
    done = subprocess.run(["strace", "-f", "-v", "-s", "100000", "-o", log, "-e",
                           "trace=execve,landlock_create_ruleset,landlock_restrict_self", PROGRAM, "-c", mirror.config, *command],
                          capture_output=True, text=True, timeout=120,
                          env={**os.environ, "RSYNC_PROXY": "127.0.0.1:1", "RSYNC_OLD_ARGS": "1", "SECRET_OF_OURS": "x",
                               "RSYNC_RSH": "false", "RSYNC_CONNECT_PROG": "false", "RSYNC_PARTIAL_DIR": "/elsewhere"})
    assert done.returncode == 0, done.stderr
    text = log.read_text()
    found = re.findall(r'execve\("([^"]*/rsync)", \[(.*?)\], \[(.*?)\]\) = 0', text)
    runs = [(shell_strings(arguments), shell_strings(environment)) for _, arguments, environment in found]
    return [run for run in runs if "--version" not in run[0]], text


def shell_strings(text):
    return re.findall(r'"((?:[^"\\]|\\.)*)"', text)


def test_rsync_is_asked_to_delete_nothing_and_told_nothing_of_ours(mirror):
    write_image(mirror)
    mirror.write("goes", "x")
    mirror.daemon()
    mirror.configure('rate_limit = "1 GiB/s"')
    first, _ = runs_of_rsync(mirror, "sync")
    write_image(mirror, changed=True)
    os.unlink(mirror.upstream / "goes")
    second, _ = runs_of_rsync(mirror, "sync")
    assert not (mirror.checkout / "goes").exists()
    # A list, and what is small and what is large each by itself.
    assert len(first) == 3 and len(second) == 2
    for arguments, environment in first + second:
        assert arguments[0] == "rsync" and arguments[-1 if arguments[-1].startswith("rsync:") else -2] == mirror.urls[0]
        options = [word.split("=")[0] for word in arguments if word.startswith("-")]
        assert not [word for word in options if "del" in word or "remove" in word or word == "-e"]
        assert {word.split("=")[0] for word in environment} == {"PATH", "LC_ALL", "TZ", "HOME"}
    fetched = [arguments for arguments, _ in first + second if "--files-from=-" in arguments]
    assert len(fetched) == 3 and all("--bwlimit=1048576" in arguments for arguments in fetched)
    assert [("--info=progress2" in arguments) for arguments in fetched] == [False, True, True]
    assert not any(word.startswith("--compare-dest") for arguments in fetched[:2] for word in arguments)
    assert any(word.startswith("--compare-dest=" + str(mirror.store)) for word in fetched[2])


def test_rsync_is_confined_where_the_kernel_can(mirror):
    mirror.fill()
    mirror.daemon()
    runs, trace = runs_of_rsync(mirror, "sync")
    asked = re.findall(r"landlock_create_ruleset\(NULL, 0, .*\) = (-?\d+)(.*)", trace)
    assert asked
    applied = re.findall(r"landlock_restrict_self\(.*\) += 0", trace)
    if int(asked[0][0]) > 0:
        assert len(applied) == len(runs) == 2
    else:  # a kernel without it says so
        assert re.search("ENOSYS|EOPNOTSUPP", asked[0][1]) and applied == []
