"""Upstreams that lag behind, that tell no true times, and that lack what they name."""
import os
import shutil
import sqlite3

import pytest

from support.debian_archive import pool, select
from support.rsync_servers import Rsyncd
from support.upstream_kinds import by_file, by_rsync
from support.web_servers import Nginx


@pytest.fixture
def lagging(mirror, archive, key):
    """A mirror of two upstreams, the first of which has the archive as it was before."""
    archive.package("a")
    archive.publish()
    first = mirror.folder / "first"
    shutil.copytree(mirror.upstream, first)
    archive.package("b")
    archive.publish()
    mirror.sync()
    archive.package("c")
    archive.publish()
    mirror.urls = [f"file://{first}/", f"file://{mirror.upstream}/"]
    select(mirror, key)
    return first


def test_one_that_lags_is_passed_over(mirror, archive, lagging):
    report = mirror.sync()
    assert report["outcome"] == "published" and report["upstream"] == f"file://{mirror.upstream}/"
    assert len(pool(mirror)) == 3
    assert mirror.sync()["outcome"] == "unchanged"


def test_where_all_lag_a_person_is_asked(mirror, archive, key, lagging):
    mirror.sync()
    mirror.urls = [f"file://{lagging}/", f"file://{mirror.folder}/none/"]
    select(mirror, key, max_delete='"100%"')
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and "it is of 2023-" in report["held_reason"], report
    assert len(pool(mirror)) == 3
    mirror.good("approve", "tree", report["candidate"])
    assert pool(mirror) == ["a_1.0_amd64.deb"]


def test_a_time_that_never_changes_hides_a_release_for_a_day_at_most(mirror, archive):
    archive.package("a")
    archive.publish()
    mirror.from_server(Nginx(mirror.folder / "nginx", mirror.upstream,
                             'add_header Last-Modified "Sat, 21 Nov 2020 14:44:00 GMT";'))
    mirror.sync()
    sizes = {path: path.stat().st_size for path in mirror.upstream.rglob("InRelease")}
    archive.edit("pool/main/a/a/a_1.0_amd64.deb", lambda data: data[:-1] + b"?")
    archive.publish()
    assert sizes == {path: path.stat().st_size for path in mirror.upstream.rglob("InRelease")}, "it is of one size"
    assert mirror.sync()["outcome"] == "unchanged", "nothing shows the change"
    with sqlite3.connect(mirror.store / "catalogue.db") as catalogue:
        catalogue.execute("update trees set listed_at = listed_at - 24 * 3600")
    assert mirror.sync()["outcome"] == "published"


def test_two_releases_within_one_second(mirror, archive):
    def publish(fraction):
        archive.seconds = 1_700_000_000
        archive.publish()
        for path in mirror.upstream.rglob("*Release*"):
            os.utime(path, ns=(0, archive.seconds * 10**9 + fraction))
    archive.package("a")
    publish(250_000_000)
    mirror.sync()
    archive.edit("pool/main/a/a/a_1.0_amd64.deb", lambda data: data[:-1] + b"?")
    publish(750_000_000)
    assert mirror.sync()["outcome"] == "published"


@pytest.mark.parametrize("kind", ["file", Nginx, Rsyncd])
def test_a_package_that_the_upstream_lacks_is_told_so(mirror, archive, kind):
    archive.package("a")
    archive.package("b")
    archive.publish()
    archive.drop("pool/main/b/b/b_1.0_amd64.deb")
    if kind != "file":
        mirror.from_server(kind(mirror.folder / "server", mirror.upstream))
    report = mirror.sync(status=3)
    assert report["quarantined"] == [
        {"path": "pool/main/b/b/b_1.0_amd64.deb", "reason": "it is listed, and the upstream does not have it"}]


