"""Lists of checksums that nobody signed: what the upstream has is what the mirror shows, whatever they say."""
import hashlib
import os
import time

import pytest

from support.checksum_lists import write_set
from support.mirror import OLD
from support.rsync_servers import Rsyncd
from support.trees import read, tree_of
from support.web_servers import Nginx

SERVERS = {"rsync": Rsyncd, "nginx": Nginx, "a folder": None}


def set_times(mirror, time, *names):
    for path in [mirror.upstream / name for name in names] or mirror.upstream.rglob("*"):
        os.utime(path, (time, time))


def from_kind(mirror, kind, options=""):
    mirror.configure(options)
    if SERVERS[kind]:
        return mirror.from_server(SERVERS[kind](mirror.folder / "server", mirror.upstream))
    return None


def md5(content):
    return hashlib.md5(content.encode()).hexdigest()


@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
@pytest.mark.parametrize("kind", SERVERS)
def test_a_stale_list_warns_and_holds_nobody(mirror, kind, algorithm):
    server = from_kind(mirror, kind)
    write_set(mirror, {"a.iso": "first", "b.iso": "second"}, algorithm, wrong=["b.iso"])
    mirror.write("other/file", "new")
    set_times(mirror, OLD)
    report = mirror.sync()
    assert report["outcome"] == "published" and report["quarantined"] == []
    assert [item["path"] for item in report["warnings"]] == ["iso/b.iso"]
    assert f"iso/{algorithm.upper()}SUMS" in report["warnings"][0]["text"]
    assert read(mirror, "iso/b.iso") == "second" and read(mirror, "other/file") == "new"
    if kind == "nginx":
        times = [path for method, path, _ in server.asked() if path == "/iso/b.iso"]
        assert len(times) == 2, "by HTTP its bytes had to come twice"
    # It is told as long as it is so, and never stands in the way.
    again = mirror.sync()
    assert again["outcome"] == "unchanged" and again["warnings"] == report["warnings"]
    assert mirror.json("status")["trees"][0]["warnings"] == 1
    assert "1 file is not what a list beside it says" in mirror.good("status").stdout
    mirror.write("iso/c.iso", "third", time=OLD)
    assert mirror.sync()["warnings"] == report["warnings"]
    write_set(mirror, {"a.iso": "first", "b.iso": "second", "c.iso": "third"}, algorithm)
    set_times(mirror, OLD + 60)
    assert mirror.sync()["warnings"] == []
    assert mirror.json("status")["trees"][0]["warnings"] == 0


@pytest.mark.parametrize("kind", SERVERS)
def test_what_changes_today_waits_alone(mirror, kind):
    """An image that is half-way uploaded, and its list."""
    from_kind(mirror, kind)
    write_set(mirror, {"a.iso": "first", "b.iso": "old"})
    set_times(mirror, OLD)
    assert mirror.sync()["outcome"] == "published"
    before = read(mirror, "iso/SHA256SUMS")
    write_set(mirror, {"a.iso": "first", "b.iso": "half an ima"}, wrong=["b.iso"])
    set_times(mirror, OLD, "iso/a.iso")
    mirror.write("iso/README", "beside it")
    if kind != "nginx":  # whose pages tell no links
        os.symlink("b.iso", mirror.upstream / "iso/latest.iso")
    report = mirror.sync(status=3)
    assert report["outcome"] == "published" and report["warnings"] == []
    assert [item["path"] for item in report["quarantined"]] == ["iso/b.iso"]
    assert read(mirror, "iso/b.iso") == "old" and read(mirror, "iso/SHA256SUMS") == before
    assert read(mirror, "iso/README") == "beside it"
    assert not os.path.lexists(mirror.checkout / "iso/latest.iso")
    again = mirror.sync(status=3)
    assert again["outcome"] == "unchanged" and again["transferred_bytes"] == 0, again
    # A day later it is what the upstream has.
    set_times(mirror, int(time.time()) - 25 * 3600)
    report = mirror.sync()
    assert report["outcome"] == "published" and [item["path"] for item in report["warnings"]] == ["iso/b.iso"]
    assert read(mirror, "iso/b.iso") == "half an ima"
    write_set(mirror, {"a.iso": "first", "b.iso": "the whole image"})
    assert mirror.sync()["warnings"] == []
    assert read(mirror, "iso/b.iso") == "the whole image"


