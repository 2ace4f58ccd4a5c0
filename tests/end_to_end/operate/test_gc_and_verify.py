"""What the store holds: `gc` frees what nobody needs, `verify` finds and repairs what is damaged."""
import contextlib
import hashlib
import os
import shutil
import sqlite3
import subprocess
import time

import pytest

from support.kills import count_steps, kill_at
from support.mirror import Mirror
from support.program import PROGRAM
from support.store import blob_of
from support.trees import tree_of


def test_gc_frees_what_no_kept_generation_needs(mirror):
    mirror.configure('max_delete = "100%"\nkeep_generations = 2\nhistory = "1s"\ngrace = "0"')
    for number in range(4):
        mirror.write("file", f"content {number}", time=1_600_000_000 + number)
        mirror.sync()
    report = mirror.json("gc")
    assert report["freed"] == {"files": 2, "bytes": 18} and report["kept"]["files"] == 2
    assert not blob_of(mirror, b"content 0").exists() and blob_of(mirror, b"content 2").exists()
    assert mirror.json("gc")["freed"]["files"] == 0
    assert mirror.json("verify")["damaged"] == []
    done = mirror.run("rollback", "tree", 1)
    assert done.returncode == 1


def listed_folders(mirror, *command):
    log = mirror.folder / "listed"
    subprocess.run(["strace", "-f", "-y", "-e", "trace=getdents64", "-o", log, PROGRAM, "-c", mirror.config, *command],
                   capture_output=True, timeout=120, check=True)
    return {line.split("<")[1].split(">")[0] for line in log.read_text().splitlines() if "getdents64(" in line}


def test_gc_looks_at_all_blobs_only_after_an_unclean_end(mirror):
    mirror.configure('max_delete = "100%"\nkeep_generations = 1\ngrace = "0"')
    for number in range(30):
        mirror.write(f"f{number}", f"content {number}")
    mirror.sync()
    shelves = mirror.store / "blobs/sha256"
    assert mirror.json("gc")["freed"]["files"] == 0, "a new catalogue does not know what was before it"
    os.unlink(mirror.upstream / "f0")
    mirror.sync()
    assert not [name for name in listed_folders(mirror, "gc") if name.startswith(f"{shelves}/")]
    assert not blob_of(mirror, b"content 0").exists()
    # Named, and killed before there are rows.
    for number in range(2):
        mirror.write("late", f"late {number}", time=1_600_000_000 + number)
        assert kill_at(mirror, "syncfs", 1, "sync")
    assert all(blob_of(mirror, f"late {number}".encode()).exists() for number in range(2))
    assert mirror.json("gc")["freed"]["files"] == 2
    assert not any(blob_of(mirror, f"late {number}".encode()).exists() for number in range(2))
    assert not [name for name in listed_folders(mirror, "gc") if name.startswith(f"{shelves}/")]
    assert mirror.sync()["outcome"] == "published" and mirror.json("verify")["damaged"] == []


@pytest.mark.parametrize("way", ["gc", "withdraw"])
def test_what_a_killed_command_did_not_free_is_found(mirror, way):
    mirror.configure('max_delete = "100%"\nkeep_generations = 1\ngrace = "0"')
    for number in range(5):
        mirror.write(f"f{number}", f"content {number}")
    mirror.sync()
    mirror.good("gc")
    for number in range(4):
        os.unlink(mirror.upstream / f"f{number}")
    gone = [blob_of(mirror, f"content {number}".encode()) for number in range(4)]
    if way == "gc":
        mirror.sync()
        assert kill_at(mirror, "unlinkat", 3, "gc")
    else:
        mirror.sync()
        digest = hashlib.sha256(b"content 4").hexdigest()
        gone.append(blob_of(mirror, b"content 4"))
        counts = count_steps(copy_of(mirror), "withdraw", digest)
        assert kill_at(mirror, "unlinkat", counts["unlinkat"], "withdraw", digest)
    mirror.good("gc")
    assert not [blob for blob in gone if blob.exists()]


def copy_of(mirror):
    """Where a command may be tried without harm."""
    copy = Mirror(mirror.folder / "copy")
    shutil.copytree(mirror.upstream, copy.upstream, symlinks=True, dirs_exist_ok=True)
    shutil.rmtree(copy.store, ignore_errors=True)
    shutil.copytree(mirror.store, copy.store, symlinks=True)
    copy.configure('max_delete = "100%"\nkeep_generations = 1\ngrace = "0"')
    return copy


def redate(mirror, change, where="true"):
    """What a store looks like whose generations were published under another clock."""
    with contextlib.closing(sqlite3.connect(mirror.store / "catalogue.db")) as catalogue, catalogue:
        catalogue.execute(f"update generations set published = {change} where {where}")


