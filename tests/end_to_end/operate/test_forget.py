"""A tree that the config names no more: it is served until somebody forgets it, and then it is gone for good."""
import hashlib
import json
import os
import pty
import select
import signal
import sqlite3
import subprocess

import pytest

from support.kills import kill_at
from support.program import PROGRAM
from support.waiting import wait_for


def names_other(mirror):
    """The config names another tree than the one that was synced."""
    mirror.config.write_text(mirror.config.read_text().replace('name = "tree"', 'name = "other"'))


def names_tree(mirror):
    mirror.config.write_text(mirror.config.read_text().replace('name = "other"', 'name = "tree"'))


@pytest.fixture
def foreign(mirror):
    """A store with two generations of a tree that its config does not name."""
    mirror.write("a", "12345")
    mirror.sync()
    mirror.write("sub/b", "678")
    mirror.sync()
    names_other(mirror)
    return mirror


def state_of(mirror):
    return {tree["name"]: tree for tree in mirror.json("status")["trees"]}.get("tree")


def blobs(mirror):
    return sum(len(files) for _, _, files in os.walk(mirror.store / "blobs"))


def test_a_tree_that_the_config_names_is_not_forgotten(mirror):
    mirror.write("a", "1")
    mirror.sync()
    done = mirror.run("forget", "tree", "--yes")
    assert done.returncode == 2 and "the config names the tree tree" in done.stderr
    assert state_of(mirror)["in_config"] is True


def test_a_tree_that_the_config_names_no_more_is_served_and_told_of(foreign):
    server = foreign.serve()
    assert server.get("/tree/a")[2] == b"12345"
    assert state_of(foreign)["in_config"] is False and server.json("/-/status.json")["trees"][1]["in_config"] is False
    assert "tree: idle, not in the config, generation 2" in foreign.good("status").stdout
    lines = server.get("/-/metrics")[2].decode().splitlines()
    assert 'mirrorseed_tree_in_config{tree="tree"} 0' in lines
    assert any(line.startswith('mirrorseed_tree_last_success_timestamp_seconds{tree="tree"} 1') for line in lines)


def test_without_a_yes_it_only_tells(foreign):
    done = foreign.run("forget", "tree", "--json")
    assert done.returncode == 3 and "with --yes it is" in done.stderr
    assert json.loads(done.stdout) == {"tree": "tree", "generation": 2, "files": 2, "bytes": 8,
                                       "pinned": {"files": 0, "bytes": 0}, "forgotten": False}
    assert state_of(foreign)["generation"] == 2 and (foreign.checkout / "a").exists()


@pytest.mark.parametrize("answer, status", [("y", 0), ("n", 3), ("", 3)])
def test_it_asks_on_a_terminal(foreign, answer, status):
    ours, theirs = pty.openpty()
    process = subprocess.Popen([PROGRAM, "-c", foreign.config, "forget", "tree"], stdin=theirs, stderr=theirs,
                               stdout=subprocess.PIPE)
    os.write(ours, answer.encode() + b"\n")
    process.communicate(timeout=30)
    shown = b""
    while select.select([ours], [], [], 0.2)[0]:  # a terminal gives what there is, and not all at once
        shown += os.read(ours, 65536)
    shown = shown.decode()
    os.close(ours)
    os.close(theirs)
    assert process.returncode == status and "2 files (8 B)" in shown and "forget it for good?" in shown
    assert (state_of(foreign) is None) == (answer == "y")


def test_it_goes_with_all_that_was_its(foreign):
    server = foreign.serve()
    assert server.get("/tree/a")[0] == 200
    report = foreign.json("forget", "tree", "--yes")
    assert report["forgotten"] is True and report["files"] == 2
    assert server.get("/tree/a")[0] == 404
    assert not foreign.checkout.exists() and not (foreign.store / "manifests/tree").exists()
    assert state_of(foreign) is None and foreign.run("forget", "tree", "--yes").returncode == 1
    foreign.good("gc")
    assert blobs(foreign) == 0
    with sqlite3.connect(foreign.store / "catalogue.db") as database:
        for table in ("trees", "generations", "entries", "folders", "runs", "owed"):
            assert database.execute(f"select count(*) from {table}").fetchone() == (0,), table
    database.close()


