"""A keeper syncs by itself, on schedule and when somebody pushes, and looks after the store."""
import os
import signal
import subprocess
import time

import pytest

from support.program import PROGRAM, run_program
from support.releasing import IMAGES, SET, Releasing, sha256
from support.slow_upstream import SlowUpstream
from support.torrents import random_bytes
from support.waiting import wait_for


@pytest.fixture
def mirror(tmp_path):
    made = Releasing(tmp_path)
    made.write("a", "1")
    yield made
    made.stop()


def state(mirror):
    return next(tree for tree in mirror.json("status")["trees"] if tree["name"] == "tree")


def generation(mirror):
    return state(mirror)["generation"]


def wait_for_generation(mirror, number, what, within=12):
    wait_for(lambda: generation(mirror) >= number, what, within)


def push(mirror, tree="tree", words=None, **more):
    env = {**os.environ, **({"SSH_ORIGINAL_COMMAND": words} if words is not None else {})}
    return run_program("-c", mirror.config, "push", tree, env=env, **more)


def test_trees_are_synced_on_schedule(mirror):
    mirror.configure('schedule = "every 1s"')
    mirror.keep()
    wait_for_generation(mirror, 1, "the first sync")
    for number in (2, 3):
        mirror.write("a", str(number) * number)
        wait_for_generation(mirror, number, "the next sync")
    # What was planned before a run that has just begun may be told for a moment.
    wait_for(lambda: (state(mirror)["next_run"] or 0) >= state(mirror)["last_run"]["started"], "the plan", 12)
    server = mirror.servers[-1]
    wait_for(lambda: server.json("/-/status.json")["trees"][0]["next_run"], "the plan in the server's status", 12)


def test_a_manual_tree_waits_and_a_reload_takes_a_schedule_on(mirror):
    mirror.configure('schedule = "manual"')
    server = mirror.keep()
    time.sleep(1.5)
    assert generation(mirror) == 0 and state(mirror)["next_run"] is None
    mirror.configure('schedule = "every 1s"', more='[[tree]]\nname = "second"\nschedule = "every 1s"\n'
                     f'upstreams = ["file://{mirror.upstream}/"]\ninclude = ["a"]\n')
    os.kill(server.process.pid, signal.SIGHUP)
    wait_for_generation(mirror, 1, "the sync that the new schedule asks for")
    wait_for(lambda: "second" in {tree["name"] for tree in mirror.json("status")["trees"] if tree["generation"]},
             "the new tree", 12)


def test_a_rule_that_a_reload_brings_describes_what_is_published(mirror):
    mirror.write("iso/a.iso", random_bytes(50_000))
    mirror.configure('schedule = "manual"')
    mirror.sync()
    server = mirror.keep()
    mirror.configure('schedule = "manual"\n' + IMAGES)
    os.kill(server.process.pid, signal.SIGHUP)
    wait_for(lambda: "iso/a.iso" in mirror.releases(), "the release", 12)
    assert generation(mirror) == 1


def test_what_is_published_is_described_by_one_reader_however_often_somebody_pushes(mirror):
    size = 96 << 20
    (mirror.upstream / "sets/big").mkdir(parents=True)
    for name in ("one", "two"):
        with open(mirror.upstream / "sets/big" / name, "wb") as file:
            file.write(name.encode())
            file.truncate(size)
    mirror.configure('schedule = "manual"')
    mirror.sync()
    mirror.configure('schedule = "manual"\n' + SET + 'format = "v1"\n')
    server = mirror.keep()
    for _ in range(6):
        assert push(mirror).returncode == 0
        os.kill(server.process.pid, signal.SIGHUP)
    wait_for(lambda: "sets/big" in mirror.releases(), "the release", 30)
    wait_for(lambda: mirror.json("status")["running"] is None, "an end of all jobs", 30)
    time.sleep(1.5)
    read = int(open(f"/proc/{server.process.pid}/io").read().split()[1])
    assert 2 * size < read < 4 * size


