"""Mirrors elsewhere are in torrents as long as they give good answers."""
import shutil
import threading
import time

import libtorrent
import pytest

from support.releasing import IMAGES, SET, Releasing, info_of
from support.seed_servers import BlackHole, Misbehaving, Nginx, part
from support.torrents import random_bytes
from support.waiting import wait_for


@pytest.fixture
def mirror(tmp_path):
    made = Releasing(tmp_path)
    made.write("iso/a.iso", random_bytes(300_000, 1))
    made.write("sets/one/a", random_bytes(100_000, 2))
    made.write("sets/one/b", random_bytes(100_000, 3))
    yield made
    made.stop()


@pytest.fixture
def elsewhere(mirror, tmp_path):
    (tmp_path / "there").mkdir()
    shutil.copytree(mirror.upstream, tmp_path / "there/pub")
    server = Nginx(tmp_path / "nginx", tmp_path / "there")
    mirror.servers.append(server)
    server.root = tmp_path / "there/pub"
    return server


def seeds_in(mirror, path):
    torrent, body = mirror.torrent(path)
    return [seed["url"] for seed in torrent.web_seeds()][2:], info_of(body)


def states(mirror, path):
    return {seed["url"]: seed["state"] for seed in mirror.releases()[path]["web_seeds"][2:]}


def test_a_seed_comes_with_its_first_good_answer_and_goes_with_a_bad_one(mirror, elsewhere):
    rules = "".join(rule + f'web_seeds = ["{elsewhere.url}/pub/", "http://127.0.0.1:9/none"]\n' for rule in (IMAGES, SET))
    mirror.configure(rules, sync='seed_check = "1s"')
    mirror.sync()
    mirror.keepers = mirror.serve()
    image, folder = f"{elsewhere.url}/pub/iso/a.iso", f"{elsewhere.url}/pub/sets/"
    seeds, info = seeds_in(mirror, "iso/a.iso")
    assert seeds == [image] and seeds_in(mirror, "sets/one")[0] == [folder]
    assert states(mirror, "iso/a.iso") == {image: "ok", "http://127.0.0.1:9/none/iso/a.iso": "bad"}
    assert f'<{image}>; rel=duplicate' in mirror.servers[-1].get("/tree/iso/a.iso")[1]["Link"]
    metalink = mirror.servers[-1].get("/tree/sets/one.meta4")[2].decode()
    assert f"{folder}one/b</url>" in metalink and "<file name=\"one/b\">" in metalink

    time.sleep(1.1)
    (elsewhere.root / "iso/a.iso").write_bytes(random_bytes(300_000, 9))
    mirror.sync()
    assert seeds_in(mirror, "iso/a.iso") == ([], info) and states(mirror, "iso/a.iso")[image] == "bad"
    assert seeds_in(mirror, "sets/one")[0] == [folder]
    assert "duplicate" not in mirror.servers[-1].get("/tree/iso/a.iso")[1]["Link"]

    time.sleep(1.1)
    shutil.copy(mirror.upstream / "iso/a.iso", elsewhere.root / "iso/a.iso")
    mirror.sync()
    assert seeds_in(mirror, "iso/a.iso") == ([image], info)

    # What the config names no more goes at once.
    mirror.configure(IMAGES + SET)
    mirror.sync()
    assert seeds_in(mirror, "iso/a.iso") == ([], info) and states(mirror, "iso/a.iso") == {}


def test_nobody_is_asked_before_his_time(mirror, elsewhere):
    mirror.configure(IMAGES + f'web_seeds = ["{elsewhere.url}/pub/"]\n')
    mirror.sync()
    asked = elsewhere.log().count("\n")
    assert asked > 0
    mirror.sync()
    assert elsewhere.log().count("\n") == asked


def listed(mirror, path):
    return path in mirror.releases()


def test_a_seed_that_is_unreachable_does_not_hold_up_a_schedule(mirror):
    hole = BlackHole()
    mirror.servers.append(hole)
    for number in range(3):
        mirror.write(f"iso/{number}.iso", random_bytes(30_000, number))
    mirror.configure('schedule = "every 1s"\n' + IMAGES + f'web_seeds = ["{hole.url}/"]\n')
    mirror.keep()
    wait_for(lambda: hole.taken, "the first question")
    for number in range(3, 6):
        mirror.write(f"iso/{number}.iso", random_bytes(30_000, number))
        wait_for(lambda: listed(mirror, f"iso/{number}.iso"), "the next sync", 8)
    assert len(hole.taken) == 1, "and each is asked in its turn"


@pytest.mark.long
def test_a_host_that_answers_nothing_is_waited_for_once(mirror):
    hole = BlackHole()
    for number in range(3):
        mirror.write(f"iso/{number}.iso", random_bytes(30_000, number))
    mirror.configure(IMAGES + f'web_seeds = ["{hole.url}/one/", "{hole.url}/two/"]\n')
    try:
        began = time.monotonic()
        mirror.sync()
        assert time.monotonic() - began < 35 and len(hole.taken) == 1
    finally:
        hole.stop()
    mirror.serve()
    for path in ("iso/a.iso", "iso/0.iso", "iso/1.iso", "iso/2.iso"):
        seeds = mirror.releases()[path]["web_seeds"][2:]
        assert [seed["state"] for seed in seeds] == ["bad", "bad"]


def test_a_keeper_asks_the_seeds_of_what_a_sync_brought(mirror, elsewhere):
    mirror.configure('schedule = "every 1s"\n' + IMAGES + f'web_seeds = ["{elsewhere.url}/pub/"]\n')
    mirror.keep()
    wait_for(lambda: listed(mirror, "iso/a.iso") and list(states(mirror, "iso/a.iso").values()) == ["ok"], "its seed", 8)
    for root in (mirror.upstream, elsewhere.root):
        (root / "iso/b.iso").write_bytes(random_bytes(50_000, 5))
    wait_for(lambda: listed(mirror, "iso/b.iso") and list(states(mirror, "iso/b.iso").values()) == ["ok"], "that of the next", 8)
    asked = elsewhere.log().count("\n")
    time.sleep(2)
    assert elsewhere.log().count("\n") == asked


def test_a_release_that_became_former_while_its_seed_was_asked_names_no_place_in_the_tree(mirror):
    may_answer, content = threading.Event(), random_bytes(300_000, 1)

    def answer(head, send):
        may_answer.wait(30)
        send(part(content, head))
    elsewhere = Misbehaving(answer)
    mirror.servers.append(elsewhere)
    mirror.configure('schedule = "manual"\nmax_delete = "100%"\n' + IMAGES)
    mirror.sync()
    mirror.configure(f'schedule = "manual"\nmax_delete = "100%"\n{IMAGES}web_seeds = ["{elsewhere.url}/"]\n')
    try:
        mirror.keep()
        [before] = [item["info_hash_v1"] for item in mirror.releases().values()]
        wait_for(lambda: elsewhere.heads, "the first question")
        mirror.write("iso/a.iso", random_bytes(300_000, 4))
        mirror.good("sync", "tree")
    finally:
        may_answer.set()
    seed = f"{elsewhere.url}/iso/a.iso"
    wait_for(lambda: [item["state"] for item in mirror.releases()["iso/a.iso", before]["web_seeds"] if item["url"] == seed] == ["ok"],
             "the answer")
    [former] = [item for item in mirror.releases().values() if item["former"]]
    body = mirror.servers[-1].get(former["torrent"].removeprefix(mirror.url))[2]
    assert libtorrent.bdecode(body)[b"url-list"] == [f"{mirror.url}/-/seed/{before}/a.iso".encode(), seed.encode()]
