"""Real clients download from the real program: resumed, in pieces, as a web seed, and across publishes."""
import random
import signal
import subprocess

import libtorrent
import pytest

from support.program import need
from support.server import Server
from support.torrent_clients import complete, session
from support.torrents import create
from support.waiting import wait_for

SIZE = (66 << 20) + 12_345
CONTENT = random.Random(7).randbytes(SIZE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("served")
    (place / "disk.iso").write_bytes(CONTENT)
    return place


@pytest.fixture
def url(folder):
    server = Server("serve", folder, "--listen", "127.0.0.1:0")
    yield server.url + "/disk.iso"
    server.stop()


def by_curl(url, out):
    # Without -f, with which curl 7.88 takes a file that is whole already for an error. A body of the 416 would be
    # appended.
    return [need("curl"), "-sS", "-C", "-", "-o", out, url]


def by_wget(url, out):
    return [need("wget"), "-q", "-c", "-O", out, url]


def by_aria2(url, out):
    return [need("aria2c"), "--no-conf", "--quiet", "-c", "-x16", "-s16", "-k1M", "--file-allocation=none",
            "--allow-overwrite=true", "--dir", out.parent, "--out", out.name, url]


def download(command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("held", [0, 1, 30_000_001, SIZE - 1, SIZE], ids=lambda held: f"{held} bytes are there")
@pytest.mark.parametrize("client", [by_curl, by_wget])
def test_a_download_is_resumed(url, tmp_path, client, held):
    out = tmp_path / "out"
    if held:
        out.write_bytes(CONTENT[:held])
    download(client(url, out))
    assert out.read_bytes() == CONTENT


def test_aria2_downloads_by_sixteen_connections(url, tmp_path):
    download(by_aria2(url, tmp_path / "out"))
    assert (tmp_path / "out").read_bytes() == CONTENT


def test_aria2_goes_on_after_it_was_killed(url, tmp_path):
    out = tmp_path / "out"
    command = by_aria2(url, out)
    killed = subprocess.Popen([*command[:-1], "--max-overall-download-limit=8M", "--auto-save-interval=1", command[-1]])
    wait_for((tmp_path / "out.aria2").exists, "the first note of how far it is")
    killed.kill()
    killed.wait()
    download(command)
    assert out.read_bytes() == CONTENT


def test_libtorrent_downloads_a_large_file_from_our_web_seed(url, folder, tmp_path):
    made = create(folder / "disk.iso", "-w", url, "--piece-length", "1MiB", cwd=tmp_path)[1]
    client = session()
    handle = client.add_torrent({"ti": libtorrent.torrent_info(libtorrent.bdecode(made)), "save_path": str(tmp_path)})
    wait_for(lambda: complete(handle), "downloading", seconds=120)
    client.remove_torrent(handle)
    assert (tmp_path / "disk.iso").read_bytes() == CONTENT


def test_a_slow_download_across_ten_publishes_ends_with_the_bytes_that_it_began_with(mirror):
    mirror.configure('keep_generations = 1\ngrace = "0s"')
    mirror.write("disk.iso", CONTENT)
    mirror.sync()
    server = mirror.serve()
    out = mirror.folder / "out"
    curl = subprocess.Popen([need("curl"), "-fsS", "--limit-rate", "20M", "-o", out, server.url + "/tree/disk.iso"])
    try:
        for number in range(1, 11):
            wait_for(lambda: out.exists() and out.stat().st_size >= number * (5 << 20), "downloading")
            # It stands still meanwhile, so that it is surely not done before the last publish.
            curl.send_signal(signal.SIGSTOP)
            newest = bytes([number]) + CONTENT[:0:-1]
            mirror.write("disk.iso", newest)
            assert mirror.sync()["generation"] == number + 1
            mirror.good("gc")
            assert server.get("/tree/disk.iso", Range="bytes=0-9")[2] == newest[:10]
            curl.send_signal(signal.SIGCONT)
        assert curl.wait(timeout=120) == 0
    finally:
        curl.kill()
        curl.wait()
    assert out.read_bytes() == CONTENT
    assert server.get("/tree/disk.iso")[2] == newest
