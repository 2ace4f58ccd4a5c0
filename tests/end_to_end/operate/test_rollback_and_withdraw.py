"""Going back to an earlier generation, and taking contents away from all of them."""
import hashlib
import json
import signal
import subprocess

import pytest

from support.kills import kill_at
from support.program import PROGRAM
from support.store import blob_of, drop_log, two_generations
from support.trees import tree_of


def test_rollback_publishes_the_earlier_state_as_a_new_generation_and_pauses(mirror):
    first = two_generations(mirror)
    report = mirror.json("rollback", "tree")
    assert report["outcome"] == "published" and report["generation"] == 3
    assert tree_of(mirror.checkout) == first
    assert mirror.json("diff", "tree", 1, 3) == {"added": [], "changed": [], "removed": []}
    newest = mirror.json("history", "tree")[0]
    assert (newest["added"], newest["changed"], newest["removed"]) == (1, 1, 1)
    assert mirror.json("status")["trees"][0]["paused"]
    assert mirror.json("approve", "tree")["outcome"] == "unchanged"
    assert not mirror.json("status")["trees"][0]["paused"]
    assert mirror.sync()["generation"] == 4
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert mirror.json("rollback", "tree", 1)["generation"] == 5
    assert tree_of(mirror.checkout) == first
    done = mirror.run("rollback", "tree", 99)
    assert done.returncode == 1 and "no generation 99" in done.stderr


def test_a_second_rollback_never_publishes_what_the_first_took_back(mirror):
    first = two_generations(mirror)
    mirror.good("rollback", "tree")
    done = mirror.run("rollback", "tree")
    assert done.returncode == 1 and "no earlier generation" in done.stderr, done.stderr
    assert tree_of(mirror.checkout) == first and len(mirror.json("history", "tree")) == 3
    drop_log(mirror)
    (mirror.store / "catalogue.db").unlink()
    mirror.good("recover")
    assert mirror.run("rollback", "tree").returncode == 1
    assert [row["restores"] for row in mirror.json("history", "tree")] == [1, 0, 0]
    mirror.write("changed", "mended by the upstream")
    assert mirror.sync("tree")["generation"] == 4
    mirror.good("rollback", "tree")
    assert tree_of(mirror.checkout) == first
    assert mirror.json("rollback", "tree", 2)["generation"] == 6


@pytest.mark.parametrize("by_keeper", [False, True])
def test_a_sync_that_names_no_tree_passes_a_paused_one_over(mirror, by_keeper):
    first = two_generations(mirror)
    mirror.good("rollback", "tree")
    if by_keeper:
        mirror.keep()
    for option in ([], ["--full"], ["--dry-run"]):
        done = mirror.good("sync", *option, "--json")
        report = json.loads(done.stdout)
        assert report["outcome"] == "unchanged" and report["generation"] == 3, option
        assert report["total"]["files"] == 3, option
        assert "`mirrorseed sync tree`" in done.stderr and "`mirrorseed approve tree`" in done.stderr, option
        assert mirror.json("status")["trees"][0]["paused"] and tree_of(mirror.checkout) == first, option
    assert mirror.sync("tree", "--dry-run")["outcome"] == "published"
    assert mirror.sync("tree")["generation"] == 4
    assert not mirror.json("status")["trees"][0]["paused"]
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert mirror.sync()["outcome"] == "unchanged"


def test_a_sync_that_passes_a_tree_over_finishes_a_rollback_that_was_cut_off(mirror):
    first = two_generations(mirror)
    assert kill_at(mirror, "renameat", 1, "rollback", "tree"), "with its manifest"
    assert mirror.json("status")["trees"][0]["generation"] == 3 and tree_of(mirror.checkout) != first
    assert mirror.sync()["outcome"] == "unchanged"
    assert tree_of(mirror.checkout) == first and mirror.json("status")["trees"][0]["paused"]


def test_a_withdrawn_content_goes_everywhere_and_is_refused_when_it_comes_again(mirror):
    two_generations(mirror)
    mirror.write("second-name", "kept", time=1)
    mirror.sync()
    digest = hashlib.sha256(b"kept").hexdigest()
    server = mirror.serve()
    assert server.get("/tree/kept")[0] == 200 and server.get(f"/-/blob/sha256/{digest}")[0] == 200
    assert mirror.run("withdraw", digest).returncode == 0
    assert not blob_of(mirror, b"kept").exists()
    for path in ("/tree/kept", "/tree/second-name", f"/-/blob/sha256/{digest}"):
        assert server.get(path)[0] == 404, path
    assert not (mirror.checkout / "kept").exists()
    report = mirror.sync()
    assert report["outcome"] == "unchanged" and {i["path"] for i in report["left_out"]} == {"kept", "second-name"}
    assert mirror.json("rollback", "tree", 1)["outcome"] == "published"
    assert not (mirror.checkout / "kept").exists() and (mirror.checkout / "removed").exists()
    mirror.write("third-name", "kept")
    report = mirror.sync("tree")
    assert "third-name" in {item["path"] for item in report["left_out"]}
    assert not blob_of(mirror, b"kept").exists()
    assert mirror.json("verify")["damaged"] == []


def test_a_withdrawal_that_was_cut_off_is_completed_by_the_next(mirror):
    mirror.write("d/f", "secret")
    mirror.write("other", "x")
    mirror.sync()
    digest = hashlib.sha256(b"secret").hexdigest()
    killed = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", "trace=fdatasync", "-e",
                             "inject=fdatasync:signal=SIGKILL:when=8", PROGRAM, "-c", mirror.config, "withdraw",
                             digest], timeout=60)
    assert killed.returncode == -signal.SIGKILL
    mirror.good("withdraw", digest)
    assert not (mirror.checkout / "d/f").exists() and not blob_of(mirror, b"secret").exists()
    assert mirror.sync()["outcome"] in ("published", "unchanged")
    assert not (mirror.checkout / "d/f").exists()


def test_a_tree_may_have_any_name(mirror):
    mirror.write("f", "x")
    mirror.config.write_text(mirror.config.read_text().replace('name = "tree"', 'name = "withdrawn"'))
    assert mirror.sync()["outcome"] == "published"
    mirror.good("withdraw", hashlib.sha256(b"x").hexdigest())
    assert not (mirror.store / "trees/withdrawn/f").exists()