def test_trackers_that_a_reload_brings_during_a_sync_stay(mirror):
    def rule(tracker):
        return f'schedule = "manual"\nmax_delete = "100%"\n[[tree.release]]\nmatch = "file"\ntrackers = ["{tracker}"]\n'

    def trackers():
        return [entry.url for entry in mirror.torrent("file")[0].trackers()]

    old, new = "http://old.example/announce", "http://new.example/announce"
    (mirror.upstream / "a").unlink()
    mirror.write("file", "before")
    mirror.configure(rule(old))
    mirror.sync()
    with SlowUpstream() as slow:
        mirror.configure(rule(old), slow.url)
        server = mirror.keep()
        assert trackers() == [old]
        assert push(mirror).returncode == 0
        assert slow.is_asked.wait(20)
        mirror.configure(rule(new))
        os.kill(server.process.pid, signal.SIGHUP)
        wait_for(lambda: trackers() == [new], "the new tracker", 12)
        slow.may_give.set()
        wait_for_generation(mirror, 2, "the slow sync")
    wait_for(lambda: mirror.json("status")["running"] is None, "an end of all jobs", 12)
    assert mirror.releases()["file"]["size"] == 4
    wait_for(lambda: trackers() == [new], "the new tracker of the new release", 5)
    time.sleep(1.5)
    assert trackers() == [new]


def test_a_paused_tree_is_left_alone_by_schedule_and_push(mirror):
    mirror.configure('schedule = "every 1s"')
    mirror.keep()
    wait_for_generation(mirror, 1, "the first sync")
    mirror.write("a", "22")
    wait_for_generation(mirror, 2, "the second")
    mirror.good("rollback", "tree")
    assert push(mirror).returncode == 0
    time.sleep(2.5)
    assert generation(mirror) == 3 and state(mirror)["next_run"] is None


def test_a_push_by_ssh_leads_to_a_look(mirror):
    mirror.configure('schedule = "every 30d"')
    mirror.keep()
    wait_for_generation(mirror, 1, "the first sync")
    for number, words in ((2, "sync:stage1"), (3, "sync:all sync:archive:tree"), (4, "sync:stage2 $(touch x) unknown"),
                          (5, None), (6, "")):
        mirror.write("a", str(number) * number)
        done = push(mirror, words=words)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), words
        wait_for_generation(mirror, number, f"the look that {words!r} asks for")
    mirror.write("a", "last")
    assert push(mirror, words="sync:all sync:archive:other").returncode == 0
    time.sleep(1.5)
    assert generation(mirror) == 6, "it was meant for another archive"
    assert push(mirror, tree="nothing").returncode == 2


def test_nobody_takes_a_push_without_a_keeper(mirror):
    mirror.sync()
    done = push(mirror)
    assert done.returncode == 1 and done.stdout == "" and "mirrorseed run" in done.stderr


def test_a_failed_sync_is_tried_again_later_and_a_person_is_obeyed_at_once(mirror):
    mirror.configure('schedule = "every 6h"')
    mirror.upstream.rename(mirror.folder / "away")
    mirror.keep()
    wait_for(lambda: (state(mirror)["last_run"] or {}).get("outcome") == "failed", "the failure", 12)
    failed = state(mirror)
    # What was planned before the failure may be told for a moment.
    wait_for(lambda: 295 <= (state(mirror)["next_run"] or 0) - failed["last_run"]["ended"] <= 305, "a plan for five minutes", 12)
    (mirror.folder / "away").rename(mirror.upstream)
    mirror.good("sync")
    assert generation(mirror) == 1
    wait_for(lambda: state(mirror)["next_run"] - state(mirror)["last_run"]["started"] >= 6 * 3600, "the schedule again", 12)


def priorities(pid):
    """Niceness and I/O class of each thread."""
    found = {}
    for thread in os.listdir(f"/proc/{pid}/task"):
        fields = open(f"/proc/{pid}/task/{thread}/stat").read().rpartition(") ")[2].split()
        ioprio = subprocess.run(["ionice", "-p", thread], capture_output=True, text=True).stdout
        found[int(thread)] = (int(fields[16]), ioprio.strip())
    return found


