"""Names that share a content share its inode: which mode and time that wears, and when a name is a copy."""
import os

import pytest

from support.disks import on_small_disk
from support.kills import kill_at
from support.mirror import OLD
from support.people import as_nobody, let_everybody_pass
from support.store import blob_of
from support.trees import tree_of

CONTENT = os.urandom(1 << 20)


def is_shared(mirror, name, content=CONTENT):
    return os.stat(mirror.checkout / name).st_ino == os.stat(blob_of(mirror, content)).st_ino


def blocks(mirror):
    """What the store takes, each inode once."""
    seen = {}
    for at, _, names in os.walk(mirror.store):
        for name in names:
            info = os.lstat(os.path.join(at, name))
            seen[info.st_ino] = info.st_blocks * 512
    return sum(seen.values())


@pytest.mark.parametrize("change", [lambda path: os.chmod(path, 0o755), lambda path: os.utime(path, (OLD + 60, OLD + 60))],
                         ids=["chmod", "touch"])
def test_a_mode_or_time_upstream_copies_nothing(mirror, change):
    for name in ("one", "two/three"):
        mirror.write(name, CONTENT, time=OLD)
    mirror.write("other", "other")
    mirror.sync()
    before = blocks(mirror)
    for name in ("one", "two/three"):
        change(mirror.upstream / name)
    assert mirror.sync()["outcome"] == "published"
    assert is_shared(mirror, "one") and is_shared(mirror, "two/three")
    assert blocks(mirror) < before + len(CONTENT) / 2
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    server = mirror.serve()
    assert server.get("/tree/one")[2] == CONTENT, server.read_log()


def test_a_name_that_stays_keeps_the_time_of_the_content(mirror):
    for name in ("one", "two"):
        mirror.write(name, CONTENT, time=OLD)
    mirror.sync()
    os.utime(mirror.upstream / "two", (OLD + 60, OLD + 60))
    mirror.sync()
    assert is_shared(mirror, "one") and not is_shared(mirror, "two")
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    # And when nobody needs the old one any more, they meet again.
    os.utime(mirror.upstream / "one", (OLD + 90, OLD + 90))
    os.utime(mirror.upstream / "two", (OLD + 90, OLD + 90))
    mirror.sync()
    assert is_shared(mirror, "one") and is_shared(mirror, "two")
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_another_tree_keeps_what_it_shows(mirror):
    other = mirror.folder / "other"
    other.mkdir()
    (other / "copy").write_bytes(CONTENT)
    os.chmod(other / "copy", 0o644)
    os.utime(other / "copy", (OLD, OLD))
    mirror.configure(more=f'[[tree]]\nname = "other"\nupstreams = ["file://{other}/"]')
    mirror.write("one", CONTENT, time=OLD)
    mirror.sync()
    os.chmod(mirror.upstream / "one", 0o755)
    mirror.sync()
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert tree_of(mirror.store / "trees/other") == tree_of(other)
    assert mirror.json("verify")["damaged"] == []


def test_copies_that_cannot_be_avoided_are_counted_before(mirror):
    mirror.store = mirror.folder / "disk/store"
    mirror.configure()
    content = os.urandom(8 << 20)
    mirror.write("one", content, time=OLD)
    mirror.write("two", content, time=OLD)
    assert on_small_disk(mirror, 30 << 20, "sync").returncode == 0
    os.chmod(mirror.upstream / "two", 0o755)
    done = on_small_disk(mirror, 4 << 20, "sync", "--json")
    assert done.returncode == 1 and "not enough space" in done.stderr and "copied in the checkout" in done.stderr, done
    assert '"generation":2' not in done.stdout.replace(" ", "")
    assert on_small_disk(mirror, 20 << 20, "sync").returncode == 0
    mirror.store = mirror.folder / "kept/store"
    mirror.configure()
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_an_adopted_file_of_somebody_elses_is_copied(mirror):
    plain = mirror.folder / "plain"
    plain.mkdir()
    (plain / "one").write_bytes(CONTENT)
    os.chmod(plain / "one", 0o666)
    os.utime(plain / "one", (OLD, OLD))
    mirror.write("one", CONTENT, time=OLD)
    let_everybody_pass(mirror.upstream)
    mirror.upstream.chmod(0o755)
    mirror.folder.chmod(0o777)
    for command in (["adopt", "tree", plain], ["sync"]):
        done = mirror.run(*command, prefix=as_nobody())
        assert done.returncode == 0, done.stderr
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream) and not is_shared(mirror, "one")
    assert os.stat(plain / "one").st_mode & 0o777 == 0o666
    done = mirror.run("verify", prefix=as_nobody())
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("step", ["fchmodat", "utimensat", "linkat", "syncfs", "pwrite64", "renameat2"])
@pytest.mark.parametrize("when", [1, 2, 4])
def test_a_kill_between_two_steps_mends_itself(mirror, step, when):
    mirror.configure('max_delete = "100%"')  # a file that becomes hidden is one that goes
    for name in ("one", "two", "three"):
        mirror.write(name, name * 10_000, time=OLD)
    mirror.write("hidden", "one" * 10_000, time=OLD, mode=0o600)
    mirror.sync()
    for name in ("one", "two"):
        os.utime(mirror.upstream / name, (OLD + 60, OLD + 60))
        os.chmod(mirror.upstream / name, 0o755)
    os.chmod(mirror.upstream / "three", 0o600)
    kill_at(mirror, step, when, "sync")
    server = mirror.serve()
    for name in ("one", "two"):
        assert server.get(f"/tree/{name}")[2] == (name * 10_000).encode(), server.read_log()
    mirror.sync()
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert {server.get(f"/tree/{name}")[0] for name in ("one", "two")} == {200} and server.get("/tree/three")[0] == 404
    assert is_shared(mirror, "one", b"one" * 10_000) and is_shared(mirror, "three", b"three" * 10_000)
