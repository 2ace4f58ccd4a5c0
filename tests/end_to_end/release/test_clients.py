"""Real clients complete releases from the mirror's web seed alone: new ones, former ones, and while it is busy."""
import json
import os
import shutil
import subprocess
import threading
import time

import libtorrent
import pytest

from support.ports import free_port
from support.program import need
from support.releasing import IMAGES, SET, Releasing
from support.torrent_clients import by_aria2, by_libtorrent, by_webtorrent
from support.torrents import random_bytes
from support.waiting import wait_for

IMAGE, PARTS = random_bytes(3_000_000, 1), {"a": random_bytes(700_001, 2), "b c/d+\u00fc=.bin": random_bytes(500_000, 3)}


@pytest.fixture
def mirror(tmp_path):
    made = Releasing(tmp_path)
    made.write("iso/a.iso", IMAGE)
    for name, content in PARTS.items():
        made.write("sets/one/" + name, content)
    yield made
    made.stop()


def whole(folder):
    files = {"a.iso": IMAGE, **{"one/" + name: content for name, content in PARTS.items()}}
    return all((folder / name).exists() and (folder / name).read_bytes() == content for name, content in files.items())


def by_transmission(torrents, folder):
    config = folder.parent / "transmission"
    config.mkdir()
    (config / "settings.json").write_text(json.dumps({
        "dht-enabled": False, "lpd-enabled": False, "pex-enabled": False, "port-forwarding-enabled": False,
        "bind-address-ipv4": "127.0.0.1", "bind-address-ipv6": "::1", "rpc-enabled": False}))
    folder.mkdir()
    for torrent in torrents:
        client = subprocess.Popen([need("transmission-cli"), "-g", config, "-w", folder, "-p", str(free_port()), "-M",
                                   torrent], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        size = libtorrent.torrent_info(str(torrent)).total_size()
        place = folder / libtorrent.torrent_info(str(torrent)).name()

        def size_of():
            files = [place] if place.is_file() else [file for file in place.rglob("*") if file.is_file()]
            return sum(file.stat().st_size for file in files)
        try:
            wait_for(lambda: size_of() == size and not list(folder.rglob("*.part")), "the download", 60)
            time.sleep(1)
        finally:
            client.terminate()
            client.wait()


def by_qbittorrent(torrents, folder):
    profile = folder.parent / "qbittorrent"
    config = profile / "qBittorrent/config"
    config.mkdir(parents=True)
    config.joinpath("qBittorrent.conf").write_text(
        "[LegalNotice]\nAccepted=true\n[BitTorrent]\nSession\\DHTEnabled=false\nSession\\LSDEnabled=false\n"
        f"Session\\PeXEnabled=false\nSession\\Port={free_port()}\nSession\\DefaultSavePath={folder}\n"
        "Session\\QueueingSystemEnabled=false\nSession\\SSRFMitigation=false\n"
        "[Preferences]\nWebUI\\Address=127.0.0.1\n[Network]\nPortForwardingEnabled=false\n")
    client = subprocess.Popen([need("qbittorrent-nox"), f"--profile={profile}", f"--webui-port={free_port()}",
                               f"--save-path={folder}", "--skip-dialog=true", *torrents],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: whole(folder), "the downloads", 60)
    finally:
        client.terminate()
        client.wait(timeout=30)


def torrents_of(mirror, folder):
    paths = []
    for name in ("iso/a.iso", "sets/one"):
        paths.append(folder / (name.replace("/", "-") + ".torrent"))
        paths[-1].write_bytes(mirror.torrent(name)[1])
    return paths


def by_webtorrents(torrents, folder):
    for torrent in torrents:
        by_webtorrent(torrent, folder)


@pytest.mark.parametrize("client, form", [(by_transmission, "v1"), (by_qbittorrent, "v1"), (by_qbittorrent, "hybrid"),
                                          (by_webtorrents, "v1"), (by_webtorrents, "hybrid")])
def test_a_client_completes_what_is_new(mirror, tmp_path, client, form):
    mirror.configure(IMAGES + f'format = "{form}"\n' + SET + f'format = "{form}"\n')
    mirror.sync()
    mirror.serve()
    client(torrents_of(mirror, tmp_path), tmp_path / "got")
    assert whole(tmp_path / "got")


def test_webtorrent_completes_a_folder_of_one_file_and_takes_no_torrent_of_v2_alone(mirror, tmp_path):
    """It asks for such a file by a web seed's URL as it stands, so that only the one by the hash answers it."""
    mirror.write("sets/alone/only", IMAGE)
    mirror.configure(IMAGES + 'format = "v2"\n' + SET)
    mirror.sync()
    mirror.serve()
    for name in ("iso/a.iso", "sets/alone"):
        (tmp_path / (name[:3] + ".torrent")).write_bytes(mirror.torrent(name)[1])
    by_webtorrent(tmp_path / "set.torrent", tmp_path / "got")
    assert (tmp_path / "got/alone/only").read_bytes() == IMAGE
    with pytest.raises(AssertionError, match="Invalid torrent|info.pieces"):
        by_webtorrent(tmp_path / "iso.torrent", tmp_path / "got")


def test_a_metalink_completes_and_is_verified_piece_by_piece(mirror, tmp_path):
    mirror.configure(IMAGES + SET)
    mirror.sync()
    server = mirror.serve()
    metalink = server.get("/tree/iso/a.iso.meta4")[2]
    assert b'<pieces length="16384" type="sha-1">' in metalink
    for path in ("/tree/iso/a.iso.meta4", "/-/releases/tree/sets/one.meta4"):
        done = subprocess.run([need("aria2c"), "--no-conf", "--check-integrity=true", "--seed-time=0", "--dir",
                               tmp_path / "got", mirror.url + path], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
    assert whole(tmp_path / "got")


def test_a_magnet_completes_in_a_client_that_reads_it(mirror, tmp_path):
    """libtorrent asks a magnet's web seeds, once somebody has given it the info; aria2 takes that from `xs`."""
    mirror.configure(IMAGES)
    mirror.sync()
    server = mirror.serve()
    magnet = server.get("/tree/iso/a.iso.magnet")[2].decode()
    added = libtorrent.parse_magnet_uri(magnet)
    assert added.url_seeds == [seed["url"] for seed in mirror.torrent("iso/a.iso")[0].web_seeds()]
    from urllib.parse import parse_qs, urlsplit
    [source] = parse_qs(urlsplit(magnet).query)["xs"]
    (tmp_path / "by-xs.torrent").write_bytes(server.get(source.removeprefix(mirror.url))[2])
    by_aria2(tmp_path / "by-xs.torrent", tmp_path / "got")
    assert (tmp_path / "got/a.iso").read_bytes() == IMAGE


def test_a_download_outlives_the_release_the_server_and_ten_publishes(mirror, tmp_path):
    mirror.configure('max_delete = "100%"\ngrace = "0s"\nkeep_generations = 1\nhistory = "0s"\n' + IMAGES + SET,
                     server='rate_limit = "700 KiB/s"')
    mirror.sync()
    server = mirror.keep()
    torrent = torrents_of(mirror, tmp_path)[0]
    failed = []

    def download():
        try:
            by_libtorrent(torrent, tmp_path / "got")
        except BaseException as trouble:  # what ends the thread ends the test
            failed.append(trouble)
    thread = threading.Thread(target=download)
    thread.start()
    shutil.rmtree(mirror.upstream / "iso")
    for number in range(10):
        mirror.write("other", str(number) * (number + 1))
        mirror.good("sync", "tree")
        if number == 4:
            os.kill(server.process.pid, 9)
            server.process.wait()
            mirror.servers.clear()
            server = mirror.keep()
    mirror.good("gc")
    thread.join(timeout=120)
    assert not failed and (tmp_path / "got/a.iso").read_bytes() == IMAGE
    assert server.get("/tree/iso/a.iso")[0] == 404
