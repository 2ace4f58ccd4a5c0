"""From a new release upstream to a swarm that downloads it, hands off."""
import time

import libtorrent
import pytest

from support.ports import free_port
from support.releasing import IMAGES, Releasing
from support.torrent_clients import complete, session
from support.torrents import random_bytes
from support.waiting import wait_for


@pytest.fixture
def mirror(tmp_path):
    made = Releasing(tmp_path)
    yield made
    made.stop()


def test_two_clients_find_each_other_through_the_torrent_alone(mirror, tmp_path):
    """By HTTP; by UDP they do in serve/test_tracker.py, once in a process, as libtorrent remembers ids by address."""
    udp = free_port()
    mirror.configure('schedule = "every 1s"\n' + IMAGES,
                     server=f'tracker = true\ntracker_udp = ["127.0.0.1:{udp}"]')
    mirror.write("README", "text")
    mirror.keep()
    wait_for(lambda: mirror.json("status")["trees"][0]["generation"], "the first sync", 20)
    mirror.write("iso/new.iso", random_bytes(2_000_000))
    wait_for(lambda: "iso/new.iso" in mirror.releases(), "the release", 20)
    torrent, body = mirror.torrent("iso/new.iso")
    assert [tracker.url for tracker in torrent.trackers()] == [
        f"{mirror.url}/-/announce", f"udp://127.0.0.1:{udp}/announce"]
    decoded = libtorrent.bdecode(body)
    del decoded[b"announce-list"]
    seeding, asking = session(), session()
    seed = seeding.add_torrent({"ti": libtorrent.torrent_info(decoded), "save_path": str(tmp_path / "seed")})
    wait_for(lambda: complete(seed), "the download from the web seed", 30)
    del decoded[b"url-list"]
    peer = asking.add_torrent({"ti": libtorrent.torrent_info(decoded), "save_path": str(tmp_path / "peer")})
    wait_for(lambda: complete(peer), "the download from the other client", 60)
    assert (tmp_path / "peer/new.iso").read_bytes() == random_bytes(2_000_000)
    time.sleep(0.1)
    wait_for(lambda: mirror.releases()["iso/new.iso"]["swarm"]["seeders"] >= 1, "the swarm in the list", 20)
