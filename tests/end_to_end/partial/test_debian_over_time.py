"""An archive that goes on while clients read it: grace, time that is over, and a kill."""
import hashlib
import signal
import subprocess
import time

from support.debian_archive import pool, select
from support.program import PROGRAM
from support.waiting import wait_for


def by_hash(archive, ending=".xz"):
    packed = archive.released["stable"][f"main/binary-amd64/Packages{ending}"]
    return f"/tree/dists/stable/main/binary-amd64/by-hash/SHA256/{hashlib.sha256(packed).hexdigest()}", packed


def test_indices_of_an_older_release_stay_for_a_day(mirror, archive, key):
    select(mirror, key, grace='"0s"')
    archive.package("a")
    archive.publish()
    mirror.sync()
    path, packed = by_hash(archive)
    server = mirror.serve()
    for version in range(3):
        archive.package("a", f"2.{version}")
        archive.publish()
        assert mirror.sync()["outcome"] == "published"
        assert server.get(path)[::2] == (200, packed)
    mirror.good("gc")
    assert server.get(path)[::2] == (200, packed)
    newest, now = by_hash(archive)
    assert newest != path and server.get(newest)[::2] == (200, now)


def test_a_kill_at_any_moment_loses_nothing(mirror, archive):
    for number in range(20):
        archive.package(f"p{number}", size=200_000)
    archive.publish()
    names = sorted(path.name for path in mirror.upstream.rglob("*.deb"))
    for milliseconds in (20, 40, 60, 80, 120, 160, 200):
        process = subprocess.Popen([PROGRAM, "-c", mirror.config, "sync"], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        time.sleep(milliseconds / 1000)
        process.send_signal(signal.SIGKILL)
        process.wait()
        shown = pool(mirror) if mirror.checkout.exists() else []
        assert shown in ([], names)
    mirror.sync()
    assert pool(mirror) == names and mirror.sync()["outcome"] == "unchanged"
    assert mirror.json("verify")["damaged"] == []


def test_a_tree_from_everything_becomes_a_part_and_back(mirror, archive, key):
    """The contents that are here are taken by their digests."""
    archive.package("a")
    archive.package("b", component="contrib")
    archive.publish(components=("main", "contrib"))
    mirror.configure('max_delete = "100%"')
    mirror.sync()
    assert len(pool(mirror)) == 2
    select(mirror, key, max_delete='"100%"')
    report = mirror.sync()
    assert report["outcome"] == "published" and report["fetch"]["files"] == 0, report
    assert pool(mirror) == ["a_1.0_amd64.deb"]
    mirror.configure('max_delete = "100%"')
    assert mirror.sync()["outcome"] == "published" and len(pool(mirror)) == 2


def test_include_adds_and_exclude_takes_away(mirror, archive, key):
    archive.package("a")
    archive.package("b")
    archive.publish()
    mirror.write("doc/README", "read me")
    mirror.write("doc/other", "not this")
    select(mirror, key, include='["doc/README"]', exclude='["b_*.deb"]')
    assert mirror.sync()["outcome"] == "published"
    assert pool(mirror) == ["a_1.0_amd64.deb"]
    assert sorted(path.name for path in (mirror.checkout / "doc").iterdir()) == ["README"]
    assert mirror.sync()["outcome"] == "unchanged"


def test_what_is_published_stays_when_its_time_is_over(mirror, archive):
    archive.package("a")
    until = int(time.time()) + 4
    archive.publish(valid_until=until)
    mirror.sync()
    server = mirror.serve()

    def told():
        [tree] = mirror.json("status")["trees"]
        metrics = server.get("/-/metrics")[2].decode()
        assert f'mirrorseed_tree_valid_until_timestamp_seconds{{tree="tree"}} {until}\n' in metrics
        assert tree["valid_until"] == until
        return tree["expired"]
    assert told() is False
    wait_for(told, "its end")
    assert "its Valid-Until passed at 20" in mirror.good("status").stdout
    assert mirror.run("sync").returncode == 1 and pool(mirror) == ["a_1.0_amd64.deb"]
