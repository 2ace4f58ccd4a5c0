"""Whatever happens, what was published stays published, and the next run goes on."""
import collections
import contextlib
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess

import pytest

from support.disks import in_user_namespace, on_small_disk
from support.mirror import Mirror
from support.people import as_nobody, let_everybody_pass
from support.program import PROGRAM, run_program
from support.trees import contents_of, served, tree_of, upstream_becomes
from support.waiting import wait_for

# System calls after which a kill leaves the store in another state than before.
STEPS = ("openat2", "write", "pwrite64", "renameat2", "renameat", "linkat", "unlinkat", "mkdirat", "symlinkat",
         "fdatasync", "fsync", "syncfs", "utimensat", "fchmod", "fchmodat", "ftruncate")


def count_steps(mirror, *command):
    """How often a whole run makes each of the system calls."""
    log = mirror.folder / "steps"
    done = subprocess.run(["strace", "-f", "-c", "-U", "calls,name", "-e", "trace=" + ",".join(STEPS), "-o", log,
                           PROGRAM, "-c", mirror.config, *command], capture_output=True, text=True, timeout=120)
    assert done.returncode in (0, 3), done.stderr
    counts = {}
    for line in log.read_text().splitlines():
        words = line.split()
        if len(words) == 2 and words[1] in STEPS:
            counts[words[1]] = int(words[0])
    return counts


def kill_at(mirror, step, number, *command):
    """Runs the command and kills it with the number-th call of one kind. True when it got that far."""
    done = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", f"trace={step}", "-e",
                           f"inject={step}:signal=SIGKILL:when={number}", PROGRAM, "-c", mirror.config, *command],
                          capture_output=True, text=True, timeout=120)
    return done.returncode == -signal.SIGKILL


def random_steps(counts, random_numbers, how_many):
    """Kinds of calls evenly, so that the rare ones, a rename or a sync, are not drowned by the many writes."""
    kinds = sorted(counts)
    for _ in range(how_many):
        step = random_numbers.choice(kinds)
        yield step, random_numbers.randint(1, counts[step])


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
        mirror.sync("--allow-deletes")
        upstream_becomes(mirror, version + 1)
        mirror.sync(*(() if command[0] == "approve" else ("--allow-deletes",)),
                    status=3 if command[0] == "approve" else 0)

    prepare(0)
    counts = count_steps(mirror, *command)
    numbers = random.Random(7)
    for round_number, (step, number) in enumerate(random_steps(counts, numbers, 8)):
        prepare(2 * round_number + 2)
        kill_at(mirror, step, number, *command)
        where = f"killed at {step} number {number}"
        assert mirror.sync("--allow-deletes")["outcome"] in ("published", "unchanged"), where
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
    """The kill comes while the second batch is made safe; the first one is, all of it."""
    for number in range(34_000):
        mirror.write(f"{number % 50}/f{number}", f"content {number}")
    assert kill_at(mirror, "syncfs", 2, "sync")
    with contextlib.closing(sqlite3.connect(mirror.store / "catalogue.db")) as catalogue:
        [[safe]] = catalogue.execute("select count(*) from staged")
    report = mirror.sync()
    assert report["outcome"] == "published" and 8000 <= safe < 34_000
    assert report["fetch"]["files"] == 34_000 - safe and report["reuse"]["files"] == safe


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


def test_a_full_disk_keeps_what_is_published_and_says_what_to_do(mirror):
    mirror.store = mirror.folder / "disk/store"
    mirror.configure()
    mirror.write("small", "small")
    assert on_small_disk(mirror, 16 << 20, "sync").returncode == 0
    for number in range(10):
        mirror.write(f"big{number}", os.urandom(4 << 20))
    done = on_small_disk(mirror, 16 << 20, "sync", "--json")
    assert done.returncode == 1 and "not enough space" in done.stderr, done.stderr
    # Small files take more room than their bytes, so that the plan fits and the disk fills all the same.
    for number in range(10):
        os.unlink(mirror.upstream / f"big{number}")
    for number in range(4000):
        mirror.write(f"little{number}", str(number))
    done = on_small_disk(mirror, 10 << 20, "sync")
    assert done.returncode == 1 and re.search("No space left|disk is full", done.stderr), done.stderr
    assert "goes on from what is staged" in done.stderr
    mirror.store = mirror.folder / "kept/store"
    mirror.configure()
    assert (mirror.checkout / "small").read_text() == "small"
    assert [row["generation"] for row in mirror.json("history", "tree")] == [1]
    assert mirror.sync()["outcome"] == "published"
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


