"""`adopt`: a plain folder becomes a tree's first generation."""
import json
import os
import shutil
import subprocess

from support.program import PROGRAM
from support.rsync_mirror import RsyncMirror
from support.trees import tree_of


def plain_copy(mirror):
    """The upstream, as some other tool copied it long ago."""
    plain = mirror.folder / "plain"
    shutil.copytree(mirror.upstream, plain, symlinks=True)
    for path in plain.rglob("*"):
        if path.is_file() and not path.is_symlink():
            os.chmod(path, 0o664)
            os.utime(path, ns=(0, int(os.stat(path).st_mtime) * 10**9 + 123_456_789))
    return plain


def test_what_was_adopted_is_not_fetched_again(tmp_path):
    """A folder has times to the nanosecond and modes of its own; rsync lists seconds."""
    mirror = RsyncMirror(tmp_path)
    try:
        for number in range(5):
            mirror.write(f"pool/{number}", os.urandom(200_000))
        mirror.daemon()
        plain = plain_copy(mirror)
        mirror.good("adopt", "tree", plain)
        report = mirror.sync()
        assert report["outcome"] == "published" and report["fetch"]["files"] == 0, report
        for number in range(5):
            assert os.stat(plain / f"pool/{number}").st_ino == os.stat(mirror.checkout / f"pool/{number}").st_ino
        assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
        assert mirror.sync()["outcome"] == "unchanged"
        server = mirror.serve()
        assert server.get("/tree/pool/1")[2] == (mirror.upstream / "pool/1").read_bytes(), server.read_log()
    finally:
        mirror.stop()


def test_a_folders_own_marker_says_nothing_of_what_is_in_it(mirror):
    mirror.write("lastupdate", "1600000000\n", time=1_600_000_000)
    mirror.write("a", "a")
    mirror.write("b", "b")
    mirror.sync()
    plain = plain_copy(mirror)
    (plain / "b").unlink()
    report = mirror.json("adopt", "tree", plain, status=3)
    assert report["outcome"] == "held", report
    mirror.json("approve", "tree", mirror.json("status")["trees"][0]["candidate"])
    assert not (mirror.checkout / "b").exists()
    assert mirror.sync()["outcome"] == "published"  # and not as its marker would have it
    assert (mirror.checkout / "b").read_text() == "b"


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
