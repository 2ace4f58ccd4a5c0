"""Several trees are synced at once, and whatever goes on beside them nothing is lost."""
import contextlib
import hashlib
import os
import shutil
import subprocess

import pytest

from support.counting_server import CountingServer
from support.program import PROGRAM
from support.slow_upstream import SlowUpstream
from support.waiting import wait_for

FILES = int(os.environ.get("MIRRORSEED_FILES_SIDE_BY_SIDE", "2000"))  # in each tree; scripts/check --long has more


def trees(urls, more=""):
    return "\n".join(f'[[tree]]\nname = "{name}"\nupstreams = ["{url}"]\nschedule = "manual"\nmax_delete = "100%"\n{more}'
                     for name, url in urls.items())


@contextlib.contextmanager
def syncing(mirror, *names):
    running = subprocess.Popen([PROGRAM, "-q", "-c", mirror.config, "sync", *names], stderr=subprocess.PIPE, text=True)
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


@pytest.mark.parametrize("kept", [True, False], ids=["keeper", "lone command"])
def test_two_trees_are_fetched_at_once(mirror, kept):
    with SlowUpstream() as a, SlowUpstream() as b, SlowUpstream() as c:
        mirror.configure('schedule = "manual"', more=trees({"a": a.url, "b": b.url, "c": c.url}))
        if kept:
            mirror.keep()
        else:
            mirror.good("gc")
        with syncing(mirror, "a", "b", "c") as running:
            assert a.is_asked.wait(20) and b.is_asked.wait(20)
            states = {tree["name"]: tree["state"] for tree in mirror.json("status")["trees"]}
            assert states == {"tree": "never", "a": "syncing", "b": "syncing", "c": "never"}
            assert not c.is_asked.is_set(), "max_syncs is two"
            a.may_give.set()
            assert c.is_asked.wait(20)
            b.may_give.set()
            c.may_give.set()
            assert running.wait(30) == 0
    assert [(mirror.store / f"trees/{name}/file").read_text() for name in "abc"] == ["text"] * 3


def test_trees_of_one_server_with_one_connection_take_turns(mirror):
    with SlowUpstream() as a:
        mirror.configure('schedule = "manual"\nconnections = 1',
                         more=trees({"a": a.url + "a/", "b": a.url + "b/"}, "connections = 1"))
        with syncing(mirror, "a", "b") as running:
            assert a.is_asked.wait(20)
            a.may_give.set()
            assert running.wait(30) == 0
    assert a.most_at_once == 1


@pytest.mark.parametrize("most", [2, 3])
def test_trees_of_one_server_share_its_connections(mirror, most):
    with CountingServer(60) as server:
        urls = {name: f"{server.url}{name}/" for name in "ab"}
        mirror.configure('schedule = "manual"', more=trees(urls, f"connections = {most}"))
        with syncing(mirror, "a", "b") as running:
            assert running.wait(60) == 0
    assert server.most_open == most, "all of them, and no more"
    trees_asked = [path.split("/")[1] for path in server.files_asked]
    assert trees_asked.count("a") == trees_asked.count("b") == 60
    for name in "ab":
        other = "b" if name == "a" else "a"
        assert trees_asked.index(name) < len(trees_asked) - 1 - trees_asked[::-1].index(other), "side by side"


def test_what_another_sync_is_to_fetch_counts_for_the_room(mirror):
    size = shutil.disk_usage(mirror.folder).free * 6 // 10
    with SlowUpstream(size) as a, SlowUpstream(size) as b:
        mirror.configure('schedule = "manual"', more=trees({"a": a.url, "b": b.url}))
        mirror.keep()
        with syncing(mirror, "a"):
            assert a.is_asked.wait(20)
            done = mirror.run("sync", "b")
            assert done.returncode == 1 and "are to come by other syncs" in done.stderr


def fill(folder, words):
    for number in range(FILES):
        path = folder / str(number % 50) / f"f{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{words} {number}" if number % 2 else f"in both {number}")


def shown(folder):
    return {path.relative_to(folder): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_two_first_syncs_beside_gc_withdrawals_and_rollbacks_lose_nothing(mirror):
    a, b = mirror.folder / "a", mirror.folder / "b"
    fill(a, "a")
    fill(b, "b")
    mirror.configure('schedule = "manual"\nmax_delete = "100%"\nkeep_generations = 40',
                     more=trees({"a": f"file://{a}/", "b": f"file://{b}/"}))
    for content in ("one", "two, longer"):
        mirror.write("f", content)
        mirror.sync("tree")
    mirror.keep()
    withdrawn, rounds = [], 0
    with syncing(mirror, "a", "b") as running:
        wait_for(lambda: (mirror.store / "staging/a").exists() and (mirror.store / "staging/b").exists(), "the syncs")
        while running.poll() is None and rounds < 20:
            mirror.good("rollback", "tree", "1" if rounds % 2 == 0 else "2")
            if rounds < 3:
                content = f"in both {rounds * 2}"
                mirror.good("withdraw", hashlib.sha256(content.encode()).hexdigest())
                withdrawn.append(content)
            mirror.good("gc")
            rounds += 1
        assert running.wait(600) == 0, running.stderr.read()
    assert rounds > 0
    for name, folder in (("a", a), ("b", b)):
        wanted = {path: text for path, text in shown(folder).items() if text not in withdrawn}
        assert shown(mirror.store / "trees" / name) == wanted
    assert mirror.json("verify")["damaged"] == []
    assert mirror.json("gc")["freed"]["files"] == 0
