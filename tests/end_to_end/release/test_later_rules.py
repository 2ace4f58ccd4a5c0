"""Rules that come later, while the tree goes on."""
import signal
import subprocess

import pytest

from support.program import PROGRAM
from support.releasing import IMAGES, SET, Releasing, sha256
from support.rsync_servers import Rsyncd
from support.torrents import random_bytes
from support.waiting import wait_for

COUNT = 200


@pytest.fixture
def mirror(tmp_path):
    made = Releasing(tmp_path)
    made.daemon = Rsyncd(tmp_path / "rsyncd", made.upstream)
    made.servers.append(made.daemon)
    yield made
    made.stop()


def begin_sync(mirror):
    return subprocess.Popen([PROGRAM, "-c", mirror.config, "sync", "tree"], stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True)


def reload(mirror, rules):
    """Returns when the keeper describes what these rules ask for."""
    keeper = mirror.servers[-1]
    before = keeper.read_log().count("describe begins")
    mirror.configure('schedule = "manual"\nmax_delete = "100%"\n' + rules, mirror.daemon.url)
    keeper.process.send_signal(signal.SIGHUP)
    wait_for(lambda: keeper.read_log().count("describe begins") > before, "the describing")


def ends(mirror, sync):
    """Reads what the keeper says meanwhile, which is a lot."""
    wait_for(lambda: mirror.servers[-1].read_log() and sync.poll() is not None, "the end of the sync", 60)
    return sync.returncode


def told(mirror):
    """Paths of what has a release, and of what is said to have none."""
    mirror.servers[-1].read_log()
    return {path for path in mirror.releases() if isinstance(path, str)}, \
        {item["path"] for item in mirror.json("status")["trees"][0]["undescribed"]}


def test_what_a_sync_of_an_older_config_brings_is_described_for_the_new_rule(mirror):
    for number in range(COUNT):
        mirror.write(f"iso/{number}.iso", f"image {number}")
    mirror.configure('schedule = "manual"\n', mirror.daemon.url)
    mirror.sync()
    mirror.keep()
    mirror.write("iso/a-new.iso", random_bytes(50_000))
    mirror.daemon.signal(signal.SIGSTOP)
    sync = begin_sync(mirror)
    wait_for(lambda: "sync begins" in mirror.servers[-1].read_log(), "the sync")
    reload(mirror, IMAGES)
    mirror.daemon.signal(signal.SIGCONT)
    assert ends(mirror, sync) == 0, sync.stderr.read()
    wait_for(lambda: len(mirror.releases()) == COUNT + 1, "all releases")


def test_what_becomes_another_while_it_is_described_is_told_of_as_it_is(mirror):
    """Each round all files become empty, or whole again, and the tree is described for other rules meanwhile."""
    mirror.write("other", "text")
    mirror.configure('schedule = "manual"\n', mirror.daemon.url)
    mirror.sync()
    mirror.keep()
    for turn in range(4):
        content = b"" if turn % 2 else b"content %d" % turn
        for number in range(COUNT):
            mirror.write(f"iso/{number}.iso", content and content + b" of %d" % number, time=1_700_000_000 + turn)
        mirror.daemon.signal(signal.SIGSTOP)
        sync = begin_sync(mirror)
        wait_for(lambda: mirror.servers[-1].read_log().count("sync begins") == turn + 1, "the sync")
        mirror.daemon.signal(signal.SIGCONT)
        reload(mirror, IMAGES + (SET if turn % 2 else ""))
        assert ends(mirror, sync) in (0, 3)
        names = {f"iso/{number}.iso" for number in range(COUNT)}
        wait_for(lambda: told(mirror) == ((set(), names) if turn % 2 else (names, set())), f"the end of round {turn}")
        for item in list(mirror.releases().values())[::50]:
            name = item["path"].removeprefix("iso/")
            assert sha256(mirror.servers[-1].get(f"/-/seed/{item['info_hash_v1']}/{name}")[2]) == item["sha256"]
