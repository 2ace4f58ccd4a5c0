"""Modes and times of the upstream: shown, and heeded."""
import os
import subprocess

from support.people import as_nobody, let_everybody_pass
from support.program import run_program
from support.trees import tree_of


def test_a_mode_or_time_alone_is_published_without_fetching(mirror):
    mirror.fill()
    mirror.sync()
    os.chmod(mirror.upstream / "README", 0o755)
    report = mirror.sync()
    assert report["outcome"] == "published" and report["fetch"]["files"] == 0
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_embargoed_entries_are_held_but_not_served_listed_or_described(mirror):
    mirror.write("open", "open")
    mirror.write("secret.iso", "secret", mode=0o640)
    mirror.write("next/release.iso", "next")
    os.chmod(mirror.upstream / "next", 0o750)
    mirror.sync()
    server = mirror.serve()
    assert server.get("/tree/open")[0] == 200
    for path in ("/tree/secret.iso", "/tree/next/", "/tree/next/release.iso", "/tree/secret.iso.sha256"):
        assert server.get(path)[0] == 404, path
    assert [item["name"] for item in server.json("/tree/?format=json")] == ["open"]
    assert b"secret" not in server.get("/-/trees/tree/manifest")[2]
    os.chmod(mirror.upstream / "next", 0o755)
    os.chmod(mirror.upstream / "secret.iso", 0o644)
    report = mirror.sync()
    assert report["outcome"] == "published" and report["fetch"]["files"] == 0
    assert server.get("/tree/next/release.iso")[2] == b"next" and server.get("/tree/secret.iso")[2] == b"secret"


def test_times_beyond_all_bounds_do_no_harm(mirror):
    mirror.write("f", "x")
    for name, when in (("late", 9_100_000_000), ("early", -9_100_000_000), ("later", 9_223_372_036)):
        mirror.write(name, name)
        subprocess.run(["touch", "-d", f"@{when}", mirror.upstream / name], check=True)
    mirror.sync()
    assert mirror.sync()["outcome"] == "unchanged"
    (mirror.store / "catalogue.db").unlink()
    mirror.good("recover")
    assert mirror.sync()["outcome"] == "unchanged"


def test_an_unwritable_folder_of_the_upstream_blocks_nobody(mirror):
    let_everybody_pass(mirror.folder)
    mirror.folder.chmod(0o777)
    mirror.write("d/f", "x")
    os.chmod(mirror.upstream / "d", 0o555)
    run = lambda: run_program("-c", mirror.config, "sync", "--json", prefix=as_nobody())
    assert run().returncode == 0
    os.chmod(mirror.upstream / "d", 0o755)
    mirror.write("d/g", "y")
    os.chmod(mirror.upstream / "d", 0o555)
    done = run()
    assert done.returncode == 0, done.stderr
    assert (mirror.checkout / "d/g").read_text() == "y"


def test_nobody_else_may_write_to_what_is_stored_and_shown(mirror):
    mirror.write("f", "x", mode=0o666)
    mirror.write("d/g", "y", mode=0o777)
    os.chmod(mirror.upstream / "d", 0o777)
    mirror.sync()
    for at, folders, files in os.walk(mirror.store):
        for name in folders + files:
            if not name.startswith("catalogue"):
                assert os.lstat(os.path.join(at, name)).st_mode & 0o022 == 0, name


def test_an_embargoed_folder_is_closed_in_the_checkout_too(mirror):
    mirror.write("next/release", "x")
    os.chmod(mirror.upstream / "next", 0o700)
    mirror.sync()
    assert os.stat(mirror.checkout / "next").st_mode & 0o077 == 0


def test_folders_keep_their_times_in_the_checkout(mirror):
    mirror.write("d/f", "one")
    mirror.write("d/e/g", "x")
    for folder in ("d/e", "d"):
        os.utime(mirror.upstream / folder, (1_500_000_000, 1_500_000_000))
    mirror.sync()
    (mirror.upstream / "d/f").write_text("two, longer")
    os.utime(mirror.upstream / "d", (1_500_000_000, 1_500_000_000))
    mirror.sync()
    assert os.stat(mirror.checkout / "d").st_mtime == 1_500_000_000