@pytest.mark.parametrize("policy,outcome", [("auto", "published"), ("ignore", "published"), ("require", "held")])
def test_the_config_says_which_lists_decide(mirror, policy, outcome):
    mirror.configure(f'checksum_lists = "{policy}"')
    write_set(mirror, {"a.iso": "first"}, wrong=["a.iso"])
    set_times(mirror, OLD)
    report = mirror.sync(status=3 if outcome == "held" else 0)
    assert report["outcome"] == outcome
    assert len(report["warnings"]) == (1 if policy == "auto" else 0)


def test_one_folders_list_holds_no_other_file(mirror):
    mirror.configure('checksum_lists = "require"\non_bad_file = "hold-back"')
    mirror.write("here/README", "old")
    mirror.sync()
    write_set(mirror, {"a.iso": "first", "b.iso": "second"}, "md5", folder="here", wrong=["a.iso"])
    mirror.write("here/README", "new")
    mirror.write("there/file", "new")
    assert mirror.sync(status=3)["outcome"] == "published"
    assert read(mirror, "here/README") == "new" and read(mirror, "there/file") == "new"


def test_a_list_that_tells_all_that_a_file_ever_was_says_nothing(mirror):
    mirror.write("pam/common-auth", "now")
    mirror.write("pam/common-auth.md5sums", "".join(f"{md5(was)}  common-auth\n" for was in ("once", "then")))
    mirror.write("bin/md5sum", b"\x7fELF" + bytes(range(256)) * 20)
    set_times(mirror, OLD)
    report = mirror.sync()
    assert report["outcome"] == "published" and report["warnings"] == [] and report["left_out"] == []
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


@pytest.mark.parametrize("when,fetched", [(1, 0), (-1, 1)])
def test_a_list_saves_a_transfer_unless_it_is_older_than_the_file(mirror, when, fetched):
    write_set(mirror, {"a.iso": "first " * 1000})
    set_times(mirror, OLD)
    mirror.sync()
    write_set(mirror, {"a.iso": "first " * 1000}, folder="copy")
    set_times(mirror, OLD)
    set_times(mirror, OLD + when, "copy/SHA256SUMS")
    report = mirror.sync()
    assert report["fetch"]["files"] - 1 == fetched or report["reuse"]["files"] == 1 - fetched, report
    assert read(mirror, "copy/a.iso") == "first " * 1000 and report["warnings"] == []


def test_a_list_is_never_believed_against_the_upstreams_own_bytes(mirror):
    """It names a content that is here, and the file is another."""
    write_set(mirror, {"a.iso": "first"})
    set_times(mirror, OLD)
    mirror.sync()
    mirror.write("copy/b.iso", "fresh one", time=OLD)
    mirror.write("copy/SHA256SUMS", hashlib.sha256(b"first").hexdigest() + "  b.iso\n", time=OLD)
    report = mirror.sync()
    assert read(mirror, "copy/b.iso") == "fresh one" and len(report["warnings"]) == 1


def test_a_refused_file_comes_no_second_time(mirror):
    mirror.configure('checksum_lists = "require"')
    content = "x" * 3_000_000
    write_set(mirror, {"a.iso": content}, wrong=["a.iso"])
    set_times(mirror, OLD)
    server = mirror.from_server(Nginx(mirror.folder / "server", mirror.upstream))

    def fetched():
        return len([path for _, path, _ in server.asked() if path == "/iso/a.iso"])
    assert mirror.sync(status=3)["outcome"] == "held"
    before = fetched()
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and "a.iso" in report["held_reason"]
    assert fetched() == before and report["transferred_bytes"] < 10_000
    mirror.sync("--full", status=3)
    assert fetched() > before, "somebody asked for all of it"
    before = fetched()
    set_times(mirror, OLD + 60, "iso/a.iso")
    mirror.sync(status=3)
    assert fetched() > before, "it may be another one now"
    write_set(mirror, {"a.iso": content})
    set_times(mirror, OLD + 60)
    assert mirror.sync()["outcome"] == "published" and read(mirror, "iso/a.iso") == content


@pytest.mark.measures
def test_a_new_list_reads_no_content_that_came_long_ago(mirror):
    mirror.write("iso/a.iso", b"x" * 8_000_000, time=OLD)
    mirror.sync()
    trace = mirror.folder / "trace"
    mirror.write("iso/SHA512SUMS", hashlib.sha512(b"x" * 8_000_000).hexdigest() + "  a.iso\n", time=OLD)
    done = mirror.run("sync", prefix=["strace", "-f", "-e", "trace=read,pread64,readv", "-o", str(trace)])
    assert done.returncode == 0, done.stderr
    read_bytes = sum(int(line.rsplit("= ", 1)[1]) for line in trace.read_text().splitlines()
                     if " = " in line and line.rsplit("= ", 1)[1].isdigit())
    assert read_bytes < 4_000_000
