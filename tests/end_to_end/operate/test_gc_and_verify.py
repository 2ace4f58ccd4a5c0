"""What the store holds: `gc` frees what nobody needs, `verify` finds and repairs what is damaged."""
import os

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
