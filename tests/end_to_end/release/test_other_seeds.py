"""Mirrors elsewhere are in torrents as long as they give good answers."""
import shutil
import time

import pytest

from support.releasing import IMAGES, SET, Releasing, info_of
from support.seed_servers import Nginx
from support.torrents import random_bytes


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