def test_recover_does_not_bring_it_back(foreign):
    foreign.sync()  # so that something is left
    foreign.json("forget", "tree", "--yes")
    for name in os.listdir(foreign.store):
        if name.startswith("catalogue.db"):
            os.unlink(foreign.store / name)
    assert [tree["tree"] for tree in foreign.json("recover")["trees"]] == ["other"]


def test_another_tree_keeps_what_it_shares(foreign):
    foreign.sync()
    foreign.json("forget", "tree", "--yes")
    foreign.good("gc")
    assert foreign.json("verify")["damaged"] == [] and blobs(foreign) == 2
    assert (foreign.store / "trees/other/a").read_text() == "12345"


def test_a_tree_of_that_name_begins_a_new_life(foreign):
    server = foreign.serve()
    before = server.json("/-/trees/tree/head")
    foreign.json("forget", "tree", "--yes")
    names_tree(foreign)
    assert foreign.sync()["generation"] == 1
    after = server.json("/-/trees/tree/head")
    assert after["generation"] == 1 and after["lineage"] != before["lineage"]
    assert server.get("/tree/a")[2] == b"12345"
    assert [item["generation"] for item in foreign.json("history", "tree")] == [1]


def test_what_was_withdrawn_stays_refused(foreign):
    names_tree(foreign)
    digest = hashlib.sha256(b"678").hexdigest()
    foreign.good("withdraw", digest)
    names_other(foreign)
    foreign.json("forget", "tree", "--yes")
    names_tree(foreign)
    report = foreign.sync()
    assert [item["path"] for item in report["left_out"]] == ["sub/b"] and report["total"]["files"] == 1


def test_what_has_a_torrent_stays_while_its_release_does(foreign):
    digest = hashlib.sha256(b"12345").digest()
    with sqlite3.connect(foreign.store / "catalogue.db") as database:
        database.execute("insert into releases(tree, path, title, published, blob, size, info_hash_v1, name, "
                         "keep, keep_versions, tree_name) values("
                         "(select id from trees where name = 'tree'), x'61', 'a', 1, "
                         "(select id from blobs where digest = ?), 5, ?, x'61', 1000000, 6, 'tree')", (digest, b"x" * 20))
        database.execute("insert into release_files(release, position, path, blob, size) "
                         "select id, 0, x'61', blob, size from releases")
    database.close()
    assert foreign.json("forget", "tree", status=3)["pinned"] == {"files": 1, "bytes": 5}
    foreign.json("forget", "tree", "--yes")
    foreign.good("gc")
    foreign.good("gc")
    assert blobs(foreign) == 1
    assert foreign.serve().get("/-/seed/" + (b"x" * 20).hex() + "/a")[2] == b"12345"
    assert state_of(foreign) is None
    names_tree(foreign)
    assert foreign.sync()["generation"] == 1


def test_a_kill_at_any_step_leaves_a_tree_or_none(foreign):
    foreign.sync()
    foreign.good("gc")
    server = foreign.serve()
    killed = 0
    for step in ("unlinkat", "fsync", "fdatasync", "pwrite64", "renameat2"):
        for number in range(1, 12):
            if state_of(foreign) is None:
                names_tree(foreign)
                foreign.sync()
                names_other(foreign)
            if not kill_at(foreign, step, number, "forget", "tree", "--yes"):
                break
            killed += 1
            is_there = state_of(foreign) is not None
            assert (server.get("/tree/a")[0] == 200) == is_there, (step, number)
            foreign.good("gc")
            assert foreign.json("verify")["damaged"] == []
            if is_there:
                foreign.json("forget", "tree", "--yes")
            assert state_of(foreign) is None and not foreign.checkout.exists(), (step, number)
    assert killed > 5


def test_a_keeper_forgets_too(foreign):
    names_tree(foreign)
    keeper = foreign.keep()
    foreign.good("gc")  # behind the first sync
    names_other(foreign)
    done = foreign.run("forget", "tree", "--yes")
    assert done.returncode == 2 and "reads it again on SIGHUP" in done.stderr, "the keeper's config names it still"
    keeper.process.send_signal(signal.SIGHUP)
    wait_for(lambda: foreign.run("forget", "tree", "--yes").returncode == 0, "the keeper")
    assert state_of(foreign) is None
