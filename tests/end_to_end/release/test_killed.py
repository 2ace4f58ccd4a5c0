"""kill -9 at any moment of the chain: no release without its bytes, no torrent whose hash is another, nothing lost."""
import hashlib
import http.client
import json
import os
import random
import signal
import threading
import time
import urllib.request
from urllib.parse import quote

import libtorrent
import pytest

from support.processes import children_of
from support.releasing import IMAGES, SET, Releasing, hash_in, info_of, sha256
from support.torrents import random_bytes


@pytest.fixture
def mirror(tmp_path):
    made = Releasing(tmp_path)
    made.configure('schedule = "every 1s"\nmax_delete = "100%"\ngrace = "0s"\n' + IMAGES + "keep_versions = 1000\n" + SET + "keep_versions = 1000\n", sync='gc = "2s"\nscrub = "20s"')
    yield made
    made.stop()


class Upstream:
    """Goes on releasing: images and sets come, change and go."""

    def __init__(self, mirror, dice):
        self.mirror, self.dice, self.version = mirror, dice, 0

    def step(self):
        self.version += 1
        seed = self.version
        self.mirror.write(f"iso/{seed % 4}/img-{seed}.iso", random_bytes(self.dice.randrange(1, 400_000), seed))
        self.mirror.write(f"sets/{seed % 3}/a", random_bytes(100_000, seed + 1000))
        self.mirror.write(f"sets/{seed % 3}/b{seed % 2}", random_bytes(self.dice.randrange(200_000), seed + 2000))
        old = self.mirror.upstream / f"iso/{(seed - 3) % 4}/img-{seed - 3}.iso"
        old.unlink(missing_ok=True)


def kill_all(server):
    """The keeper and its server, as a loss of power would."""
    for process in [*children_of(server.process.pid), server.process.pid]:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass
    server.process.wait()


def check_release(server, url, item, known):
    """Its torrent is what it was, and all of its bytes are served."""
    content = (item["tree"], item["path"], item["sha256"] or item["size"])
    body = server.get(item["torrent"].removeprefix(url))[2]
    info = libtorrent.torrent_info(libtorrent.bdecode(body))
    assert hashlib.sha1(info_of(body)).hexdigest() == item["info_hash_v1"]
    if item["sha256"]:
        assert known.setdefault(content, item["info_hash_v1"]) == item["info_hash_v1"], item
    storage = info.files()
    whole = b""
    for file in range(storage.num_files()):
        path = storage.file_path(file)
        status, _, got = server.get(f"/-/seed/{item['info_hash_v1']}/{path}")
        assert status == 200 and len(got) == storage.file_size(file), (path, status)
        whole += got
    for piece in range(info.num_pieces()):
        at = piece * info.piece_length()
        assert hashlib.sha1(whole[at:at + info.piece_size(piece)]).digest() == info.hash_for_piece(piece), (item, piece)


def play(mirror, rounds, seed):
    dice = random.Random(seed)
    upstream = Upstream(mirror, dice)
    known, seen = {}, set()
    for number in range(rounds):
        upstream.step()
        keeper = mirror.keep()
        until = time.monotonic() + dice.random() * 2.5
        while time.monotonic() < until:
            time.sleep(dice.random() * 0.4)
            if dice.random() < 0.5:
                upstream.step()
        kill_all(keeper)
        mirror.servers.clear()
        server = mirror.serve()
        listed = server.json("/-/releases.json")
        hashes = {hash_in(item) for item in listed}
        assert not seen - hashes, (number, seen - hashes)
        seen = hashes
        for item in listed:
            check_release(server, mirror.url, item, known)
        mirror.stop()
    assert known, "nothing was ever released"


def test_a_killed_chain_loses_nothing(mirror):
    play(mirror, 5, 11)


@pytest.mark.long
def test_a_chain_that_is_killed_fifty_times_loses_nothing(mirror):
    play(mirror, 50, 12)


class Downloads(threading.Thread):
    """Clients that take what is listed, all the time; what they get must be what was told, or nothing."""

    def __init__(self, url):
        super().__init__()
        self.url, self.over, self.whole, self.wrong = url, threading.Event(), 0, []

    def run(self):
        dice = random.Random(5)
        while not self.over.is_set():
            try:
                with urllib.request.urlopen(self.url + "/-/releases.json", timeout=5) as answer:
                    images = [item for item in json.load(answer) if item["sha256"]]
                item = dice.choice(images)
                with urllib.request.urlopen(item["web_seeds"][-1]["url"] + quote(item["path"].rpartition("/")[2]),
                                            timeout=20) as answer:
                    got = answer.read()
                if len(got) == item["size"] and sha256(got) != item["sha256"]:
                    self.wrong.append(item)
                self.whole += 1
            except (OSError, http.client.HTTPException, IndexError, ValueError):
                time.sleep(0.1)  # it was killed, or has nothing yet


def soak(mirror, seconds, seed):
    dice = random.Random(seed)
    upstream = Upstream(mirror, dice)
    downloads = Downloads(mirror.url)
    downloads.start()
    known, kills = {}, 0
    upstream.step()
    keeper = mirror.keep()
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            time.sleep(dice.random())
            upstream.step()
            action = dice.randrange(10)
            if action == 0:
                kill_all(keeper)
                mirror.servers.clear()
                keeper = mirror.keep()
                kills += 1
            elif action == 1:
                for child in children_of(keeper.process.pid):
                    os.kill(child, signal.SIGKILL)
            elif action in (2, 3):
                keeper.process.send_signal(signal.SIGHUP)
            elif action == 4:
                mirror.run("sync", "tree")
            elif action == 5:
                mirror.run("rollback", "tree")
                mirror.run("sync", "tree")
    finally:
        downloads.over.set()
        downloads.join()
        mirror.stop()
    server = mirror.serve()
    for item in server.json("/-/releases.json"):
        check_release(server, mirror.url, item, known)
    assert not downloads.wrong
    assert downloads.whole > seconds / 2 and known and kills


@pytest.mark.long
def test_a_soak_of_ten_minutes(mirror):
    soak(mirror, 600, 13)