def test_who_syncs_is_gentle_and_nobody_else(mirror, tmp_path):
    hook = tmp_path / "hook"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/hooked\nwhile [ ! -e {tmp_path}/go ]; do sleep 0.05; done\n")
    hook.chmod(0o755)
    mirror.configure(f'schedule = "every 30d"\non_publish = ["{hook}"]', sync="nice = 7")
    server = mirror.keep()
    wait_for((tmp_path / "hooked").exists, "a job that runs", 12)
    keeper = priorities(server.process.pid)
    gentle = [nice for nice, io in keeper.values() if nice == 7]
    assert len(gentle) >= 1 and keeper[server.process.pid] == (0, "none: prio 0") or keeper[server.process.pid][0] == 0
    assert any("idle" in io for nice, io in keeper.values() if nice == 7)
    children = subprocess.run(["pgrep", "-P", str(server.process.pid)], capture_output=True, text=True).stdout.split()
    serving = [child for child in children if b"serve" in open(f"/proc/{child}/cmdline", "rb").read().split(b"\0")]
    assert serving
    for child in serving:
        assert all(nice == 0 and "idle" not in io for nice, io in priorities(child).values())
    (tmp_path / "go").touch()


def test_the_store_is_looked_after(mirror):
    """gc frees what nothing needs, and scrubbing finds damage and fetches it again."""
    mirror.write("big", random_bytes(300_000, 1))
    mirror.configure('schedule = "manual"\nkeep_generations = 1\ngrace = "0s"\nhistory = "0s"\nmax_delete = "100%"')
    mirror.sync()
    (mirror.upstream / "a").unlink()
    mirror.sync()
    gone = mirror.store / "blobs/sha256" / sha256(b"1")[:2] / sha256(b"1")
    blob = mirror.store / "blobs/sha256" / sha256(random_bytes(300_000, 1))[:2] / sha256(random_bytes(300_000, 1))
    assert gone.exists()
    facts = blob.stat()
    with open(blob, "r+b") as file:
        file.write(b"damage")
    os.utime(blob, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    mirror.configure('schedule = "manual"\nkeep_generations = 1\ngrace = "0s"\nhistory = "0s"\nmax_delete = "100%"',
                     sync='gc = "1s"\nscrub = "1s"')
    mirror.keep()
    wait_for(lambda: not gone.exists(), "gc", 12)
    wait_for(lambda: blob.read_bytes() == random_bytes(300_000, 1), "what is fetched again", 12)


def test_chores_of_before_are_not_done_again_at_each_start(mirror):
    mirror.configure('schedule = "manual"', sync='gc = "1h"\nscrub = "never"')
    import sqlite3
    mirror.sync()
    with sqlite3.connect(mirror.store / "catalogue.db") as catalogue:
        catalogue.execute("insert into chores values('gc', ?)", [int(time.time())])
    catalogue.close()
    mirror.keep()
    time.sleep(2)
    with sqlite3.connect(mirror.store / "catalogue.db") as catalogue:
        [(began,)] = catalogue.execute("select began from chores where name = 'gc'")
    catalogue.close()
    assert time.time() - began >= 1.5


def test_a_keeper_ends_within_seconds_while_it_is_busy(mirror):
    mirror.configure('schedule = "every 1s"', sync='gc = "1s"\nscrub = "10s"')
    server = mirror.keep()
    wait_for_generation(mirror, 1, "the first sync")
    began = time.monotonic()
    server.process.terminate()
    assert server.process.wait(timeout=20) == 0
    assert time.monotonic() - began < 10
    assert PROGRAM


def test_a_keeper_looks_again_at_what_could_not_be_described(mirror):
    """Nothing of the tree changes, and what stood in the way is gone."""
    mirror.write("iso/a.iso", b"x" * 50_000)
    mirror.sync()
    blob = mirror.store / "blobs/sha256" / sha256(b"x" * 50_000)[:2] / sha256(b"x" * 50_000)
    facts = blob.stat()
    blob.chmod(0o644)
    with open(blob, "r+b") as file:
        file.write(b"y")
    os.utime(blob, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    mirror.configure('schedule = "manual"\n' + IMAGES)
    mirror.keep()
    wait_for(lambda: state(mirror)["undescribed"], "the trouble", 12)
    mirror.good("verify", "--repair")
    wait_for(lambda: "iso/a.iso" in mirror.releases(), "the release, without a sync", 12)