def test_a_run_that_failed_knows_what_came_by_other_names(mirror, archive, key):
    """Of an upstream without names by hash, as debmirror leaves them out, under a Release that tells of them."""
    archive.package("a")
    archive.publish()
    archive.package("b")
    archive.publish("other")
    for folder in list(mirror.upstream.rglob("by-hash")):
        shutil.rmtree(folder)
    select(mirror, key, 'suites = ["stable", "other"]')
    indices = mirror.upstream / "dists/other/main/binary-amd64"
    indices.rename(mirror.folder / "away")
    assert "the upstream has no dists/other/main/binary-amd64/Packages" in mirror.sync(status=1)["error"]
    (mirror.folder / "away").rename(indices)
    report = mirror.sync()
    assert report["outcome"] == "published" and not report["quarantined"], report
    assert len(list(mirror.checkout.rglob("by-hash/SHA256/*"))) == 4, "they are here all the same"
    assert mirror.sync()["outcome"] == "unchanged"


def test_links_are_followed_within_the_upstream(mirror, archive, key):
    """Every archive has dists/stable as a link, some have packages and indices that are links too."""
    archive.package("a")
    archive.publish("bookworm")
    (mirror.upstream / "dists/stable").symlink_to("bookworm")
    for path in [*mirror.upstream.rglob("Packages.gz"), mirror.upstream / "pool/main/a/a/a_1.0_amd64.deb"]:
        real = mirror.upstream / "real" / path.name
        real.parent.mkdir(exist_ok=True)
        path.rename(real)
        path.symlink_to(os.path.relpath(real, path.parent))
    assert mirror.sync()["outcome"] == "published"
    assert pool(mirror) == ["a_1.0_amd64.deb"] and not (mirror.checkout / "pool/main/a/a/a_1.0_amd64.deb").is_symlink()
    assert mirror.sync()["outcome"] == "unchanged"
    outside = mirror.folder / "outside.deb"
    outside.write_bytes((mirror.upstream / "real/a_1.0_amd64.deb").read_bytes())
    archive.package("b")
    link = mirror.upstream / "pool/main/b/b/b_1.0_amd64.deb"
    archive.publish("bookworm")
    link.unlink()
    link.symlink_to(outside)
    assert mirror.sync(status=3)["quarantined"][0]["path"] == "pool/main/b/b/b_1.0_amd64.deb"


def root_reads_what_is_closed():
    assert os.geteuid() == 0, "an embargo is tested as root, who may read what is under it"


@pytest.mark.parametrize("closed, upstream", [
    *((path, by_file) for path in ("pool/main/b/b/b_1.0_amd64.deb", "pool/main/b", "dists/stable/InRelease", "dists/stable",
                                   "dists/stable/main/binary-amd64")),
    *((path, by_rsync) for path in ("pool/main/b/b/b_1.0_amd64.deb", "dists/stable/InRelease", "dists/stable"))])
def test_what_is_under_embargo_is_not_there_yet(mirror, archive, closed, upstream):
    root_reads_what_is_closed()
    upstream(mirror)
    archive.package("a")
    archive.publish()
    mirror.sync()
    archive.package("b")
    archive.publish()
    place = mirror.upstream / closed
    mode = place.stat().st_mode & 0o777
    place.chmod(mode & 0o700)
    done = mirror.run("sync", "--json")
    assert done.returncode in (1, 3), done.stdout
    assert pool(mirror) == ["a_1.0_amd64.deb"]
    place.chmod(mode)
    assert mirror.sync()["outcome"] == "published" and len(pool(mirror)) == 2


def test_rsync_is_asked_about_many_names_at_once(mirror, archive, key):
    for suite in ("stable", "stable-updates", "stable-security"):
        archive.package(f"a-{suite}")
        archive.publish(suite)
    server = mirror.from_server(Rsyncd(mirror.folder / "rsyncd", mirror.upstream))
    select(mirror, key, 'suites = ["stable", "stable-updates", "stable-security"]')
    mirror.sync()
    before = server.connections()
    assert mirror.sync()["outcome"] == "unchanged"
    assert server.connections() - before == 1
