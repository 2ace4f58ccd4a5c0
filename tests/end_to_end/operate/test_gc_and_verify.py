"""What the store holds: `gc` frees what nobody needs, `verify` finds and repairs what is damaged."""
import contextlib
import os
import sqlite3
import time

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
    stray = mirror.store / "blobs/sha256/ab" / ("ab" * 32)
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("left by a crash")
    assert mirror.json("gc")["freed"]["files"] == 1 and not stray.exists()
    assert mirror.json("verify")["damaged"] == []
    done = mirror.run("rollback", "tree", 1)
    assert done.returncode == 1


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
    mirror.configure('max_delete = "100%"\nkeep_generations = 1\nhistory = "30d"')
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
