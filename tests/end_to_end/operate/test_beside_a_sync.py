"""What an operator asks for begins although a sync waits for its upstream, in a keeper and beside a lone command."""
import contextlib
import hashlib
import subprocess

import pytest

from support.program import PROGRAM
from support.slow_upstream import SlowUpstream
from support.waiting import wait_for


@pytest.fixture
def slow():
    with SlowUpstream() as server:
        yield server


@pytest.fixture(params=["keeper", "lone command"])
def kept(request, mirror):
    """Whoever holds the store, once the tree has two generations; a second one, of another upstream, may follow."""
    def begin(slow, of_the_tree):
        other = "" if of_the_tree else f'[[tree]]\nname = "other"\nupstreams = ["{slow.url}"]\nschedule = "manual"'
        manual = 'schedule = "manual"\nmax_delete = "100%"'
        mirror.configure(manual, more=other)
        for content in ("one", "two, longer"):
            mirror.write("f", content)
            mirror.sync("tree")
        if of_the_tree:
            mirror.configure(manual, slow.url)
        if request.param == "keeper":
            mirror.keep()

    return begin


@contextlib.contextmanager
def syncing(mirror, slow, tree):
    """A sync that waits for its upstream."""
    running = subprocess.Popen([PROGRAM, "-c", mirror.config, "sync", tree], stderr=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    try:
        assert slow.is_asked.wait(20)
        yield running
    finally:
        running.kill()
        running.communicate()


def contents(mirror):
    return {path.name: path.read_text() for path in mirror.checkout.iterdir()}


def test_a_rollback_of_another_tree_goes_beside(mirror, slow, kept):
    kept(slow, of_the_tree=False)
    with syncing(mirror, slow, "other") as running:
        assert mirror.json("rollback", "tree")["generation"] == 3
        assert contents(mirror) == {"f": "one"} and running.poll() is None
        assert mirror.json("approve", "tree")["outcome"] == "unchanged" and running.poll() is None
        slow.may_give.set()
        assert running.wait(30) == 0
    assert (mirror.store / "trees/other/file").read_text() == "text"


def test_a_rollback_of_the_tree_has_the_last_word(mirror, slow, kept):
    kept(slow, of_the_tree=True)
    with syncing(mirror, slow, "tree") as running:
        assert mirror.json("rollback", "tree")["generation"] == 3
        assert running.wait(30) == 1 and "has the last word" in running.stderr.read()
        slow.may_give.set()
    assert contents(mirror) == {"f": "one"}
    assert mirror.sync()["outcome"] == "unchanged", "it is paused"
    assert mirror.sync("tree")["generation"] == 4 and contents(mirror) == {"file": "text"}


def test_a_withdrawal_takes_the_store_and_the_sync_goes_on_behind_it(mirror, slow, kept):
    kept(slow, of_the_tree=False)
    with syncing(mirror, slow, "other") as running:
        slow.is_asked.clear()
        digest = hashlib.sha256(b"two, longer").hexdigest()
        assert mirror.json("withdraw", digest)["paths"] == [{"tree": "tree", "path": "f"}]
        assert contents(mirror) == {}
        assert slow.is_asked.wait(20) and running.poll() is None
        slow.may_give.set()
        assert running.wait(30) == 0
    assert (mirror.store / "trees/other/file").read_text() == "text"


def test_a_sync_that_waited_before_a_rollback_does_not_undo_it(mirror, slow, kept, request):
    kept(slow, of_the_tree=True)
    if "lone" in request.node.name:
        pytest.skip("a lone command takes no second sync")
    with syncing(mirror, slow, "tree") as running:
        waiting = subprocess.Popen([PROGRAM, "-c", mirror.config, "sync", "tree"], stderr=subprocess.PIPE, text=True)
        keeper, = mirror.servers
        wait_for(lambda: keeper.read_log().count("sync begins") == 2, "the second sync")
        assert mirror.json("rollback", "tree")["generation"] == 3
        assert running.wait(30) == 1 and waiting.wait(30) == 1 and "has the last word" in waiting.stderr.read()
        waiting.stderr.close()
        slow.may_give.set()
    assert contents(mirror) == {"f": "one"}


def test_gc_takes_the_store_and_the_sync_goes_on_behind_it(mirror, slow, kept, request):
    kept(slow, of_the_tree=False)
    if "lone" in request.node.name:
        pytest.skip("it can wait for a lone command")
    with syncing(mirror, slow, "other") as running:
        assert mirror.json("gc")["kept"]["files"] == 2 and running.poll() is None
        slow.may_give.set()
        assert running.wait(30) == 0
