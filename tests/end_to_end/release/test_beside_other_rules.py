"""Releases where other rules have a hand in it: adoption, several upstreams, a server without root's rights."""
import contextlib
import hashlib
import os
import pwd
import re
import shutil
import signal
import sqlite3
import subprocess

import pytest

from support import seed_servers
from support.disks import on_small_disk
from support.kills import count_steps
from support.people import let_everybody_pass
from support.ports import free_port
from support.processes import only_child, statuses
from support.program import PROGRAM
from support.releasing import IMAGES, SET, Releasing, hash_in, info_of
from support.rsync_servers import Rsyncd, Stalling
from support.store import blob_of
from support.torrent_clients import by_libtorrent
from support.torrents import FORMATS, random_bytes
from support.tracker import UdpClient, announce
from support.waiting import wait_for
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


def test_a_server_that_became_nobody_gives_all_of_a_release_and_a_keeper_cares_for_it(mirror, tmp_path):
    """Neither /tmp nor any other place that a confined server may write to has a part in it."""
    assert os.geteuid() == 0, "what root gives up is shown by root"
    (tmp_path / "there").mkdir()
    write_releases(mirror)
    shutil.copytree(mirror.upstream, tmp_path / "there/pub")
    elsewhere = seed_servers.Nginx(tmp_path / "nginx", tmp_path / "there")
    mirror.servers.append(elsewhere)
    udp = free_port()
    options = f'user = "nobody"\ntracker = true\ntracker_udp = ["127.0.0.1:{udp}"]'
    first = f'schedule = "every 1s"\n{IMAGES}web_seeds = ["{elsewhere.url}/pub/"]\n'
    mirror.configure(first, server=options)
    let_everybody_pass(mirror.config)
    server = mirror.keep()
    wait_for(lambda: "iso/a.iso" in mirror.releases(), "the release")
    assert {status["Uid"].split()[0] for status in statuses(only_child(server.process.pid))} == {str(pwd.getpwnam("nobody").pw_uid)}
    # What a keeper finds out, and what a later rule asks for, reaches the server.
    seed = f"{elsewhere.url}/pub/iso/a.iso"
    wait_for(lambda: seed in [one["url"] for one in mirror.torrent("iso/a.iso")[0].web_seeds()], "the other mirror's word")
    mirror.configure(first + SET, server=options)
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "sets/one" in mirror.releases(), "what the later rule asks for")
    for suffix in ("torrent", "magnet", "meta4", "sha256"):
        assert server.get(f"/tree/iso/a.iso.{suffix}")[0] == 200, suffix
    for path in ("/-/releases/", "/-/releases.json", "/-/releases.rss", "/-/releases/tree.rss", "/-/releases/tree/sets/one.meta4"):
        assert server.get(path)[0] == 200, path
    completes(mirror, "sets/one", tmp_path)
    for item in mirror.releases().values():
        info_hash = bytes.fromhex(item["info_hash_v1"])
        assert b"failure reason" not in announce(server, info_hash)
        with UdpClient(udp) as client:
            assert isinstance(client.connect().announce(info_hash), tuple)
    mirror.write("iso/b.iso", random_bytes(100_000, 4))
    wait_for(lambda: "iso/b.iso" in mirror.releases(), "the next release")
    completes(mirror, "iso/b.iso", tmp_path)


