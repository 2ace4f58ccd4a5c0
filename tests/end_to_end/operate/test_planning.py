"""What would a sync do, and how much would a tree be? One tree that cannot be asked stops no other."""
import json

import pytest


@pytest.fixture
def two_trees(mirror):
    """The first is listed in a way that is not built."""
    mirror.write("a", "12345")
    text = mirror.config.read_text()
    first = text.index("[[tree]]")
    mirror.config.write_text(text[:first] + f"""
[[tree]]
name = "fedora"
upstreams = ["file://{mirror.upstream}/"]
listing = "node"
exclude = ["x"]
""" + text[first:])
    return mirror


def test_an_estimate_goes_on_with_the_other_trees(two_trees):
    done = two_trees.run("estimate", "--json")
    assert done.returncode == 1 and "fedora: " in done.stderr and "not built yet" in done.stderr
    first, second = json.loads(done.stdout)
    assert first["tree"] == "fedora" and "not built yet" in first["error"] and "files" not in first
    assert second == {"tree": "tree", "files": 1, "bytes": 5}
    assert two_trees.run("estimate").stdout == "fedora: unknown\ntree: 1 file (5 B)\n"
    assert two_trees.json("estimate", "tree") == [second]


def test_a_dry_run_goes_on_with_the_other_trees(two_trees):
    done = two_trees.run("sync", "--dry-run", "--json")
    assert done.returncode == 1 and "not built yet" in done.stderr
    first, second = json.loads(done.stdout)
    assert first["outcome"] == "failed" and "not built yet" in first["error"]
    assert (second["tree"], second["outcome"], second["fetch"]["files"]) == ("tree", "published", 1)


def test_an_estimate_asks_the_next_upstream(mirror):
    mirror.write("a", "12345")
    mirror.configure("", f"file://{mirror.folder}/gone/", *mirror.urls)
    done = mirror.run("estimate", "--json")
    assert done.returncode == 0 and json.loads(done.stdout) == [{"tree": "tree", "files": 1, "bytes": 5}]
    assert "gone" in done.stderr and "the next upstream was asked" in done.stderr


def test_an_upstream_that_fails_stops_no_other_tree(two_trees):
    text = two_trees.config.read_text()
    i = text.index("listing")
    two_trees.config.write_text(text[:i].replace("upstream/", "gone/") + text[text.rindex("[[tree]]"):])
    done = two_trees.run("estimate", "--json")
    first, second = json.loads(done.stdout)
    assert done.returncode == 1 and "error" in first and second["files"] == 1
