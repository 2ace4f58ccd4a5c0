"""One sync after another: what is published, shown and reported."""
import hashlib
import json
import os
import subprocess

import pytest

from support.program import run_program
from support.trees import read, tree_of
from support.web_servers import Python


def test_first_sync_mirrors_everything_and_reports_it(mirror):
    mirror.fill()
    report = mirror.sync()
    assert report["outcome"] == "published" and report["generation"] == 1
    assert report["fetch"] == {"files": 5, "bytes": 6 + 10 + 6000 + 10} == report["total"]
    assert report["transferred_bytes"] == 6026 and report["quarantined"] == []
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_the_same_content_is_stored_once_and_shown_with_its_own_time(mirror):
    mirror.fill()
    mirror.sync()
    blobs = [name for _, _, files in os.walk(mirror.store / "blobs") for name in files]
    assert len(blobs) == 4 and all(len(name) == 64 for name in blobs)
    assert os.stat(mirror.checkout / "README").st_nlink == 2
    times = [os.stat(mirror.checkout / name).st_mtime for name in ("pool/a.deb", "pool/copy-of-a.deb")]
    assert times == [1_600_000_002, 1_600_000_003]


def test_a_second_sync_of_the_same_tree_publishes_nothing(mirror):
    mirror.fill()
    mirror.sync()
    report = mirror.sync()
    assert report["outcome"] == "unchanged" and report["generation"] == 1
    assert report["fetch"] == {"files": 0, "bytes": 0}


def test_changes_are_fetched_alone_and_told_by_diff_and_history(mirror):
    mirror.fill()
    mirror.configure('max_delete = "50%"')
    mirror.sync()
    mirror.write("README", "hello again\n")
    mirror.write("pool/b.deb", "b")
    os.unlink(mirror.upstream / "tool")
    report = mirror.sync()
    assert report["fetch"]["files"] == 2 and report["delete"] == {"files": 1, "bytes": 10}
    assert mirror.json("diff", "tree", 1, 2) == {"added": ["pool/b.deb"], "changed": ["README"], "removed": ["tool"]}
    assert mirror.json("diff", "tree", 2, 1) == {"added": ["tool"], "changed": ["README"], "removed": ["pool/b.deb"]}
    newest, first = mirror.json("history", "tree")
    assert (newest["generation"], newest["added"], newest["changed"], newest["removed"]) == (2, 1, 1, 1)
    assert newest["current"] and not first["current"] and first["kept"]
    assert newest["bytes"] == sum(f.stat().st_size for f in mirror.upstream.rglob("*") if f.is_file() and not f.is_symlink())
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_kinds_may_change_from_one_generation_to_the_next(mirror):
    mirror.configure('max_delete = "100%"')
    mirror.write("x", "file")
    mirror.write("y/inside", "in a folder")
    mirror.write("z", "file")
    mirror.sync()
    os.unlink(mirror.upstream / "x")
    mirror.write("x/now", "a folder")
    os.unlink(mirror.upstream / "y/inside")
    os.rmdir(mirror.upstream / "y")
    mirror.write("y", "now a file")
    os.unlink(mirror.upstream / "z")
    os.symlink("y", mirror.upstream / "z")
    assert mirror.sync()["outcome"] == "published"
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_odd_names_come_through_as_they_are(mirror):
    for name in (b"sp ace", b"new\nline", b"tab\there", b"\xff\xfe not utf-8", b"%41", b"+#?&;", b"quote\"'", b"-dash",
                 "h\u00e9llo".encode(), b"back\\slash", b"a" * 255, b"\x1b[31mred"):
        mirror.write(name, name)
    mirror.sync()
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    done = mirror.good("history", "tree")
    assert "\x1b" not in done.stdout + done.stderr


def test_what_is_neither_file_nor_folder_nor_link_is_left_out(mirror):
    mirror.write("good", "x")
    os.mkfifo(mirror.upstream / "pipe")
    report = mirror.sync()
    assert [item["path"] for item in report["left_out"]] == ["pipe"]
    assert set(tree_of(mirror.checkout)) == {b"good"}


def test_links_that_leave_the_tree_are_left_out_and_the_sync_goes_on(mirror):
    mirror.write("deep/er/file", "x")
    os.symlink("/etc/passwd", mirror.upstream / "absolute")
    os.symlink("../../outside", mirror.upstream / "deep/outside")
    os.symlink(".", mirror.upstream / "deep/here")
    os.symlink("here/../../..", mirror.upstream / "deep/through-here")
    os.symlink("../deep/er/file", mirror.upstream / "deep/inside")
    os.symlink("nowhere", mirror.upstream / "dangling")
    report = mirror.sync()
    assert report["outcome"] == "published"
    assert {item["path"] for item in report["left_out"]} == {"absolute", "deep/outside", "deep/through-here"}
    assert {b"deep/inside", b"dangling", b"deep/here"} <= set(tree_of(mirror.checkout))


def test_include_and_exclude_select(mirror):
    for name in ("iso/a.iso", "iso/a.iso.part", "pool/x.deb", "sources/s.tar", "README"):
        mirror.write(name, name)
    mirror.configure('include = ["iso/**", "README"]\nexclude = ["**/*.part"]')
    mirror.sync()
    files = {name for name, entry in tree_of(mirror.checkout).items() if entry[0] == "file"}
    assert files == {b"iso/a.iso", b"README"}
    assert mirror.json("estimate") == [{"tree": "tree", "files": 2, "bytes": len("iso/a.iso") + len("README")}]


