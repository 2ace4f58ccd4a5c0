"""Power fails at random moments of a sync, on a disk that forgets what was not synced."""
import os
import random
import subprocess
import sys

import pytest

from support import power_loss
from support.mirror import Mirror
from support.program import PROGRAM
from support.trees import contents_of, served, tree_of, upstream_becomes


def moved(mirror, store):
    """The same upstream with another store."""
    other = Mirror.__new__(Mirror)
    other.__dict__.update(mirror.__dict__)
    other.store, other.config, other.servers = store, store.parent / (store.name + ".toml"), mirror.servers
    other.configure('max_delete = "100%"')
    return other


def check_after_loss(mirror, lost, before, after, where):
    """Either state whole, and the next run completes."""
    history = lost.run("history", "tree", "--json")
    if history.returncode == 0:
        server = lost.serve()
        assert served(server) in (before, after), where
        server.stop()
    else:
        # Nothing was published yet; after the first publish the catalogue is never lost.
        assert before == {} and "nothing of tree is published" in history.stderr, (where, history.stderr)
    report = lost.sync()
    assert report["outcome"] in ("published", "unchanged"), where
    assert contents_of(lost.checkout) == after, where
    assert tree_of(lost.checkout) == tree_of(mirror.upstream), where
    assert lost.json("verify")["damaged"] == [], where


@pytest.mark.parametrize("first", [True, False])
def test_a_sync_survives_a_loss_of_power_at_any_moment(mirror, first):
    mirror.configure('max_delete = "100%"')
    before = {}
    upstream_becomes(mirror, 0)
    if first:
        # A store that was just made: its folders are not what is tested.
        mirror.run("gc")
    else:
        mirror.sync()
        before = contents_of(mirror.checkout)
        upstream_becomes(mirror, 1)
    after = contents_of(mirror.upstream)
    base = mirror.folder / "base"
    subprocess.run(["cp", "-a", mirror.store, base], check=True)  # with its hard links
    log = mirror.folder / "log"
    disk_root = mirror.store
    done = power_loss.record([PROGRAM, "-c", mirror.config, "sync"], log, timeout=120)
    assert done.returncode == 0, done.stderr

    chance = random.Random(20261121)
    disk = power_loss.Disk(base)
    disk.root = os.fsencode(disk_root)
    trace = power_loss.Trace(log, disk)
    moments = sorted(chance.sample(range(len(trace.steps)), 20))
    lost_store = mirror.folder / "lost"
    for number, step in enumerate(trace.steps):
        if moments and number == moments[0]:
            moments.pop(0)
            for _ in range(2):
                power_loss.lose_power(disk, lost_store, chance)
                check_after_loss(mirror, moved(mirror, lost_store), before, after, f"lost at step {number}: {step[0]}")
        trace.apply(step)
    # Played to its end and synced, the disk holds what the real one does: the player itself is right.
    disk.sync_all([])
    power_loss.lose_power(disk, lost_store, chance)
    assert contents_of(lost_store / "trees/tree") == after
    assert moved(mirror, lost_store).sync()["outcome"] == "unchanged"


def test_the_forgetful_disk_forgets(tmp_path):
    """Were the player to keep everything, the tests above could not fail."""
    (tmp_path / "disk").mkdir()
    script = """if True:
        import os, sys
        os.chdir(sys.argv[1])
        a = os.open("a", os.O_CREAT | os.O_WRONLY)
        os.write(a, b"synced\\n")
        os.fsync(a)
        os.fsync(os.open(".", os.O_RDONLY))
        os.write(a, b"more\\n")
        os.write(os.open("b", os.O_CREAT | os.O_WRONLY), b"unsynced\\n")"""
    log = tmp_path / "log"
    disk = power_loss.Disk(tmp_path / "disk")
    done = power_loss.record([sys.executable, "-c", script, str(tmp_path / "disk")], log, timeout=60)
    assert done.returncode == 0, done.stderr
    trace = power_loss.Trace(log, disk)
    outcomes = set()
    for step in trace.steps:
        trace.apply(step)
    for seed in range(40):
        power_loss.lose_power(disk, tmp_path / "after", random.Random(seed))
        outcomes.add(tuple(sorted((p.name, p.read_bytes()) for p in (tmp_path / "after").iterdir())))
    assert all(dict(outcome)["a"].startswith(b"synced\n") for outcome in outcomes)
    assert (("a", b"synced\n"),) in outcomes, outcomes
    assert any("b" in dict(outcome) for outcome in outcomes)
