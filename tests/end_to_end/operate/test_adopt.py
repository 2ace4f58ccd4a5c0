"""`adopt`: a plain folder becomes a tree's first generation."""
import json
import os
import subprocess

from support.program import PROGRAM
from support.trees import tree_of


def test_adopt_shares_inodes_copies_nothing_and_warns_of_writers(mirror):
    plain = mirror.folder / "plain"
    (plain / "pool").mkdir(parents=True)
    (plain / "pool/a").write_text("a" * 5000)
    (plain / "b").write_text("b")
    (plain / "open-to-all").write_text("c")
    os.chmod(plain / "open-to-all", 0o666)
    os.symlink("pool/a", plain / "link")
    before = tree_of(plain)
    done = mirror.run("adopt", "tree", plain, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["outcome"] == "published" and report["transferred_bytes"] == 0
    assert "open-to-all" in done.stderr and "warning" in done.stderr
    assert tree_of(plain) == before == tree_of(mirror.checkout)
    for name in ("pool/a", "b", "open-to-all"):
        assert os.stat(plain / name).st_ino == os.stat(mirror.checkout / name).st_ino
    for name, content in (("pool/a", "a" * 5000), ("b", "b")):
        mirror.write(name, content, time=os.stat(plain / name).st_mtime)
    os.utime(mirror.upstream / "pool/a", ns=(1, os.stat(plain / "pool/a").st_mtime_ns))
    assert mirror.sync("--allow-deletes")["fetch"]["files"] <= 1


def test_adopt_by_a_relative_path_works_through_a_running_keeper(mirror):
    plain = mirror.folder / "plain"
    plain.mkdir()
    (plain / "f").write_text("f")
    mirror.configure('schedule = "manual"')
    mirror.keep()
    assert mirror.run("adopt", "tree", "plain", cwd=mirror.folder).returncode == 0
    assert (mirror.checkout / "f").read_text() == "f"


def test_adopting_across_file_systems_is_refused_with_what_to_do(mirror):
    plain = mirror.folder / "plain"
    plain.mkdir()
    (plain / "f").write_text("x")
    done = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", "trace=linkat", "-e", "inject=linkat:error=EXDEV",
                           PROGRAM, "-c", mirror.config, "adopt", "tree", plain], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 1 and "another file system" in done.stderr and "file://" in done.stderr
    assert mirror.run("history", "tree").returncode == 1
