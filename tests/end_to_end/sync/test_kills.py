"""Runs that are killed or stopped at any moment lose nothing that was published, and the next run goes on."""
import contextlib
import hashlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess

import pytest

from support.kills import count_steps, kill_at, random_steps
from support.mirror import Mirror
from support.program import PROGRAM
from support.trees import contents_of, served, tree_of, upstream_becomes
from support.waiting import wait_for


def test_a_killed_sync_loses_nothing(mirror):
    mirror.configure('max_delete = "100%"\nkeep_generations = 2\nhistory = "1s"\ngrace = "0"')
    upstream_becomes(mirror, 0)
    mirror.sync()
    upstream_becomes(mirror, 1)
    probe = Mirror(mirror.folder / "probe")
    probe.configure('max_delete = "100%"')
    upstream_becomes(probe, 0)
    probe.sync()
    upstream_becomes(probe, 1)
    counts = count_steps(probe, "sync")
    server = mirror.serve()
    before, killed = contents_of(mirror.checkout), 0
    for version, (step, number) in enumerate(random_steps(counts, random.Random(2026), 75), start=1):
        upstream_becomes(mirror, version)
        after = contents_of(mirror.upstream)
        killed += kill_at(mirror, step, number, "sync")
        where = f"killed at {step} number {number}"
        now = served(server)
        assert now in (before, after), where
        report = mirror.sync()
        assert report["outcome"] in ("published", "unchanged"), where
        assert contents_of(mirror.checkout) == after == served(server), where
        assert tree_of(mirror.checkout) == tree_of(mirror.upstream), where
        if version % 10 == 0:
            mirror.good("gc")
            assert mirror.json("verify")["damaged"] == [], where
        before = after
    assert killed >= 50, f"only {killed} runs were killed"


@pytest.mark.parametrize("command", [("rollback", "tree"), ("gc",), ("approve", "tree")])
def test_other_killed_commands_lose_nothing(mirror, command):
    mirror.configure('max_delete = "5%"\nkeep_generations = 2\nhistory = "1s"\ngrace = "0"')

    def prepare(version):
        upstream_becomes(mirror, version)
        mirror.sync("tree", "--allow-deletes")
        upstream_becomes(mirror, version + 1)
        mirror.sync("tree", *(() if command[0] == "approve" else ("--allow-deletes",)),
                    status=3 if command[0] == "approve" else 0)

    prepare(0)
    counts = count_steps(mirror, *command)
    numbers = random.Random(7)
    for round_number, (step, number) in enumerate(random_steps(counts, numbers, 8)):
        prepare(2 * round_number + 2)
        kill_at(mirror, step, number, *command)
        where = f"killed at {step} number {number}"
        assert mirror.sync("tree", "--allow-deletes")["outcome"] in ("published", "unchanged"), where
        assert tree_of(mirror.checkout) == tree_of(mirror.upstream), where
        assert mirror.json("verify")["damaged"] == [], where


def test_a_killed_adopt_goes_on(mirror):
    upstream_becomes(mirror, 0)
    counts = count_steps(mirror, "adopt", "tree", str(mirror.upstream))
    shutil.rmtree(mirror.store)
    before = tree_of(mirror.upstream)
    for step, number in random_steps(counts, random.Random(3), 12):
        kill_at(mirror, step, number, "adopt", "tree", str(mirror.upstream))
    report = mirror.json("adopt", "tree", mirror.upstream)
    assert report["generation"] == 1 and tree_of(mirror.upstream) == before == tree_of(mirror.checkout)


def test_a_killed_recover_goes_on(mirror):
    upstream_becomes(mirror, 0)
    mirror.sync()
    wanted = contents_of(mirror.checkout)
    (mirror.store / "catalogue.db").unlink()
    counts = count_steps(mirror, "recover")
    for step, number in random_steps(counts, random.Random(4), 10):
        (mirror.store / "catalogue.db").unlink(missing_ok=True)
        kill_at(mirror, step, number, "recover")
        mirror.good("recover")
        assert served(server := mirror.serve()) == wanted
        server.stop()


def test_a_large_file_is_resumed_inside(mirror):
    size = 200 << 20
    large = mirror.upstream / "large.iso"
    with open(large, "wb") as file:
        file.truncate(size)
        file.seek(150 << 20)
        file.write(os.urandom(1 << 20))
    key = f"large.iso\0{size}\0{large.stat().st_mtime_ns}".encode()
    staged = mirror.store / "staging/tree" / hashlib.sha256(key).hexdigest()
    done = subprocess.run(["strace", "-f", "-o", "/dev/null", "-P", staged, "-e", "trace=fdatasync", "-e",
                           "inject=fdatasync:signal=SIGKILL:when=3", PROGRAM, "-c", mirror.config, "sync"], timeout=120)
    assert done.returncode == -signal.SIGKILL and staged.exists()
    report = mirror.sync()
    assert report["outcome"] == "published" and 0 < report["transferred_bytes"] <= size - (64 << 20)
    assert (mirror.checkout / "large.iso").read_bytes() == (mirror.upstream / "large.iso").read_bytes()
    assert list((mirror.store / "staging/tree").iterdir()) == []


def test_finished_files_of_an_interrupted_run_are_not_fetched_again(mirror):
    """The kill comes while the second batch is made safe; the first one is, all of it. A batch is what came within
    ten seconds."""
    for number in range(150):
        mirror.write(f"f{number}", f"content {number}")
    assert kill_at(mirror, "syncfs", 2, "sync", slow=("renameat2", 100_000))
    with contextlib.closing(sqlite3.connect(mirror.store / "catalogue.db")) as catalogue:
        [[safe]] = catalogue.execute("select count(*) from staged")
    report = mirror.sync()
    assert report["outcome"] == "published" and 0 < safe < 150
    assert report["fetch"]["files"] == 150 - safe and report["reuse"]["files"] == safe


def test_a_stopped_run_ends_soon_and_is_resumed(mirror):
    for number in range(5000):
        mirror.write(f"{number % 50}/f{number}", os.urandom(20_000))
    process = subprocess.Popen([PROGRAM, "-c", mirror.config, "sync"], stderr=subprocess.PIPE, text=True)
    staging = mirror.store / "staging/tree"
    wait_for(lambda: mirror.store.exists() and staging.exists(), "fetching")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 1 and "stopped" in errors
    assert mirror.sync()["outcome"] == "published"
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
