"""What commands tell of the tracker, whose swarms are in the server's memory."""
import os
import signal
import time

import pytest
from support.processes import only_child
from support.releasing import IMAGES, Releasing
from support.torrents import FORMATS, random_bytes
from support.tracker import announce
from support.waiting import wait_for

LATER = 'schedule = "manual"\n'


@pytest.fixture
def mirror(tmp_path):
    made = Releasing(tmp_path)
    yield made
    made.stop()


def kept(mirror, server="tracker = true"):
    mirror.configure(LATER + IMAGES, server=server)
    mirror.write("iso/a.iso", random_bytes(50_000))
    mirror.sync()
    return mirror.keep()


def test_the_status_tells_of_the_tracker_what_the_server_tells(mirror):
    keeper = kept(mirror)
    info_hash = bytes.fromhex(mirror.releases()["iso/a.iso"]["info_hash_v1"])
    announce(keeper, info_hash, peer=b"seeds", left=0)
    announce(keeper, info_hash, peer=b"loads", left=1)
    announce(keeper, b"x" * 20, peer=b"loads")
    wait_for(lambda: (mirror.json("status")["tracker"] or {}).get("announces") == 2, "the tracker's numbers")
    told = mirror.json("status")["tracker"]
    assert told == keeper.json("/-/status.json")["tracker"]
    assert (told["torrents"], told["seeders"], told["leechers"], told["refused"]["unknown_hash"]) == (1, 1, 1, 1)
    assert "tracker: 1 seeding, 1 downloading, 0 downloads done, 2 announces" in mirror.good("status").stdout
    # It is turned off, and the status no longer knows of it.
    mirror.configure(LATER + IMAGES)
    keeper.process.send_signal(signal.SIGHUP)
    wait_for(lambda: mirror.json("status")["tracker"] is None, "no tracker")


@pytest.mark.parametrize("form", FORMATS)
def test_releases_tell_their_swarms_as_the_server_does(mirror, form):
    mirror.configure(LATER + IMAGES + f'format = "{form}"\n', server="tracker = true")
    mirror.write("iso/a.iso", random_bytes(50_000, 1))
    mirror.write("iso/b.iso", random_bytes(50_000, 2))
    mirror.sync()
    keeper = mirror.keep()
    # Not from the server, which keeps its list for ten seconds.
    [listed] = [item for item in mirror.json("releases") if item["path"] == "iso/a.iso"]
    hashes = [bytes.fromhex(text)[:20] for text in (listed["info_hash_v1"], listed["info_hash_v2"]) if text]
    for number, info_hash in enumerate(hashes):
        announce(keeper, info_hash, peer=b"seeds%d" % number, left=0)
        announce(keeper, info_hash, peer=b"loads%d" % number, left=1)
        announce(keeper, info_hash, peer=b"loads%d" % number, left=0, event="completed")
    wait_for(lambda: mirror.json("status")["tracker"], "that the keeper knows of the tracker")
    told = mirror.json("releases")
    assert told == keeper.json("/-/releases.json")
    count = 2 * len(hashes)
    swarms = {item["path"]: item["swarm"] for item in told}
    assert swarms == {"iso/a.iso": {"seeders": count, "leechers": 0, "completed": len(hashes)},
                      "iso/b.iso": {"seeders": 0, "leechers": 0, "completed": 0}}
    said = mirror.good("releases").stdout
    assert f"  {count} seeding, 0 downloading, {len(hashes)} downloads done\n" in said


def test_releases_of_a_store_without_a_tracker_have_no_swarm(mirror):
    keeper = kept(mirror, server="")
    assert mirror.json("releases") == keeper.json("/-/releases.json")
    assert "swarm" not in mirror.json("releases")[0] and "seeding" not in mirror.good("releases").stdout


def test_swarms_of_a_server_that_says_nothing_are_not_waited_for(mirror):
    keeper = kept(mirror)
    wait_for(lambda: mirror.json("status")["tracker"], "that the keeper knows of the tracker")
    server = only_child(keeper.process.pid)
    os.kill(server, signal.SIGSTOP)
    try:
        begin = time.monotonic()
        assert "swarm" not in mirror.json("releases")[0]
        assert time.monotonic() - begin < 4
    finally:
        os.kill(server, signal.SIGCONT)


def test_where_no_server_is_there_is_no_tracker_to_tell_of(mirror):
    kept(mirror).stop()
    status = mirror.json("status")
    assert status["tracker"] is None and "tracker:" not in mirror.good("status").stdout
