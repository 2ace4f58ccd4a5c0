"""What an operator is told while something runs, and of how old a tree is."""
import json
import os
import sqlite3
import subprocess

import pytest

from support.program import PROGRAM
from support.slow_upstream import SlowUpstream
from support.waiting import wait_for


@pytest.fixture
def slow_upstream():
    with SlowUpstream() as server:
        yield server


def tree_of_status(mirror):
    tree, = mirror.json("status")["trees"]
    return tree


def make_older(mirror, column, seconds):
    with sqlite3.connect(mirror.store / "catalogue.db") as database:
        assert database.execute(f"select {column} from trees").fetchone()[0] > 0, column
        database.execute(f"update trees set {column} = {column} - {seconds}")
    database.close()


def lag_of_an_hour(mirror):
    """Since when the tree is behind is put back, so that nobody has to wait for it."""
    make_older(mirror, "behind_since", 3600)
    return 3600 <= tree_of_status(mirror)["lag_seconds"] < 3700


def test_status_tells_what_a_running_sync_does(mirror, slow_upstream):
    mirror.configure("", slow_upstream.url)
    mirror.good("gc")
    running = subprocess.Popen([PROGRAM, "-c", mirror.config, "-q", "sync"])
    try:
        wait_for(lambda: (mirror.json("status")["running"] or {}).get("phase") == "fetch", "the fetch")
        status = mirror.json("status")
        tree, = status["trees"]
        assert tree["state"] == "syncing" and tree["progress"]["files_total"] == 1
        assert (status["running"]["job"], status["running"]["tree"], status["started"]) == ("sync", "tree", 0)
        assert "    fetch, 0 of 1 files" in mirror.good("status").stdout
        served = mirror.serve().json("/-/status.json")
        assert served["running"]["job"] == "sync" and served["trees"][0]["state"] == "syncing"
        for command in (["gc"], ["run"], ["sync"]):
            done = mirror.run(*command)
            assert done.returncode == 1 and f"is in use by process {running.pid} (mirrorseed sync)" in done.stderr
        slow_upstream.may_give.set()
        assert running.wait(30) == 0
    finally:
        running.kill()
        running.wait()
    assert mirror.json("status")["running"] is None and tree_of_status(mirror)["state"] == "idle"
    assert not (mirror.store / "control.sock").exists()


def test_a_killed_sync_does_not_run(mirror, slow_upstream):
    mirror.configure("", slow_upstream.url)
    mirror.good("gc")
    running = subprocess.Popen([PROGRAM, "-c", mirror.config, "-q", "sync"])
    wait_for(lambda: mirror.json("status")["running"], "the sync")
    running.kill()
    running.wait()
    assert mirror.json("status")["running"] is None
    slow_upstream.may_give.set()
    assert mirror.sync()["outcome"] == "published"


def test_a_tree_is_behind_while_it_is_held(mirror):
    mirror.configure("max_delete = 0")
    mirror.write("a", "1")
    mirror.write("b", "1")
    mirror.sync()
    assert tree_of_status(mirror)["lag_seconds"] == 0
    os.unlink(mirror.upstream / "a")
    mirror.sync(status=3)
    assert lag_of_an_hour(mirror)
    mirror.sync(status=3)
    assert tree_of_status(mirror)["lag_seconds"] >= 3600
    mirror.good("approve", "tree")
    assert tree_of_status(mirror)["lag_seconds"] == 0


def test_a_tree_is_behind_while_its_runs_fail(mirror):
    mirror.write("a", "1")
    mirror.sync()
    mirror.write("a", "22")
    good = mirror.config.read_text()
    mirror.config.write_text(good.replace('min_free = "0"', 'min_free = "1000 TiB"'))
    mirror.sync(status=1)
    assert lag_of_an_hour(mirror)
    mirror.sync(status=1)
    tree = tree_of_status(mirror)
    assert tree["state"] == "failed" and tree["lag_seconds"] >= 3600
    mirror.config.write_text(good)
    mirror.sync()
    assert tree_of_status(mirror)["lag_seconds"] == 0


def test_a_tree_that_has_nothing_yet_is_behind_since_its_first_listing(mirror):
    mirror.write("a", "1")
    good = mirror.config.read_text()
    mirror.config.write_text(good.replace('min_free = "0"', 'min_free = "1000 TiB"'))
    mirror.sync(status=1)
    assert lag_of_an_hour(mirror)


def test_what_a_rollback_took_back_is_lacked_while_the_tree_is_paused(mirror):
    for content in ("1", "22", "333"):
        mirror.write("a", content)
        mirror.sync()
    with sqlite3.connect(mirror.store / "catalogue.db") as database:
        database.execute("update generations set published = published - 7200 where number = 2")
    database.close()
    mirror.good("rollback", "tree", "1")
    assert 7200 <= tree_of_status(mirror)["lag_seconds"] < 7300
    mirror.sync()
    assert tree_of_status(mirror)["paused"] and tree_of_status(mirror)["lag_seconds"] >= 7200
    mirror.good("approve", "tree")
    assert tree_of_status(mirror)["lag_seconds"] >= 7200, "a pause that ends publishes nothing"
    mirror.sync()
    assert tree_of_status(mirror)["lag_seconds"] == 0


def test_an_unchanged_upstream_is_level_again(mirror):
    mirror.write("a", "1")
    mirror.sync()
    mirror.write("a", "22")
    good = mirror.config.read_text()
    mirror.config.write_text(good.replace('min_free = "0"', 'min_free = "1000 TiB"'))
    mirror.sync(status=1)
    assert lag_of_an_hour(mirror)
    mirror.config.write_text(good)
    mirror.upstream.joinpath("a").unlink()
    mirror.write("a", "1")
    os.utime(mirror.upstream / "a", ns=(0, (mirror.checkout / "a").stat().st_mtime_ns))
    assert mirror.sync()["outcome"] == "unchanged"
    assert tree_of_status(mirror)["lag_seconds"] == 0


def test_last_success_is_when_an_upstream_was_read(mirror):
    mirror.write("a", "1")
    assert tree_of_status(mirror)["last_success"] == 0
    mirror.sync()
    first = tree_of_status(mirror)["last_success"]
    assert first >= tree_of_status(mirror)["last_run"]["started"] > 0
    make_older(mirror, "read_at", 3600)
    mirror.sync()
    assert tree_of_status(mirror)["last_success"] >= first, "nothing new is a success too"
    make_older(mirror, "read_at", 3600)
    mirror.upstream.rename(mirror.folder / "away")
    mirror.sync(status=1)
    assert tree_of_status(mirror)["last_success"] < first
    assert "last read 20" in mirror.good("status").stdout