@pytest.mark.parametrize("step", ["write", "pwrite64", "linkat", "renameat2", "mkdirat", "syncfs"])
def test_a_disk_that_fails_in_the_midst_is_told_and_the_next_run_goes_on(mirror, step):
    mirror.configure('max_delete = "100%"')
    upstream_becomes(mirror, 0)
    mirror.sync()
    before = contents_of(mirror.checkout)
    upstream_becomes(mirror, 1)
    after = contents_of(mirror.upstream)
    when = "5" if step == "write" else "5+"  # standard error must work
    done = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", f"trace={step}", "-e",
                           f"inject={step}:error=ENOSPC:when={when}", PROGRAM, "-c", mirror.config, "sync"],
                          capture_output=True, text=True, timeout=120)
    server = mirror.serve()
    assert served(server) in (before, after)
    if done.returncode != 0:
        assert done.returncode == 1 and re.search(r"No space|full|space", done.stderr), done.stderr
    assert mirror.sync()["outcome"] in ("published", "unchanged")
    assert contents_of(mirror.checkout) == after == served(server)


def test_an_unreadable_file_is_quarantined_and_named(mirror):
    mirror.write("good", "good")
    mirror.write("bad", "bad", mode=0)
    mirror.folder.chmod(0o777)
    let_everybody_pass(mirror.folder)
    done = run_program("-c", mirror.config, "sync", "--json", prefix=as_nobody())
    report = json.loads(done.stdout)
    assert done.returncode == 3 and report["outcome"] == "held", done.stderr
    assert [item["path"] for item in report["quarantined"]] == ["bad"]
    assert "Permission denied" in report["quarantined"][0]["reason"]
    mirror.configure('on_bad_file = "hold-back"')
    done = run_program("-c", mirror.config, "sync", "--json", prefix=as_nobody())
    report = json.loads(done.stdout)
    assert done.returncode == 3 and report["outcome"] == "published" and report["total"]["files"] == 1
    assert (mirror.checkout / "good").exists() and not (mirror.checkout / "bad").exists()


def test_a_file_that_changes_while_it_is_read_is_never_published_torn(mirror):
    name = mirror.upstream / "busy"
    name.write_bytes(b"0" * (8 << 20))
    writer = subprocess.Popen(["bash", "-c", f"""
        for n in $(seq 1 400); do
            head -c 8388608 /dev/zero | tr '\\0' "$((n % 10))" | dd of={name} conv=notrunc bs=1M status=none
        done"""])
    try:
        for _ in range(8):
            done = mirror.run("sync", "--json")
            assert done.returncode in (0, 3), done.stderr
            shown = mirror.checkout / "busy"
            if shown.exists():
                digits = set(shown.read_bytes())
                # A writer within one pass leaves two digits for a moment, and a file of that moment is not torn by us
                # only if nothing changed while it was read: times and ctime tell, so the store's name is its content.
                assert len(digits) <= 2
                assert mirror.json("verify")["damaged"] == []
    finally:
        writer.kill()
        writer.wait()
    assert mirror.sync()["outcome"] in ("published", "unchanged")
    assert (mirror.checkout / "busy").read_bytes() == name.read_bytes()


def test_two_writers_do_not_meet(mirror):
    upstream_becomes(mirror, 0)
    mirror.sync()
    holder = subprocess.Popen(["flock", "--no-fork", mirror.store / "lock", "sleep", "30"])
    try:
        wait_for(lambda: subprocess.run(["flock", "-n", mirror.store / "lock", "true"]).returncode != 0, "the lock")
        for command in (("sync",), ("gc",), ("rollback", "tree"), ("recover",)):
            done = mirror.run(*command)
            assert done.returncode == 1 and "in use" in done.stderr and done.stderr.count("\n") == 1, command
        assert mirror.json("status")["trees"][0]["generation"] == 1
        assert served(mirror.serve()) == contents_of(mirror.upstream)
    finally:
        holder.kill()
        holder.wait()
    assert mirror.sync()["outcome"] == "unchanged"


