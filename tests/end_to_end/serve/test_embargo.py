"""Who may read what an upstream hides: nobody before it is lifted, and everybody from then on."""
import contextlib
import os
import sqlite3
import subprocess

import pytest

from support.kills import kill_at
from support.mirror import OLD
from support.people import let_everybody_pass
from support.store import blob_of
from support.trees import tree_of

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can let somebody else serve, or look")

SECRET = b"an image that is not out yet" * 100


@pytest.fixture
def served_by_nobody(mirror):
    """Root mirrors, and `nobody` serves."""
    let_everybody_pass(mirror.config)
    configure = mirror.configure

    def with_user(*arguments, **options):
        configure(*arguments, **options)
        mirror.config.write_text(mirror.config.read_text().replace("[server]", '[server]\nuser = "nobody"', 1))

    mirror.configure = with_user
    mirror.configure()
    return mirror


def a_stranger_may(flag, path):
    """Somebody who is neither root nor the server's user, nor of its group."""
    return subprocess.run(["setpriv", "--reuid=4242", "--regid=4242", "--clear-groups", "test", flag, path]).returncode == 0


def files_below(folder):
    return [os.path.join(at, name) for at, _, names in os.walk(folder) for name in names]


@pytest.mark.parametrize("checkout", ["true", "false"])
def test_what_is_lifted_is_served(served_by_nobody, checkout):
    mirror = served_by_nobody
    mirror.configure(f"checkout = {checkout}")
    mirror.write("image.iso", SECRET, time=OLD, mode=0o600)
    mirror.write("next/release", b"next" * 100, time=OLD, mode=0o640)
    os.chmod(mirror.upstream / "next", 0o700)
    mirror.sync()
    server = mirror.serve()
    assert server.get("/tree/image.iso")[0] == server.get("/tree/next/release")[0] == 404
    os.chmod(mirror.upstream / "image.iso", 0o644)
    os.chmod(mirror.upstream / "next/release", 0o644)
    os.chmod(mirror.upstream / "next", 0o755)
    assert mirror.sync()["fetch"]["files"] == 0
    assert server.get("/tree/image.iso")[2] == SECRET, server.read_log()
    assert server.get("/tree/next/release")[2] == b"next" * 100, server.read_log()
    if checkout == "true":
        assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    # And when it comes back nobody else may read it.
    os.chmod(mirror.upstream / "image.iso", 0o600)
    mirror.sync("--allow-deletes")
    assert server.get("/tree/image.iso")[0] == 404
    assert not a_stranger_may("-r", mirror.checkout / "image.iso")


def test_strangers_may_look_at_trees_alone(served_by_nobody):
    mirror = served_by_nobody
    mirror.write("open", "open")
    mirror.write("closed/image.iso", SECRET)  # by its own mode everybody may read it
    os.chmod(mirror.upstream / "closed", 0o700)
    mirror.sync()
    server = mirror.serve()
    assert server.get("/tree/open")[2] == b"open"
    assert a_stranger_may("-r", mirror.checkout / "open")
    hidden = [mirror.checkout / "closed/image.iso", blob_of(mirror, SECRET)]
    for place in ("blobs", "manifests", "staging"):
        assert not a_stranger_may("-x", mirror.store / place) and not a_stranger_may("-r", mirror.store / place), place
        hidden += files_below(mirror.store / place)
    hidden += [mirror.store / name for name in os.listdir(mirror.store) if name.startswith("catalogue")]
    assert [str(path) for path in hidden if a_stranger_may("-r", path)] == []


def test_a_stranger_who_asks_is_told_that_the_store_is_closed(served_by_nobody):
    mirror = served_by_nobody
    mirror.write("a", "a")
    mirror.sync()
    stranger = ["setpriv", "--reuid=4242", "--regid=4242", "--clear-groups"]
    done = mirror.run("history", "tree", prefix=stranger)
    assert done.returncode == 1 and "no store" not in done.stderr and "catalogue.db" in done.stderr, done.stderr
    assert "Permission denied" in done.stderr or "unable to open" in done.stderr, done.stderr


def test_an_older_store_is_closed_by_whoever_writes_next(served_by_nobody):
    mirror = served_by_nobody
    mirror.write("a", "a")
    mirror.sync()
    for place in ("blobs", "manifests", "staging"):
        os.chmod(mirror.store / place, 0o755)
        os.chown(mirror.store / place, 0, 0)
    for suffix in ("", "-wal", "-shm"):
        os.chmod(f"{mirror.store}/catalogue.db{suffix}", 0o644)
        os.chown(f"{mirror.store}/catalogue.db{suffix}", 0, 0)
    mirror.write("a", "another")
    mirror.sync()
    assert not a_stranger_may("-r", mirror.store / "catalogue.db") and not a_stranger_may("-x", mirror.store / "blobs")
    server = mirror.serve()
    assert server.get("/tree/a")[2] == b"another", server.read_log()
    mirror.write("a", "a third one")
    mirror.sync()
    assert server.get("/tree/a")[2] == b"a third one", server.read_log()


