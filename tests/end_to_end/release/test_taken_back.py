"""Releases of what is taken back, held, or under embargo, and what of them a rebuilt catalogue tells."""
import shutil

import pytest

from support.releasing import IMAGES, SET, Releasing, hash_in, sha256
from support.torrents import random_bytes
from support.tracker import announce

OPTIONS = 'max_delete = "100%"\nkeep_generations = 3\n'
FIRST, SECOND = random_bytes(60_000, 1), random_bytes(60_000, 2)


@pytest.fixture
def mirror(tmp_path):
    made = Releasing(tmp_path)
    made.configure(OPTIONS + IMAGES + SET, server="tracker = true")
    yield made
    made.stop()


def hashes(mirror):
    return {path: hash_in(item) for path, item in mirror.releases().items()}


def is_tracked(server, info_hash):
    return b"failure reason" not in announce(server, bytes.fromhex(info_hash))


def rebuild(mirror):
    """A catalogue from what else is in the store, and a server of it."""
    mirror.stop()
    for name in ("catalogue.db", "catalogue.db-wal", "catalogue.db-shm"):
        (mirror.store / name).unlink(missing_ok=True)
    mirror.good("recover")
    return mirror.serve()


def test_a_name_goes_back_to_its_former_content_and_forth_again(mirror):
    mirror.write("iso/a.iso", FIRST, time=1_700_000_000)
    mirror.write("sets/one/a", "a", time=1_700_000_000)
    mirror.sync()
    server = mirror.serve()
    first = hashes(mirror)
    mirror.write("iso/a.iso", SECOND, time=1_700_000_100)
    mirror.write("sets/one/b", "b")
    mirror.sync()
    second = {path: hash_of for path, hash_of in hashes(mirror).items() if isinstance(path, str)}
    assert set(hashes(mirror)) == {*second, *first.items()}
    for shown, hidden, forth in ((first, second, ("rollback", "tree")), (second, first, ("sync", "tree")),
                                 (first, second, ("rollback", "tree")), (second, first, ("sync", "tree"))):
        mirror.good(*forth)
        mirror.good("gc")
        for _ in range(2):
            listed = hashes(mirror)
            assert {path: listed[path] for path in shown} == shown
            # What is taken back is told of to nobody; what was there before it seeds on.
            told = set(listed.values())
            for path, hash_of in hidden.items():
                is_listed = shown is second
                assert (hash_of in told) == is_listed, (path, forth)
                assert is_tracked(server, hash_of) == is_listed
                name = "a.iso" if path == "iso/a.iso" else "one/a"
                assert server.get(f"/-/seed/{hash_of}/{name}")[0] == (200 if is_listed else 404)
            assert server.get(f"/-/seed/{shown['iso/a.iso']}/a.iso")[2] == (FIRST if shown is first else SECOND)
            server = rebuild(mirror)


def test_what_a_held_candidate_would_take_away_is_there_until_it_is_approved(mirror):
    mirror.configure(IMAGES + SET)
    mirror.write("iso/a.iso", FIRST)
    mirror.write("sets/one/a", SECOND)
    for name in "bcde":
        mirror.write(f"sets/one/{name}", name)
    mirror.sync()
    server = mirror.serve()
    before = hashes(mirror)
    shutil.rmtree(mirror.upstream / "sets/one")
    mirror.write("iso/b.iso", SECOND[:5000])
    mirror.write("iso/c.iso", SECOND[:4000], mode=0o600)
    assert mirror.sync(status=3)["outcome"] == "held"
    server = rebuild(mirror)
    assert hashes(mirror) == before and server.get("/tree/iso/b.iso.torrent")[0] == 404
    assert mirror.sync(status=3)["outcome"] == "held"
    mirror.good("approve", "tree")
    after = hashes(mirror)
    assert set(after) == {"iso/a.iso", "iso/b.iso", ("sets/one", before["sets/one"])}
    assert server.get(f"/-/seed/{before['sets/one']}/one/a")[2] == SECOND
    # The embargo ends by a held candidate too, and nothing of it was told before.
    assert server.get(f"/-/blob/sha256/{sha256(SECOND[:4000])}")[0] == 404
    (mirror.upstream / "iso/c.iso").chmod(0o644)
    mirror.sync()
    assert set(hashes(mirror)) == {*after, "iso/c.iso"}


def test_what_is_closed_again_is_told_of_to_nobody_whatever_becomes_of_the_catalogue(mirror):
    mirror.write("iso/a.iso", FIRST)
    mirror.write("sets/one/a", SECOND)
    mirror.sync()
    server = mirror.serve()
    before = hashes(mirror)
    for name in ("iso/a.iso", "sets/one/a"):
        (mirror.upstream / name).chmod(0o600)
    mirror.sync()
    for _ in range(2):
        assert mirror.releases() == {}
        assert not any(is_tracked(server, hash_of) for hash_of in before.values())
        server = rebuild(mirror)
    mirror.good("gc")
    for name in ("iso/a.iso", "sets/one/a"):
        (mirror.upstream / name).chmod(0o644)
    mirror.sync()
    assert hashes(mirror) == before
    assert server.get(f"/-/seed/{before['iso/a.iso']}/a.iso")[2] == FIRST