def test_many_writers_at_once_all_end_well(mirror):
    upstream_becomes(mirror, 0)
    processes = [subprocess.Popen([PROGRAM, "-c", mirror.config, "sync"], stderr=subprocess.PIPE, text=True)
                 for _ in range(8)]
    endings = collections.Counter()
    for process in processes:
        errors = process.communicate(timeout=60)[1]
        endings[process.returncode] += 1
        assert process.returncode == 0 or "in use" in errors, errors
    assert endings[0] >= 1 and set(endings) <= {0, 1}
    assert mirror.sync()["outcome"] in ("published", "unchanged")
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


@pytest.mark.parametrize("damage", ["header", "middle", "cut", "gone"])
def test_a_damaged_catalogue_is_served_around_and_recovered(mirror, damage):
    upstream_becomes(mirror, 0, files=300)
    mirror.sync()
    wanted = contents_of(mirror.checkout)
    file = mirror.store / "catalogue.db"
    data = bytearray(file.read_bytes())
    if damage == "header":
        data[:100] = b"\xff" * 100
    elif damage == "middle":
        data[4096:] = os.urandom(len(data) - 4096)
    else:
        del data[6000:]
    for suffix in ("-wal", "-shm"):
        pathlib.Path(f"{file}{suffix}").unlink(missing_ok=True)
    file.unlink() if damage == "gone" else file.write_bytes(data)
    if damage != "gone":
        server = mirror.serve()
        assert served(server) == wanted
        assert "mirrorseed recover" in server.read_log()
    done = mirror.run("sync")
    assert done.returncode == 1 and "mirrorseed recover" in done.stderr, done.stderr
    mirror.good("recover")
    if damage != "gone":
        assert served(server) == wanted
        mirror.write("later", "x")
        mirror.sync("--allow-deletes")
        assert server.get("/tree/later")[0] == 200
    assert mirror.sync()["outcome"] == "unchanged"


def test_a_keeper_rebuilds_a_damaged_catalogue_by_itself(mirror):
    upstream_becomes(mirror, 0)
    mirror.sync()
    for suffix in ("-wal", "-shm"):
        pathlib.Path(f"{mirror.store}/catalogue.db{suffix}").unlink(missing_ok=True)
    (mirror.store / "catalogue.db").write_bytes(b"no database at all" * 1000)
    keeper = mirror.keep()
    assert served(keeper) == contents_of(mirror.upstream)
    assert "rebuilding" in keeper.read_log() and (mirror.store / "catalogue.db.damaged").exists()
    assert mirror.sync()["outcome"] == "unchanged"


def read_only_script(mirror, body):
    return [*in_user_namespace(), "bash", "-c", f"""
set -e
mount --bind {mirror.store} {mirror.store}
mount -o remount,ro,bind {mirror.store}
{body}
""", "bash"]


@pytest.mark.parametrize("closed", [True, False])
def test_serving_works_from_a_read_only_mount(mirror, closed):
    upstream_becomes(mirror, 0)
    mirror.sync()
    upstream_becomes(mirror, 1)
    if closed:
        mirror.sync("--allow-deletes")
    else:
        # A run that was killed right after its publish leaves the newest pages in the write-ahead log.
        assert kill_at(mirror, "unlinkat", 1, "sync", "--allow-deletes")
        assert (mirror.store / "catalogue.db-wal").stat().st_size > 0
    generation = mirror.json("status")["trees"][0]["generation"]
    server = mirror.serve(prefix=read_only_script(mirror, 'exec "$@"'))
    versions = {1: 0, 2: 1}
    upstream_becomes(mirror, versions[generation])
    assert served(server) == contents_of(mirror.upstream)
    done = subprocess.run(read_only_script(mirror, 'exec "$@"') + [PROGRAM, "-c", mirror.config, "sync"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "Read-only file system" in done.stderr and done.stderr.count("\n") == 1
