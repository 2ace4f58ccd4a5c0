"""`sync --from URL --to DIR`: a plain folder with neither config nor store, from every kind of upstream."""
import hashlib
import json
import os
import random
import signal
import subprocess
import time

import pytest

from support.mirror import OLD, Mirror
from support.people import as_nobody, let_everybody_pass
from support.ports import free_port
from support.program import PROGRAM, run_program
from support.rsync_servers import Rsyncd
from support.trees import sizes_below, tree_of
from support.waiting import wait_for
from support.web_servers import Apache, Caddy, Lighttpd, Mirrorseed, Nginx, Python

PARTIAL = ".mirrorseed-partial"


class Files:
    """An upstream on this machine."""

    def __init__(self, folder, root):
        self.url = f"file://{root}/"

    def asked(self):
        return []

    def stop(self):
        pass


class Rsync(Rsyncd):
    def asked(self):
        return []


UPSTREAMS = {
    "file": Files,
    "rsync": Rsync,
    "nginx": Nginx,
    "nginx, rounded": lambda at, root: Nginx(at, root, "autoindex_exact_size off; autoindex_localtime on;"),
    "nginx, JSON": lambda at, root: Nginx(at, root, "autoindex_format json;"),
    "Apache, plain": lambda at, root: Apache(at, root, "None"),
    "Apache, fancy": lambda at, root: Apache(at, root, "FancyIndexing"),
    "lighttpd": Lighttpd,
    "Caddy": Caddy,
    "Python": Python,
    "mirrorseed": Mirrorseed,
}
TELL_ALL = {"file", "rsync"}  # modes, links and the times of folders


