"""A mirror of a mirror: woken by what the first one publishes, and with the same torrents."""
import pytest

from support.releasing import IMAGES, SET, Releasing, hash_in
from support.torrents import random_bytes
from support.waiting import wait_for

MANUAL = 'schedule = "manual"\n'


@pytest.fixture
def nodes(tmp_path):
    """Two, of which the first wakes the second; neither runs yet."""
    token = tmp_path / "token"
    token.write_text("a token\n")
    first, second = Releasing(tmp_path / "first"), Releasing(tmp_path / "second")
    first.configure(MANUAL + IMAGES + SET)
    first.config.write_text(first.config.read_text().replace(
        MANUAL, MANUAL + f'notify = ["{second.url}/-/trees/tree/sync"]\nnotify_token_file = "{token}"\n'))
    second.configure(MANUAL + IMAGES + SET, f"{first.url}/tree/", server=f'admin_token_file = "{token}"\n')
    first.write("iso/a.iso", random_bytes(200_000, 1))
    first.write("sets/one/a", random_bytes(50_000, 2))
    first.write("sets/one/tool", random_bytes(50_000, 3), mode=0o755)
    yield first, second
    second.stop()
    first.stop()


def hashes(node):
    return {path: hash_in(item) for path, item in node.releases().items()}


def test_a_node_that_is_woken_has_the_same_torrents(nodes):
    first, second = nodes
    first.keep()
    second.keep()
    assert first.sync("tree")["unfinished"] == []
    wait_for(lambda: hashes(second) == hashes(first), "the releases of the first on the second")
    assert len(hashes(first)) == 2


@pytest.mark.long
def test_a_node_that_could_not_be_woken_is_woken_again_by_itself(nodes):
    first, second = nodes
    first.keep()
    [refused] = first.sync("tree", status=3)["unfinished"]
    assert refused["step"] == "notify", refused
    second.keep()
    assert second.releases() == {}
    wait_for(lambda: hashes(second) == hashes(first), "the releases, a minute later", 100)
    assert first.json("status")["trees"][0]["unfinished"] == []
