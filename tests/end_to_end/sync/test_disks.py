"""Disks that are full, that fail, or that may not be written to."""
import json
import os
import re
import subprocess

import pytest

from support.disks import in_user_namespace, on_small_disk
from support.kills import kill_at
from support.program import PROGRAM
from support.trees import contents_of, served, tree_of, upstream_becomes


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
        assert done.returncode in (1, 3) and re.search(r"No space|full|space", done.stderr), done.stderr
        assert served(server) == (after if done.returncode == 3 else before), "3: what is published stays published"
    assert mirror.sync()["outcome"] in ("published", "unchanged")
    assert contents_of(mirror.checkout) == after == served(server)


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
        # A run that was killed right after its publish leaves the newest pages in the write-ahead log. What it removes
        # first is a control socket that may have been left.
        assert kill_at(mirror, "unlinkat", 2, "sync", "--allow-deletes")
        assert (mirror.store / "catalogue.db-wal").stat().st_size > 0
    generation = mirror.json("status")["trees"][0]["generation"]
    server = mirror.serve(prefix=read_only_script(mirror, 'exec "$@"'))
    versions = {1: 0, 2: 1}
    upstream_becomes(mirror, versions[generation])
    assert served(server) == contents_of(mirror.upstream)
    done = subprocess.run(read_only_script(mirror, 'exec "$@"') + [PROGRAM, "-c", mirror.config, "sync"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "Read-only file system" in done.stderr and done.stderr.count("\n") == 1


def test_a_full_disk_can_be_served_from_and_cleaned(mirror):
    mirror.store = mirror.folder / "disk/store"
    mirror.configure('keep_generations = 1\nhistory = "0s"\ngrace = "0"')
    mirror.write("f", os.urandom(3 << 20))
    assert on_small_disk(mirror, 200 << 20, "sync", disk="256m").returncode == 0
    mirror.write("f", os.urandom(3 << 20))
    assert on_small_disk(mirror, 200 << 20, "sync", disk="256m").returncode == 0
    assert on_small_disk(mirror, 0, "status", disk="256m").returncode == 0
    done = on_small_disk(mirror, 0, "gc", "--json", disk="256m")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["freed"] == {"files": 1, "bytes": 3 << 20}


def test_a_file_system_that_gives_no_more_names_gets_copies(mirror):
    mirror.write("f", "content")
    mirror.write("d/g", "other")
    done = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", "trace=linkat", "-e", "inject=linkat:error=EMLINK",
                           PROGRAM, "-c", mirror.config, "sync"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert os.stat(mirror.checkout / "f").st_nlink == 1
    assert mirror.sync()["outcome"] == "unchanged"
