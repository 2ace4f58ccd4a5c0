"""What is held back, and that a person publishes what he looked at and nothing else."""
import json

import pytest

from support.trees import tree_of


def hold(mirror, *kept):
    """The upstream keeps these of its ten files, which is held."""
    for number in range(10):
        path = mirror.upstream / f"f{number}"
        path.unlink(missing_ok=True)
        if number in kept:
            mirror.write(path.name, f"content {number}", time=1_600_000_000)
    report = mirror.sync(status=3)
    assert report["outcome"] == "held"
    return report


@pytest.fixture
def held(mirror):
    """With ten files published, and the name of a candidate that has eight of them."""
    mirror.write("f0", "content 0", time=1_600_000_000)
    for number in range(10):
        mirror.write(f"f{number}", f"content {number}", time=1_600_000_000)
    mirror.sync()
    return hold(mirror, *range(8))["candidate"]


def state(mirror):
    return mirror.json("status")["trees"][0]


def test_what_is_held_has_a_name_everywhere(mirror, held):
    assert len(held) == 8
    done = mirror.run("sync", "--json")
    report = json.loads(done.stdout)
    assert report["candidate"] == held == state(mirror)["candidate"], "built again it is the same"
    for told in (report["held_reason"], done.stderr, state(mirror)["held_reason"], mirror.good("status").stdout):
        assert f"`mirrorseed approve tree {held}`" in told
    assert mirror.good("approve", "tree", held).returncode == 0
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream) and len(tree_of(mirror.checkout)) == 8
    assert state(mirror)["candidate"] == "" and state(mirror)["state"] == "idle"


@pytest.mark.parametrize("by_keeper", [False, True])
def test_a_candidate_that_was_replaced_is_not_published_in_the_place_of_another(mirror, held, by_keeper):
    if by_keeper:
        mirror.configure('schedule = "manual"')
        mirror.keep()
    replaced = hold(mirror, 1)["candidate"]
    assert replaced != held
    done = mirror.run("approve", "tree", held, "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 3 and replaced in done.stderr, done.stderr
    assert report["outcome"] == "held" and report["candidate"] == replaced and report["generation"] == 1
    assert len(tree_of(mirror.checkout)) == 10 and state(mirror)["candidate"] == replaced
    report = mirror.json("approve", "tree", replaced)
    assert report["outcome"] == "published" and report["generation"] == 2
    assert len(tree_of(mirror.checkout)) == 1
    done = mirror.run("approve", "tree", replaced)
    assert done.returncode == 3 and "not held" in done.stderr


def test_without_a_name_what_is_held_is_published_unless_no_file_would_be_left(mirror, held):
    emptied = hold(mirror)["candidate"]
    done = mirror.run("approve", "tree")
    assert done.returncode == 3 and f"`mirrorseed approve tree {emptied}`" in done.stderr, done.stderr
    assert len(tree_of(mirror.checkout)) == 10
    hold(mirror, *range(7))
    assert mirror.json("approve", "tree")["outcome"] == "published"
    assert len(tree_of(mirror.checkout)) == 7
    emptied = hold(mirror)["candidate"]
    assert mirror.json("approve", "tree", emptied)["outcome"] == "published"
    assert tree_of(mirror.checkout) == {}


def test_an_approval_that_asks_again_runs_no_hook(mirror, held, tmp_path):
    told = tmp_path / "told"
    mirror.configure(f'on_failure = [["/usr/bin/touch", "{told}"]]\non_publish = [["/usr/bin/touch", "{told}"]]')
    assert mirror.run("approve", "tree", "00000000").returncode == 3
    assert not told.exists()
    assert mirror.run("sync").returncode == 3 and told.exists()
