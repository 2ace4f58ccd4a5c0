"""What follows a publish and does not come to its end: the publish stands, and a later run does the rest."""
import os
import shutil

from support.trees import tree_of


def block_checkout(mirror):
    shutil.rmtree(mirror.checkout)
    mirror.checkout.write_text("in the way")


def steps(report, key="unfinished"):
    return [(item["generation"], item["step"]) for item in report[key]]


def test_a_publish_whose_checkout_fails_is_published(mirror):
    mirror.write("a", "1")
    mirror.sync()
    block_checkout(mirror)
    mirror.write("a", "22")
    report = mirror.sync(status=3)
    assert (report["outcome"], report["generation"]) == ("published", 2)
    [item] = report["unfinished"]
    assert item["step"] == "checkout" and "trees/tree" in item["error"] and "error" not in report
    tree, = mirror.json("status")["trees"]
    assert tree["state"] == "idle" and tree["last_run"]["outcome"] == "published"
    assert tree["last_run"]["error"].startswith("unfinished: checkout: ")
    again = mirror.sync(status=3)
    assert again["outcome"] == "unchanged" and steps(again) == [(2, "checkout")] and again["caught_up"] == []
    mirror.checkout.unlink()
    done = mirror.good("sync")
    assert "done now, checkout of generation 2, which an earlier run left unfinished" in done.stderr
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    report = mirror.sync()
    assert report["unfinished"] == [] and report["caught_up"] == []


def test_a_publish_whose_manifest_fails_is_published(mirror):
    mirror.write("a", "1")
    mirror.sync()
    manifests = mirror.store / "manifests/tree"
    (manifests / "2.zst/in the way").mkdir(parents=True)
    mirror.write("a", "22")
    report = mirror.sync(status=3)
    assert report["outcome"] == "published" and steps(report) == [(2, "manifest")]
    shutil.rmtree(manifests / "2.zst")
    report = mirror.sync()
    assert report["outcome"] == "unchanged" and steps(report, "caught_up") == [(2, "manifest")]


def test_rollback_and_approve_are_published_too(mirror):
    mirror.configure("max_delete = 0")
    for name in ("a", "b"):
        mirror.write(name, "1")
    mirror.sync()
    mirror.write("a", "22")
    mirror.sync()
    block_checkout(mirror)
    report = mirror.json("rollback", "tree", status=3)
    assert (report["outcome"], report["generation"]) == ("published", 3) and steps(report) == [(3, "checkout")]
    passed_over = mirror.sync(status=3)
    assert passed_over["outcome"] == "unchanged" and steps(passed_over) == [(3, "checkout")]
    os.unlink(mirror.upstream / "b")
    mirror.sync("tree", status=3)
    report = mirror.json("approve", "tree", status=3)
    assert (report["outcome"], report["generation"]) == ("published", 4) and steps(report) == [(4, "checkout")]
    mirror.checkout.unlink()
    assert steps(mirror.sync(), "caught_up") == [(4, "checkout")]


def test_a_run_that_fails_tells_what_is_left_too(mirror):
    mirror.write("a", "1")
    mirror.sync()
    block_checkout(mirror)
    mirror.write("a", "22")
    mirror.sync(status=3)
    mirror.upstream.rename(mirror.folder / "away")
    report = mirror.sync(status=1)
    assert report["outcome"] == "failed" and steps(report) == [(2, "checkout")]
