"""Folders of an rsync daemon that are closed, to everybody or to us."""
import os

from support.people import as_nobody, let_everybody_pass
from support.rsync_mirror import hold_published
from support.trees import tree_of


def test_a_folder_that_nobody_may_write_to_holds_up_nobody(mirror):
    """Root may do everything, so this is done as somebody else."""
    let_everybody_pass(mirror.folder)
    mirror.folder.chmod(0o777)
    mirror.write("closed/1", "1")
    mirror.write("closed/2", "2", mode=0o444)
    for number in range(50):
        mirror.write(f"other/{number}", "x" * number)
    os.chmod(mirror.upstream / "closed", 0o555)
    server = mirror.daemon()
    done = mirror.run("sync", "--json", prefix=as_nobody())
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (mirror.checkout / "closed").iterdir()) == ["1", "2"]
    mirror.write("more/1", "1")
    os.chmod(mirror.upstream / "more", 0o500)
    os.chown(mirror.upstream / "more", 65534, 65534)
    assert mirror.run("sync", prefix=as_nobody()).returncode == 0
    assert server.process.poll() is None


def test_unreadable_folders_are_embargoed_by_their_mode(mirror):
    mirror.write("open/file", "open")
    mirror.write("next/release.iso", "next")
    mirror.write("almost/secret.iso", "secret", mode=0o640)
    let_everybody_pass(mirror.upstream)
    mirror.upstream.chmod(0o755)
    closed = 0o700 if os.geteuid() == 0 else 0
    os.chmod(mirror.upstream / "next", closed)
    try:
        mirror.daemon("uid = nobody\ngid = nogroup" if os.geteuid() == 0 else "")
        report = mirror.sync(status=3)
        assert report["outcome"] == "held" and [item["path"] for item in report["quarantined"]] == ["almost/secret.iso"]
        os.unlink(mirror.upstream / "almost/secret.iso")
        assert mirror.sync()["outcome"] == "published"
        server = mirror.serve()
        assert server.get("/tree/open/file")[2] == b"open"
        assert server.get("/tree/next/")[0] == 404
        assert {item["name"] for item in server.json("/tree/?format=json")} == {"open", "almost"}
    finally:
        os.chmod(mirror.upstream / "next", 0o755)
    assert mirror.sync()["outcome"] == "published"
    assert server.get("/tree/next/release.iso")[2] == b"next"


def test_a_folder_that_closes_is_embargoed_and_comes_back(mirror):
    mirror.fill()
    let_everybody_pass(mirror.upstream)
    mirror.upstream.chmod(0o755)
    mirror.daemon("uid = nobody\ngid = nogroup" if os.geteuid() == 0 else "")
    mirror.sync()
    published = hold_published(mirror)
    os.chmod(mirror.upstream / "pool", 0o711 if os.geteuid() == 0 else 0)
    try:
        assert mirror.sync()["outcome"] == "published"
        assert not [name for name in tree_of(mirror.checkout) if name.startswith(b"pool/")]
    finally:
        os.chmod(mirror.upstream / "pool", 0o755)
    mirror.sync()
    assert hold_published(mirror)[0] == published[0]
