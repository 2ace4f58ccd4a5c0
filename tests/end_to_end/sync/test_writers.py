"""Several commands that would write to one store."""
import collections
import subprocess

from support.program import PROGRAM
from support.trees import contents_of, served, tree_of, upstream_becomes
from support.waiting import wait_for


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