def publish(mirror, count):
    for _ in range(count):
        mirror.write("file", f"content {time.monotonic_ns()}", time=time.monotonic_ns() // 1_000_000)
        assert mirror.sync()["outcome"] == "published"


def generations(mirror):
    return [row["generation"] for row in mirror.json("history", "tree")]


CENTURY = 73 * 365 * 86400


def test_a_sync_under_a_clock_of_another_century_forgets_no_history(mirror):
    mirror.configure('max_delete = "100%"\nkeep_generations = 1\nhistory = "30d"')
    publish(mirror, 4)
    redate(mirror, f"published - {CENTURY}")  # which to the next sync is what a clock that is ahead would be
    publish(mirror, 1)
    assert generations(mirror) == [5, 4, 3, 2, 1]
    assert mirror.json("diff", "tree", 1, 5)["changed"] == ["file"]


def test_a_generation_of_another_century_is_forgotten_with_the_one_before_it(mirror):
    mirror.configure('max_delete = "100%"\nkeep_generations = 1\nhistory = "30d"\ngrace = "0"')
    publish(mirror, 4)
    redate(mirror, f"published + {CENTURY}", "number = 2")
    redate(mirror, "published - 40 * 86400", "number = 1")
    publish(mirror, 1)
    assert generations(mirror) == [5, 4, 3]


def test_history_is_of_a_thousand_generations_at_most(mirror):
    mirror.configure('max_delete = "100%"\nkeep_generations = 1\nhistory = "30d"')
    publish(mirror, 1)
    with contextlib.closing(sqlite3.connect(mirror.store / "catalogue.db")) as catalogue, catalogue:
        columns = [row[1] for row in catalogue.execute("pragma table_info(generations)")]
        copied = ", ".join("1 + value" if name == "number" else name for name in columns)
        catalogue.execute(f"insert into generations({', '.join(columns)}) select {copied} from generations, "
                          "(with recursive n(value) as (values(1) union all select value + 1 from n where value < 1004) "
                          "select value from n)")
        catalogue.execute("update trees set generation = 1005, checkout = 1005")
    publish(mirror, 1)
    assert generations(mirror) == list(range(1006, 6, -1))


def test_grace_keeps_the_bytes_of_what_was_just_dropped(mirror):
    mirror.configure('max_delete = "100%"\nkeep_generations = 1\ngrace = "1h"')
    mirror.write("file", "old")
    mirror.sync()
    mirror.write("file", "newer")
    mirror.sync()
    assert mirror.json("gc")["freed"]["files"] == 0


def test_verify_names_damage_and_repairs_it_from_the_upstream(mirror):
    mirror.write("good", "good")
    mirror.write("bad", "to be damaged")
    mirror.write("lost", "to be lost")
    mirror.sync()
    bad = blob_of(mirror, b"to be damaged")
    os.chmod(bad, 0o644)
    times = os.stat(bad)
    bad.write_text("to be DAMAGED")
    os.utime(bad, ns=(times.st_atime_ns, times.st_mtime_ns))
    blob_of(mirror, b"to be lost").unlink()
    report = mirror.json("verify", status=3)
    assert {item["path"] for item in report["damaged"]} == {"bad", "lost"} and report["checked"]["files"] == 3
    done = mirror.run("verify")
    assert "--repair" in done.stderr
    report = mirror.json("verify", "--repair")
    assert {item["path"] for item in report["repaired"]} == {"bad", "lost"} and report["damaged"] == []
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert mirror.json("verify")["damaged"] == []
    (mirror.upstream / "bad").unlink()
    blob_of(mirror, b"to be damaged").unlink()
    assert [item["path"] for item in mirror.json("verify", "--repair", status=3)["damaged"]] == ["bad"]


def test_verify_with_a_budget_goes_on_where_it_was_longest_ago(mirror):
    for number in range(10):
        mirror.write(f"f{number}", bytes([number]) * 1000)
    mirror.sync()
    for _ in range(5):
        assert mirror.json("verify", "--budget", "2000")["checked"]["files"] == 2


def test_a_damaged_blob_is_replaced_when_its_content_comes_again(mirror):
    mirror.write("f", "content", time=1_600_000_000)
    mirror.sync()
    blob = blob_of(mirror, b"content")
    blob.write_text("CONTENT")
    mirror.json("verify", status=3)
    mirror.write("f", "content", time=1_600_000_001)
    assert mirror.sync()["outcome"] == "published"
    assert blob.read_text() == "content" == (mirror.checkout / "f").read_text()
    assert mirror.json("verify")["damaged"] == []