def test_dry_run_plans_and_changes_nothing(mirror):
    mirror.fill()
    report = mirror.sync("--dry-run")
    assert report["fetch"]["files"] == 5
    assert not mirror.store.exists()
    mirror.sync()
    mirror.write("new", "x")
    assert mirror.sync("--dry-run")["fetch"]["files"] == 1
    assert len(mirror.json("history", "tree")) == 1


def test_too_many_deletions_wait_for_approval(mirror):
    for number in range(20):
        mirror.write(f"f{number}", f"content {number}")
    mirror.sync()
    for number in range(5):
        os.unlink(mirror.upstream / f"f{number}")
    mirror.write("fresh", "fresh")
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and "max_delete" in report["held_reason"] and report["generation"] == 1
    assert len(tree_of(mirror.checkout)) == 20
    state, = mirror.json("status")["trees"]
    assert state["state"] == "held"
    assert mirror.json("approve", "tree")["outcome"] == "published"
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert mirror.run("approve", "tree").returncode == 1


def test_allow_deletes_and_a_counted_limit(mirror):
    for number in range(20):
        mirror.write(f"f{number}", f"content {number}")
    mirror.configure("max_delete = 4")
    mirror.sync()
    for number in range(5):
        os.unlink(mirror.upstream / f"f{number}")
    assert mirror.sync(status=3)["outcome"] == "held"
    assert mirror.sync("--allow-deletes")["outcome"] == "published"


def test_an_empty_upstream_deletes_no_mirror(mirror):
    mirror.fill()
    mirror.sync()
    before = tree_of(mirror.checkout)
    os.rename(mirror.upstream, mirror.folder / "away")
    mirror.upstream.mkdir()
    assert mirror.sync(status=3)["outcome"] == "held"
    mirror.upstream.rmdir()
    report = mirror.sync(status=1)
    assert report["outcome"] == "failed" and "No such file" in report["error"]
    assert tree_of(mirror.checkout) == before


def test_several_trees_are_reported_together(mirror):
    other = mirror.folder / "other"
    other.mkdir()
    (other / "f").write_text("other")
    mirror.write("f", "x")
    mirror.configure(more=f'[[tree]]\nname = "other"\nupstreams = ["file://{other}/"]\ncheckout = false')
    reports = mirror.sync()
    assert [report["tree"] for report in reports] == ["tree", "other"]
    assert not (mirror.store / "trees/other").exists()
    assert mirror.sync("other")["tree"] == "other"
    done = mirror.run("sync", "nothing")
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and '"nothing"' in done.stderr


def test_manifests_hold_each_generation_in_raw_path_order(mirror):
    for name in ("a/b", "a-b", "a0", b"\xff"):
        mirror.write(name, "x")
    mirror.sync()
    server = mirror.serve()
    _, _, body = server.get("/-/trees/tree/manifest")
    text = subprocess.run(["zstd", "-dc"], input=body, capture_output=True, check=True).stdout
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["path"] for line in lines] == ["a", "a-b", "a/b", "a0", "%FF"]
    assert lines[2]["type"] == "file" and lines[2]["size"] == 1 and len(lines[2]["sha256"]) == 64
    assert server.json("/-/trees/tree/head")["manifest_sha256"] == hashlib.sha256(text).hexdigest()


def test_a_selection_brings_no_empty_folders(mirror):
    mirror.write("a/b/f", "x")
    mirror.write("c/d/e/g", "x")
    mirror.configure('include = ["a/**"]')
    mirror.sync()
    assert set(tree_of(mirror.checkout)) == {b"a", b"a/b", b"a/b/f"}


def test_deep_folders_need_no_more_descriptors(mirror):
    deep = "/".join(["d"] * 900)
    mirror.write(deep + "/f", "x")
    done = run_program("-c", mirror.config, "sync", prefix=["prlimit", "--nofile=128"])
    assert done.returncode == 0, done.stderr[-300:]
    assert (mirror.checkout / deep / "f").read_text() == "x"


def test_an_empty_listing_never_empties_a_tree(mirror):
    mirror.configure('max_delete = "100%"')
    mirror.write("a", "1")
    mirror.sync()
    os.unlink(mirror.upstream / "a")
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and read(mirror, "a") == "1"
    assert mirror.sync("--allow-deletes")["outcome"] == "published" and read(mirror, "a") is None


@pytest.mark.parametrize("kind", ["file", "names alone"])
def test_an_upstream_whose_files_became_empty_is_held(mirror, kind):
    for number in range(50):
        mirror.write(f"f{number}", f"content {number}", time=1)
    if kind == "names alone":
        mirror.from_server(Python(mirror.folder / "server", mirror.upstream))
    mirror.sync()
    for number in range(50):
        mirror.write(f"f{number}", "", time=2)
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and "empty 50 of 50 files" in report["held_reason"]
    assert (mirror.checkout / "f7").read_text() == "content 7"
    assert mirror.sync("--allow-deletes")["outcome"] == "published"
    assert (mirror.checkout / "f7").read_text() == ""