def damage(mirror, content):
    """As a disk does it: nothing but the bytes tells."""
    blob = blob_of(mirror, content)
    facts = blob.stat()
    blob.chmod(0o644)
    with open(blob, "r+b") as file:
        file.write(b"damage")
    os.utime(blob, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def damaged_contents(mirror):
    with contextlib.closing(sqlite3.connect(mirror.store / "catalogue.db")) as catalogue:
        return catalogue.execute("select count(*) from blobs where damaged <> 0").fetchone()[0]


def test_damage_that_a_scrub_finds_beside_a_sync_is_mended_and_changes_no_release(mirror, tmp_path):
    write_releases(mirror)
    part = random_bytes(100_000, 2)
    daemon = Rsyncd(tmp_path / "rsyncd", mirror.upstream)
    mirror.servers.append(daemon)
    options = 'schedule = "manual"\n' + IMAGES + SET
    mirror.configure(options, daemon.url, sync='scrub = "1s"')
    mirror.sync()
    for content in (IMAGE, part):
        damage(mirror, content)
    # The one release stays as it is, to the other a file comes while what it has is damaged.
    mirror.write("sets/one/b", random_bytes(60_000, 5))
    daemon.signal(signal.SIGSTOP)
    server = mirror.keep()
    before = hashes(mirror)
    sync = subprocess.Popen([PROGRAM, "-c", mirror.config, "sync", "tree"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: damaged_contents(mirror) == 2, "what the scrub finds")
    assert sync.poll() is None
    daemon.signal(signal.SIGCONT)
    assert sync.wait(timeout=60) in (0, 3)
    wait_for(lambda: damaged_contents(mirror) == 0, "the repair")
    wait_for(lambda: "sets/one" in mirror.releases(), "the release of what was mended")
    after = hashes(mirror)
    assert after["iso/a.iso"] == before["iso/a.iso"] and after["sets/one"] != before["sets/one"]
    assert ("sets/one", before["sets/one"]) in after, "it seeds on"
    assert server.get(f"/-/seed/{after['iso/a.iso']}/a.iso")[2] == IMAGE
    for hash_of in (before["sets/one"], after["sets/one"]):
        assert server.get(f"/-/seed/{hash_of}/one/a")[2] == part
    assert mirror.json("status")["trees"][0]["undescribed"] == []
    completes(mirror, "sets/one", tmp_path)


# How far a run gets, of its calls of one kind: into the making of torrents, to the commit, to the records of them.
@pytest.mark.parametrize("is_late, step, share", [
    (False, "pwrite64", 0.65), (False, "fdatasync", 0.35), (False, "renameat", 0.8), (False, "renameat", 1),
    (True, "pwrite64", 0.3), (True, "pwrite64", 0.6), (True, "renameat", 0.5), (True, "mkdirat", 1)])
def test_a_full_disk_leaves_no_release_half_done(mirror, tmp_path, is_late, step, share):
    write_releases(mirror)
    other = Releasing(tmp_path / "other")
    for one in (mirror, other):
        one.configure("", f"file://{mirror.upstream}/")
        if is_late:
            one.sync()
        one.configure(IMAGES + SET)
    when = max(1, round(count_steps(other, "sync")[step] * share))
    other.serve()
    whole = hashes(other)
    other.stop()
    done = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", f"trace={step}", "-e",
                           f"inject={step}:error=ENOSPC:when={when}+", PROGRAM, "-c", mirror.config, "sync"],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode in (1, 3), done.stderr
    # Beside the progress of a run that takes its time.
    [said] = [line for line in done.stderr.splitlines() if line.startswith("mirrorseed: ")]
    assert re.search("No space left|is full|catalogue failed", said), said
    mirror.serve()
    before = hashes(mirror)
    for path in before:
        mirror.torrent(path)
    assert mirror.sync()["unfinished"] == []
    assert hashes(mirror) == whole and before.items() <= whole.items() and len(whole) == 2
    assert len(list((mirror.store / "releases/tree").iterdir())) == 2


def test_a_disk_that_fills_with_torrents_goes_on_when_there_is_room(mirror):
    mirror.store = mirror.folder / "disk/store"
    mirror.configure()
    for number in range(150):
        mirror.write(f"iso/{number}.iso", random_bytes(20_000, number))
    assert on_small_disk(mirror, 32 << 20, "sync").returncode == 0
    mirror.configure(IMAGES)
    done = on_small_disk(mirror, 100_000, "sync")
    assert done.returncode in (1, 3) and re.search("No space left|disk is full", done.stderr), done.stderr
    assert done.stderr.count("mirrorseed: ") == 1, done.stderr
    mirror.store = mirror.folder / "kept/store"
    mirror.configure(IMAGES)
    mirror.serve()
    before = hashes(mirror)
    assert len(before) < 150
    mirror.sync()
    after = hashes(mirror)
    assert len(after) == 150 and before.items() <= after.items()
    assert len(list((mirror.store / "releases/tree").iterdir())) == 150


def test_a_former_release_gives_no_damaged_bytes_and_is_whole_when_they_come_again(mirror):
    mirror.configure('max_delete = "100%"\nkeep_generations = 1\ngrace = "0s"\nhistory = "0s"\n' + IMAGES)
    mirror.write("iso/a.iso", IMAGE)
    mirror.sync()
    server = mirror.serve()
    [before] = hashes(mirror).values()
    mirror.write("iso/a.iso", random_bytes(80_000, 6))
    mirror.sync()
    damage(mirror, IMAGE)
    done = mirror.run("verify", "--repair")
    assert done.returncode == 3 and "former releases" in done.stderr, done.stderr
    status, _, body = server.get(f"/-/seed/{before}/a.iso")
    assert status != 200 and IMAGE[6:] not in body
    mirror.write("iso/a.iso", IMAGE)
    mirror.sync()
    assert hashes(mirror)["iso/a.iso"] == before
    assert server.get(f"/-/seed/{before}/a.iso")[2] == IMAGE
    assert mirror.json("verify")["damaged"] == []


@pytest.mark.parametrize("first", ["rsync", "http"])
def test_an_image_that_comes_in_two_parts_has_the_torrent_of_its_bytes(mirror, tmp_path, first):
    """It is hashed while it comes: from the next upstream, or behind a break from the same one."""
    image = random_bytes(12 << 20, 7)
    mirror.write("iso/a.iso", image, time=1_700_000_000)
    servers = {"rsync": Rsyncd(tmp_path / "rsyncd", mirror.upstream), "http": Nginx(tmp_path / "pages", mirror.upstream)}
    mirror.servers += servers.values()
    with Stalling(servers[first].port, connection=2, after=5 << 20) as proxy:
        stalls = servers[first].url.replace(str(servers[first].port), str(proxy.port))
        mirror.configure('timeout = "1s"\nconnections = 1\nretries = 0\n' + IMAGES, stalls, servers["http"].url)
        report = mirror.sync()
    log = servers["http"].read_log()
    assert report["upstream"] == servers["http"].url if first == "rsync" else '" 206 ' in log, log
    mirror.serve()
    torrent, body = mirror.torrent("iso/a.iso")
    assert [torrent.hash_for_piece(number) for number in range(torrent.num_pieces())] == [
        hashlib.sha1(image[at:at + torrent.piece_length()]).digest() for at in range(0, len(image), torrent.piece_length())]
    assert hashes(mirror)["iso/a.iso"] == hashlib.sha1(info_of(body)).hexdigest()
