"""A tree with several upstreams, of which one fails."""
import os
import shutil

import pytest

from support.checksum_lists import write_set
from support.http_mirror import SERVERS
from support.rsync_servers import Rsyncd
from support.trees import read, tree_of


def test_the_next_upstream_is_asked_when_one_fails(mirror):
    second = mirror.folder / "second"
    shutil.copytree(mirror.upstream, second)
    (second / "file").write_text("from the second")
    mirror.config.write_text(mirror.config.read_text().replace(
        f'"file://{mirror.upstream}/"', f'"file://{mirror.folder}/none/", "file://{second}/"'))
    done = mirror.run("sync", "--json")
    assert done.returncode == 0 and "none" in done.stderr, done.stderr
    assert read(mirror, "file") == "from the second"
    assert mirror.json("status")["trees"][0]["upstream"] == f"file://{second}/"


def test_a_bad_file_whose_digest_is_known_comes_from_another_upstream(mirror):
    mirror.configure('checksum_lists = "require"')
    write_set(mirror, {"a.iso": "first"})
    second = mirror.folder / "second"
    shutil.copytree(mirror.upstream, second)
    mirror.write("iso/a.iso", "fir$t")
    mirror.config.write_text(mirror.config.read_text().replace(
        f'"file://{mirror.upstream}/"', f'"file://{mirror.upstream}/", "file://{second}/"'))
    report = mirror.sync()
    assert report["outcome"] == "published" and report["quarantined"] == []
    assert read(mirror, "iso/a.iso") == "first"


@pytest.mark.parametrize("kind", SERVERS)
def test_pages_that_stand_in_for_rsync_change_nothing(mirror, kind):
    """They tell neither links nor modes, and many no exact times."""
    mirror.fill()
    mirror.write("dists/one/main/Packages", "packages", time=1_600_000_005)
    (mirror.folder / "elsewhere").mkdir()
    (mirror.folder / "elsewhere/other").write_text("of another tree")
    for name, target in {"dists/testing": "stable", "latest.deb": "pool/a.deb", "nothing": "gone",
                         "out": "../elsewhere", "pool/up": "../dists/one"}.items():
        os.symlink(target, mirror.upstream / name)
    mirror.write("secret/next.iso", "next week", time=1_600_000_006)
    os.chmod(mirror.upstream / "secret", 0o750)
    rsync = Rsyncd(mirror.folder / "rsyncd", mirror.upstream)
    pages = SERVERS[kind](mirror.folder / "pages", mirror.upstream)
    mirror.servers += [rsync, pages]
    mirror.configure("retries = 0", rsync.url, pages.url)
    assert mirror.sync()["outcome"] == "published"
    before = tree_of(mirror.checkout)
    rsync.stop()
    away = mirror.sync()
    assert away["outcome"] == "unchanged" and away["upstream"] == pages.url, away
    assert tree_of(mirror.checkout) == before
    mirror.write("pool/b.deb", "new", time=1_600_000_100)
    assert mirror.sync()["outcome"] == "published"
    assert read(mirror, "pool/b.deb") == "new" and os.readlink(mirror.checkout / "dists/stable") == "one"
    rsync.start()
    report = mirror.sync()
    assert report["upstream"] == rsync.url and report["delete"]["files"] == 0 and report["fetch"]["files"] == 0, report
    shown = tree_of(mirror.checkout)
    assert shown == {name: entry for name, entry in tree_of(mirror.upstream).items() if name != b"out"}
    assert mirror.serve().get("/tree/secret/next.iso")[0] == 404
