"""Releases where other rules have a hand in it: adoption, several upstreams."""
import shutil

import pytest

from support.releasing import IMAGES, SET, Releasing, hash_in
from support.rsync_servers import Rsyncd
from support.torrent_clients import by_libtorrent
from support.torrents import FORMATS, random_bytes
from support.web_servers import Nginx


@pytest.fixture
def mirror(tmp_path):
    made = Releasing(tmp_path)
    yield made
    made.stop()


IMAGE = random_bytes(700_000, 1)


def write_releases(mirror):
    mirror.write("iso/a.iso", IMAGE, time=1_700_000_000)
    mirror.write("sets/one/a", random_bytes(100_000, 2), time=1_700_000_100)
    mirror.write("sets/one/tool", random_bytes(50_001, 3), time=1_700_000_050, mode=0o755)


def hashes(mirror):
    return {path: hash_in(item) for path, item in mirror.releases().items()}


def completes(mirror, path, folder):
    torrent = folder / "got.torrent"
    torrent.write_bytes(mirror.torrent(path)[1])
    by_libtorrent(torrent, folder / "got")


def test_what_is_adopted_has_its_releases_and_a_sync_makes_no_others(mirror, tmp_path):
    write_releases(mirror)
    plain = tmp_path / "plain"
    shutil.copytree(mirror.upstream, plain)
    mirror.configure(IMAGES + SET)
    mirror.good("adopt", "tree", plain)
    server = mirror.serve()
    adopted = hashes(mirror)
    assert set(adopted) == {"iso/a.iso", "sets/one"}
    completes(mirror, "iso/a.iso", tmp_path)
    assert (tmp_path / "got/a.iso").read_bytes() == IMAGE
    # By rsync it has other times and modes, and the same contents.
    daemon = Rsyncd(tmp_path / "rsyncd", mirror.upstream)
    mirror.servers.insert(0, daemon)
    mirror.configure(IMAGES + SET, daemon.url)
    mirror.sync()
    assert hashes(mirror) == adopted
    assert server.get("/tree/iso/a.iso.torrent")[0] == 200


def upstream_of(kind, mirror, folder):
    if kind == "file":
        return f"file://{mirror.upstream}/"
    server = {"rsync": Rsyncd, "http": Nginx}[kind](folder / kind, mirror.upstream)
    mirror.servers.insert(0, server)
    return server.url


@pytest.mark.parametrize("form", FORMATS)
def test_a_release_has_one_hash_whichever_upstream_brought_it(mirror, tmp_path, form):
    write_releases(mirror)
    rules = IMAGES + f'format = "{form}"\n' + SET + f'format = "{form}"\n'
    made = []
    for kind in ("rsync", "http", "file"):
        mirror.configure("retries = 0\n" + rules, f"file://{tmp_path}/none/", upstream_of(kind, mirror, tmp_path))
        assert mirror.sync()["outcome"] == "published"
        mirror.serve()
        made.append(hashes(mirror))
        mirror.stop()
        shutil.rmtree(mirror.store)
    assert made[0] == made[1] == made[2] and set(made[0]) == {"iso/a.iso", "sets/one"}
