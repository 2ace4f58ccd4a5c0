"""Folders of an rsync daemon that are closed, to everybody or to us."""
import os

import pytest

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
        report = mirror.sync()
        assert report["outcome"] == "published" and report["quarantined"] == []
        assert [item["path"] for item in report["left_out"]] == ["almost/secret.iso"]
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


def closed_daemon(mirror):
    let_everybody_pass(mirror.upstream)
    mirror.upstream.chmod(0o755)
    return mirror.daemon("uid = nobody\ngid = nogroup" if os.geteuid() == 0 else "")


def close(mirror, *names):
    for name in names:
        os.chmod(mirror.upstream / name, 0o600 if os.geteuid() == 0 else 0)


def test_a_file_that_the_daemon_may_not_read_holds_nobody(mirror):
    mirror.write("next.iso", "next week")
    mirror.write("README", "hello")
    close(mirror, "next.iso")
    closed_daemon(mirror)
    report = mirror.sync()
    assert report["outcome"] == "published" and [item["path"] for item in report["left_out"]] == ["next.iso"]
    assert sorted(tree_of(mirror.checkout)) == [b"README"]
    again = mirror.sync()
    assert again["outcome"] == "unchanged" and [item["path"] for item in again["left_out"]] == ["next.iso"]
    os.chmod(mirror.upstream / "next.iso", 0o644)
    assert mirror.sync()["outcome"] == "published"
    server = mirror.serve()
    assert server.get("/tree/next.iso")[2] == b"next week"
    # Closed again, with other bytes: what we have is kept, and shown to nobody.
    mirror.write("next.iso", "not yet after all", time=1_600_000_100)
    close(mirror, "next.iso")
    assert mirror.sync()["outcome"] == "published"
    assert server.get("/tree/next.iso")[0] == 404 and mirror.sync()["outcome"] == "unchanged"
    mirror.good("verify")
    os.chmod(mirror.upstream / "next.iso", 0o644)
    assert mirror.sync()["outcome"] == "published"
    assert server.get("/tree/next.iso")[2] == b"not yet after all"


@pytest.mark.parametrize("changes", [False, True])
def test_closing_many_files_is_a_mass_deletion(mirror, changes):
    names = [f"pool/{number}" for number in range(20)]
    for name in names:
        mirror.write(name, name)
    closed_daemon(mirror)
    mirror.configure('max_delete = "10%"')
    mirror.always = ""
    mirror.configure('max_delete = "10%"')
    assert mirror.sync()["outcome"] == "published"
    if changes:
        for name in names[:10]:
            mirror.write(name, name + " anew", time=1_600_000_100)
    close(mirror, *names[:10])
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and "hide 10" in report["held_reason"], report
    assert mirror.good("approve", "tree")
    server = mirror.serve()
    assert server.get("/tree/pool/0")[0] == 404 and server.get("/tree/pool/15")[0] == 200


def test_a_closed_list_says_nothing(mirror):
    mirror.configure('checksum_lists = "require"')
    mirror.write("iso/a.iso", "first")
    mirror.write("iso/SHA256SUMS", "0" * 64 + "  a.iso\n")
    close(mirror, "iso/SHA256SUMS")
    closed_daemon(mirror)
    assert mirror.sync()["outcome"] == "published" and (mirror.checkout / "iso/a.iso").read_text() == "first"


def test_an_open_file_that_the_daemon_cannot_read_is_its_trouble(mirror):
    mirror.write("README", "hello")
    mirror.write("odd", "odd", mode=0o044)
    closed_daemon(mirror)
    os.chown(mirror.upstream / "odd", 65534, 65534)
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and [item["path"] for item in report["quarantined"]] == ["odd"]