class OneOff(Mirror):
    """A folder `to`, and the upstream that it is a mirror of."""
    sample = {"README": "hello\n", "dists/one/Release": ("release 1\n", 1), "pool/a.deb": (b"\0\1\2" * 500_000, 2),
              "pool/deep/er/b.deb": (random.Random(1).randbytes(70_000), 61), "empty-file": ("", 3),
              "odd/sp ace %41#?&": ("odd", 7), "empty-folder": None}

    def __init__(self, folder):
        super().__init__(folder)
        self.to = self.folder / "to"
        self.url = f"file://{self.upstream}/"

    def write(self, name, content, time=OLD, mode=0o644):
        super().write(name, content, time, mode)

    def shown_by(self, kind):
        server = UPSTREAMS[kind](self.folder / "server", self.upstream)
        self.servers.append(server)
        self.url = server.url
        return server

    def arguments(self, *more):
        return ["sync", "--from", self.url, "--to", str(self.to), *more]

    def sync(self, *more, status=0):
        done = run_program(*self.arguments("--json", *more), cwd=self.folder)
        assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def start(self, *more):
        return subprocess.Popen([PROGRAM, *self.arguments(*more)], stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def waiting(self):
        """The size of what waits to be shown."""
        return sum(sizes_below(self.to / PARTIAL))


@pytest.fixture
def one_off(tmp_path):
    made = OneOff(tmp_path)
    yield made
    made.stop()


def date_folders(one_off):
    for at, _, _ in os.walk(one_off.upstream, topdown=False):
        os.utime(at, (OLD + 1000, OLD + 1000))


def is_as_upstream(one_off):
    assert tree_of(one_off.to) == tree_of(one_off.upstream)


@pytest.mark.parametrize("kind", UPSTREAMS)
def test_the_folder_is_the_tree_and_a_second_run_transfers_nothing(one_off, kind):
    one_off.fill()
    if kind in TELL_ALL:
        os.symlink("one", one_off.upstream / "dists/stable")
        os.chmod(one_off.upstream / "README", 0o755)
        os.chmod(one_off.upstream / "pool", 0o500)
    date_folders(one_off)
    server = one_off.shown_by(kind)
    report = one_off.sync()
    assert report["outcome"] == "published" and report["fetch"]["files"] == 6 and report["quarantined"] == []
    assert report["tree"] == str(one_off.to) and report["generation"] == 0
    if kind in TELL_ALL:
        os.chmod(one_off.upstream / "pool", 0o700)  # we keep the right to change what is ours
    is_as_upstream(one_off)
    if kind in TELL_ALL:
        os.chmod(one_off.upstream / "pool", 0o500)
        assert {os.stat(one_off.to / name).st_mtime for name in ("pool", "dists", "empty-folder")} == {OLD + 1000}
    before = {name: os.lstat(os.path.join(at, name)).st_ctime_ns
              for at, folders, files in os.walk(one_off.to) for name in folders + files}

    asked = len(server.asked())
    second = one_off.sync("--delete")
    assert second["outcome"] == "unchanged" and second["transferred_bytes"] == 0, second
    total = sum(f.stat().st_size for f in one_off.upstream.rglob("*") if f.is_file() and not f.is_symlink())
    assert report["total"] == second["total"] == {"files": 6, "bytes": total}
    assert second["fetch"] == second["delete"] == {"files": 0, "bytes": 0}
    assert sorted(os.listdir(one_off.to)) == sorted(os.listdir(one_off.upstream))
    assert before == {name: os.lstat(os.path.join(at, name)).st_ctime_ns
                      for at, folders, files in os.walk(one_off.to) for name in folders + files}
    files = [method for method, path, _ in server.asked()[asked:] if not path.endswith("/")]
    assert set(files) <= {"HEAD"} and len(files) <= 6
    one_off.to.chmod(0o755)


@pytest.mark.parametrize("kind", ["file", "rsync", "nginx", "nginx, rounded", "Apache, plain", "mirrorseed"])
def test_changes_are_fetched_alone(one_off, kind):
    one_off.fill()
    one_off.write("dropped/file", "x")
    one_off.write("same-size", "1")
    one_off.shown_by(kind)
    one_off.sync()
    one_off.write("README", "hello again\n", OLD + 3600)
    one_off.write("same-size", "2", OLD + 86400)
    one_off.write("pool/new/c.deb", "c", OLD + 5)
    os.unlink(one_off.upstream / "dropped/file")
    os.rmdir(one_off.upstream / "dropped")
    report = one_off.sync()
    assert report["outcome"] == "published" and report["fetch"]["files"] == 3
    assert report["transferred_bytes"] == len("hello again\n") + 2 and report["delete"]["files"] == 0
    assert (one_off.to / "dropped/file").read_text() == "x"
    report = one_off.sync("--delete")
    assert report["outcome"] == "published" and report["delete"] == {"files": 1, "bytes": 1}
    is_as_upstream(one_off)


def test_extra_files_stay_unless_delete_is_said(one_off):
    one_off.fill()
    one_off.to.mkdir()
    (one_off.to / "mine").write_text("mine")
    (one_off.to / "pool").mkdir()
    os.mkfifo(one_off.to / "pool/pipe")
    os.symlink("/etc", one_off.to / "pool/link")
    one_off.sync()
    assert (one_off.to / "mine").read_text() == "mine" and os.path.lexists(one_off.to / "pool/pipe")
    one_off.sync("--delete")
    is_as_upstream(one_off)
    assert os.path.exists("/etc/passwd")


def test_delete_spares_what_was_not_selected(one_off):
    one_off.fill()
    one_off.to.mkdir()
    (one_off.to / "gone").mkdir()
    for name in ("notes.txt", "gone/notes.txt", "gone/old.deb", "old.deb"):
        (one_off.to / name).write_text(name)
    report = one_off.sync("--delete", "--exclude", "*.txt")
    assert report["delete"]["files"] == 2
    assert (one_off.to / "notes.txt").exists() and os.listdir(one_off.to / "gone") == ["notes.txt"]
    assert one_off.sync("--delete", "--exclude", "*.txt")["outcome"] == "unchanged"
    report = one_off.sync("--delete", "--include", "pool/", "--exclude", "deep/")
    assert report["delete"]["files"] == 0 and (one_off.to / "README").exists()
    assert (one_off.to / "pool/deep/er/b.deb").exists()


def test_include_and_exclude_select(one_off):
    one_off.fill()
    one_off.sync("--include", "pool/", "--include", "README", "--exclude", "deep/")
    names = {name for name, entry in tree_of(one_off.to).items() if entry[0] == "file"}
    assert names == {b"README", b"pool/a.deb"}


def test_dry_run_changes_nothing(one_off):
    one_off.fill()
    report = one_off.sync("--dry-run")
    assert report["fetch"]["files"] == 6 and report["outcome"] == "published" and not one_off.to.exists()
    one_off.shown_by("nginx")
    one_off.sync()
    (one_off.to / "mine").write_text("mine")
    before = tree_of(one_off.to)
    report = one_off.sync("--dry-run", "--delete")
    assert report["fetch"]["files"] == 0 and report["delete"]["files"] == 1 and report["outcome"] == "published"
    assert one_off.sync("--dry-run")["outcome"] == "unchanged"
    assert tree_of(one_off.to) == before


def test_an_empty_or_dead_upstream_deletes_nothing(one_off):
    one_off.fill()
    one_off.sync()
    before = tree_of(one_off.to)
    os.rename(one_off.upstream, one_off.folder / "away")
    assert "No such file" in one_off.sync("--delete", status=1)["error"]
    one_off.upstream.mkdir()
    report = one_off.sync("--delete", status=3)
    assert report["outcome"] == "held" and report["held_reason"]
    assert report["delete"]["files"] == 6 and tree_of(one_off.to) == before
    assert one_off.sync()["outcome"] == "unchanged"
    for url in (f"http://127.0.0.1:{free_port()}/", f"rsync://127.0.0.1:{free_port()}/tree/"):
        one_off.url = url
        with subprocess.Popen([PROGRAM, *one_off.arguments("--delete")], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 1
        assert tree_of(one_off.to) == before


def test_nothing_is_written_through_links(one_off):
    outside = one_off.folder / "outside"
    outside.mkdir()
    (outside / "file").write_text("safe")
    os.utime(outside / "file", (OLD, OLD))
    one_off.write("sub/file", "new")
    one_off.write("file", "safe")
    one_off.write("deep/er/file", "new")
    one_off.to.mkdir()
    os.symlink(outside, one_off.to / "sub")
    os.symlink(outside / "file", one_off.to / "file")
    (one_off.to / "deep").mkdir()
    os.symlink("../../outside", one_off.to / "deep/er")
    one_off.sync()
    is_as_upstream(one_off)
    assert os.listdir(outside) == ["file"] and (outside / "file").read_text() == "safe"


def test_the_partial_folder_is_no_way_out_either(one_off):
    outside = one_off.folder / "outside"
    outside.mkdir()
    one_off.write("file", "x")
    one_off.to.mkdir()
    os.symlink(outside, one_off.to / PARTIAL)
    one_off.sync(status=1)
    assert os.listdir(outside) == [] and not (one_off.to / "file").exists()


def test_kinds_may_change(one_off):
    one_off.write("x", "file")
    one_off.write("y/inside", "in a folder")
    one_off.write("z", "file")
    one_off.sync()
    for name in ("x", "y/inside", "z"):
        os.unlink(one_off.upstream / name)
    os.rmdir(one_off.upstream / "y")
    one_off.write("x/now", "a folder")
    one_off.write("y", "now a file")
    os.symlink("y", one_off.upstream / "z")
    report = one_off.sync(status=3)
    assert [item["path"] for item in report["quarantined"]] == ["y"]
    assert (one_off.to / "y/inside").exists() and (one_off.to / "x/now").exists()
    one_off.sync("--delete")
    is_as_upstream(one_off)


@pytest.mark.parametrize("kind", ["file", "rsync", "nginx", "Apache, plain"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_run_shows_nothing_in_part_and_is_gone_on_with(one_off, kind, how):
    content = random.Random(2).randbytes(60 << 20)
    one_off.write("a/small", "new")
    one_off.write("disk.iso", content)
    one_off.to.mkdir()
    (one_off.to / "disk.iso").write_text("old")
    one_off.shown_by(kind)
    process = one_off.start("--rate-limit", "40 MB/s")
    wait_for(lambda: process.poll() is not None or one_off.waiting() > (34 << 20), "half the file")
    process.send_signal(how)
    status = process.wait(timeout=60)
    if kind != "file":  # a copy on this machine may be over by then
        assert status == (1 if how == signal.SIGINT else -how)
        assert (one_off.to / "disk.iso").read_text() == "old" and not (one_off.to / "a").exists()
    report = one_off.sync()
    assert kind == "rsync" or report["transferred_bytes"] < 40 << 20
    assert (one_off.to / "disk.iso").read_bytes() == content and (one_off.to / "a/small").read_text() == "new"
    assert PARTIAL not in os.listdir(one_off.to)


def test_two_at_once_do_not_mix(one_off):
    one_off.write("disk.iso", random.Random(3).randbytes(8 << 20))
    one_off.shown_by("nginx")
    process = one_off.start("--rate-limit", "4 MB/s")
    wait_for(lambda: (one_off.to / PARTIAL / "lock").exists(), "working")
    assert "another mirrorseed" in one_off.sync(status=1)["error"]
    assert process.wait(timeout=60) == 0
    is_as_upstream(one_off)


def test_files_that_cannot_be_had_are_told_and_the_rest_is_there(one_off):
    one_off.fill()
    one_off.servers.append(Nginx(one_off.folder / "server", one_off.upstream, "location /README { deny all; }"))
    one_off.url = one_off.servers[-1].url
    done = run_program(*one_off.arguments())
    assert done.returncode == 3 and "README" in done.stderr and "403" in done.stderr
    assert not (one_off.to / "README").exists() and (one_off.to / "pool/a.deb").exists()
    assert PARTIAL not in os.listdir(one_off.to)


def listed(name, content, algorithm="sha256"):
    return f"{hashlib.new(algorithm, content.encode()).hexdigest()}  {name}\n"


@pytest.mark.parametrize("kind", ["file", "rsync", "nginx", "Apache, plain"])
@pytest.mark.parametrize("algorithm", ["sha256", "sha512", "md5"])
def test_a_file_must_be_what_its_list_says(one_off, kind, algorithm):
    for name in ("good", "bad"):
        one_off.write(f"iso/{name}.iso", name)
    one_off.write(f"iso/{algorithm.upper()}SUMS",
                  listed("good.iso", "good", algorithm) + listed("bad.iso", "BAD", algorithm))
    one_off.write("other/bad.iso", "nobody says what this is")
    one_off.shown_by(kind)
    done = run_program(*one_off.arguments())
    told = f"could not fetch iso/bad.iso: its {algorithm.upper().replace('SHA', 'SHA-')} is "
    assert done.returncode == 3 and told in done.stderr, done.stderr
    assert sorted(os.listdir(one_off.to / "iso")) == [f"{algorithm.upper()}SUMS", "good.iso"]
    assert (one_off.to / "other/bad.iso").exists()

    one_off.write("iso/bad.iso", "BAD", OLD + 60)
    report = one_off.sync()
    assert report["outcome"] == "published" and report["fetch"]["files"] == 1 and report["quarantined"] == []
    is_as_upstream(one_off)


def test_an_older_list_is_believed_too(one_off):
    one_off.write("iso/SHA256SUMS", listed("new.iso", "new"))
    one_off.sync()
    one_off.write("iso/new.iso", "not", OLD + 60)
    report = one_off.sync(status=3)
    assert [item["path"] for item in report["quarantined"]] == ["iso/new.iso"]
    one_off.write("iso/new.iso", "new", OLD + 120)
    assert one_off.sync()["fetch"]["files"] == 1


def test_what_was_held_stays_while_the_new_one_is_not_what_its_list_says(one_off):
    one_off.write("iso/a.iso", "first")
    one_off.write("iso/SHA256SUMS", listed("a.iso", "first"))
    one_off.sync()
    one_off.write("iso/a.iso", "secomd", OLD + 60)
    one_off.write("iso/SHA256SUMS", listed("a.iso", "second"), OLD + 60)
    one_off.sync("--delete", status=3)
    assert (one_off.to / "iso/a.iso").read_text() == "first"
    one_off.write("iso/a.iso", "second", OLD + 61)
    one_off.sync()
    is_as_upstream(one_off)


def test_lists_that_disagree_let_nothing_of_theirs_in(one_off):
    one_off.write("a.iso", "first")
    one_off.write("SHA256SUMS", listed("a.iso", "first"))
    one_off.write("a.iso.sha256", listed("a.iso", "second"))
    report = one_off.sync(status=3)
    assert [item["path"] for item in report["quarantined"]] == ["a.iso"] and "disagree" in report["quarantined"][0]["reason"]
    assert sorted(os.listdir(one_off.to)) == ["SHA256SUMS", "a.iso.sha256"]


def test_a_list_that_is_none_is_told_of_and_stops_nothing(one_off):
    one_off.write("a.iso", "first")
    one_off.write("SHA256SUMS", "to be announced\n")
    report = one_off.sync()
    assert [item["path"] for item in report["left_out"]] == ["SHA256SUMS"]
    is_as_upstream(one_off)


@pytest.mark.parametrize("mode", [0o000, 0o500])
def test_a_folder_that_is_closed_to_us_is_left_alone(one_off, mode):
    one_off.fill()
    one_off.to.mkdir()
    let_everybody_pass(one_off.to / "x")
    if os.geteuid() == 0:
        os.chown(one_off.to, 65534, 65534)
    one_off.to.chmod(mode)
    done = run_program(*one_off.arguments("--json"), prefix=as_nobody())
    one_off.to.chmod(0o755)
    assert done.returncode == 1 and "denied" in json.loads(done.stdout)["error"]
    assert os.listdir(one_off.to) == []


def test_places_that_cannot_be_are_refused(one_off):
    one_off.fill()
    one_off.to = one_off.folder / "missing/to"
    one_off.sync(status=1)
    assert not (one_off.folder / "missing").exists()
    one_off.to = one_off.upstream / "pool"
    assert "inside the other" in one_off.sync(status=1)["error"]
    one_off.to = one_off.upstream / "README"
    one_off.sync(status=1)


@pytest.mark.parametrize("arguments", [["--from", "file:///x"], ["--to", "x"], ["--from", "file:///x", "--to", "y", "tree"],
                                       ["--delete"], ["--from", "file:///x", "--to", ""],
                                       ["--from", "file:///x", "--to", "y", "--allow-deletes"]])
def test_wrong_usage_is_told(arguments, tmp_path):
    assert run_program("sync", *arguments, cwd=tmp_path).returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_output_is_a_line_and_nothing_when_quiet(one_off):
    one_off.fill()
    done = run_program(*one_off.arguments())
    assert done.stdout == f"{one_off.to}: published: 6 files (1.5 MiB) in all, fetched 6 files (1.5 MiB)\n"
    assert run_program(*one_off.arguments("-q")).stdout == ""
