"""What commands tell of the tracker, whose swarms are in the server's memory."""
import signal

import pytest
from support.releasing import IMAGES, Releasing
from support.torrents import random_bytes
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


def test_where_no_server_is_there_is_no_tracker_to_tell_of(mirror):
    kept(mirror).stop()
    status = mirror.json("status")
    assert status["tracker"] is None and "tracker:" not in mirror.good("status").stdout