@pytest.mark.parametrize("hidden_first", [True, False])
def test_an_embargoed_name_of_a_readable_content_is_a_copy(served_by_nobody, hidden_first):
    mirror = served_by_nobody
    first, second = (("hidden", 0o600), ("open", 0o644)) if hidden_first else (("open", 0o644), ("hidden", 0o600))
    mirror.write(first[0], SECRET, time=OLD, mode=first[1])
    mirror.sync()
    server = mirror.serve()
    mirror.write(second[0], SECRET, time=OLD, mode=second[1])
    assert mirror.sync()["outcome"] == "published"
    assert server.get("/tree/open")[2] == SECRET, server.read_log()
    assert server.get("/tree/hidden")[0] == 404
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert a_stranger_may("-r", mirror.checkout / "open") and not a_stranger_may("-r", mirror.checkout / "hidden")
    assert os.stat(mirror.checkout / "open").st_ino == os.stat(blob_of(mirror, SECRET)).st_ino
    assert mirror.json("verify")["damaged"] == []


def test_another_trees_embargo_closes_nothing_that_is_out(served_by_nobody):
    mirror = served_by_nobody
    other = mirror.folder / "other"
    other.mkdir()
    (other / "copy").write_bytes(SECRET)
    os.utime(other / "copy", (OLD, OLD))
    os.chmod(other / "copy", 0o600)
    mirror.configure(more=f'[[tree]]\nname = "other"\nupstreams = ["file://{other}/"]')
    mirror.sync()  # an embargo alone
    mirror.write("image.iso", SECRET, time=OLD)
    mirror.sync()
    server = mirror.serve()
    assert server.get("/tree/image.iso")[2] == SECRET, server.read_log()
    assert tree_of(mirror.store / "trees/other") == tree_of(other)
    os.utime(other / "copy", (OLD + 60, OLD + 60))
    mirror.sync()
    assert server.get("/tree/image.iso")[2] == SECRET, server.read_log()
    assert tree_of(mirror.store / "trees/other") == tree_of(other) and tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_a_rollback_and_an_approval_open_what_they_show(served_by_nobody):
    mirror = served_by_nobody
    mirror.configure('max_delete = "0"\nkeep_generations = 9')
    mirror.write("image.iso", SECRET, time=OLD)
    mirror.write("other", "other")
    mirror.sync()
    os.chmod(mirror.upstream / "image.iso", 0o600)
    mirror.sync("--allow-deletes")
    server = mirror.serve()
    assert server.get("/tree/image.iso")[0] == 404
    mirror.json("rollback", "tree")
    assert server.get("/tree/image.iso")[2] == SECRET, server.read_log()
    mirror.sync("tree", "--allow-deletes")
    assert server.get("/tree/image.iso")[0] == 404
    os.chmod(mirror.upstream / "image.iso", 0o644)
    os.unlink(mirror.upstream / "other")
    assert mirror.sync(status=3)["outcome"] == "held"
    assert server.get("/tree/image.iso")[0] == 404 and not a_stranger_may("-r", mirror.checkout / "image.iso")
    candidate = mirror.json("status")["trees"][0]["candidate"]
    mirror.json("approve", "tree", candidate)
    assert server.get("/tree/image.iso")[2] == SECRET, server.read_log()


@pytest.mark.parametrize("step", ["fchmodat", "utimensat", "syncfs", "linkat", "renameat2"])
@pytest.mark.parametrize("when", [1, 2, 3])
def test_a_kill_while_it_is_lifted_leaves_nothing_shut(served_by_nobody, step, when):
    mirror = served_by_nobody
    mirror.write("image.iso", SECRET, time=OLD, mode=0o600)
    mirror.write("hidden", SECRET, time=OLD, mode=0o600)
    mirror.sync()
    os.chmod(mirror.upstream / "image.iso", 0o644)
    os.utime(mirror.upstream / "image.iso", (OLD + 60, OLD + 60))
    kill_at(mirror, step, when, "sync")
    server = mirror.serve()
    status, _, body = server.get("/tree/image.iso")
    assert status == 404 or body == SECRET, (status, server.read_log())
    mirror.sync()
    assert server.get("/tree/image.iso")[2] == SECRET, server.read_log()
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert not a_stranger_may("-r", mirror.checkout / "hidden")


def test_verify_opens_what_an_older_program_left_shut(served_by_nobody):
    mirror = served_by_nobody
    mirror.write("image.iso", SECRET, time=OLD)
    mirror.write("hidden", b"still hidden", time=OLD, mode=0o600)
    mirror.sync()
    os.chmod(blob_of(mirror, SECRET), 0o600)
    with contextlib.closing(sqlite3.connect(mirror.store / "catalogue.db")) as catalogue, catalogue:
        catalogue.execute("update blobs set mode = null, mtime = null")
    server = mirror.serve()
    assert server.get("/tree/image.iso")[0] == 503
    mirror.json("verify")
    assert server.get("/tree/image.iso")[2] == SECRET, server.read_log()
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream) and not a_stranger_may("-r", mirror.checkout / "hidden")
