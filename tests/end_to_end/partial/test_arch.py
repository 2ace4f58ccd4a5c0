"""Part of an Arch Linux archive, by its databases."""
import os
import shutil
import subprocess
import threading

import pytest

from support.arch_archive import ArchArchive, Pacman, held, select
from support.program import need
from support.upstream_kinds import EVERY_KIND, by_file, by_http, by_rsync

ONE, OTHER = "a-1.0-1-x86_64.pkg.tar.gz", "b-1.0-1-x86_64.pkg.tar.gz"


def names(mirror):
    return {str(path.relative_to(mirror.checkout)) for path in mirror.checkout.rglob("*") if not path.is_dir()}


@pytest.fixture
def arch(mirror, key):
    made = ArchArchive(mirror.upstream, key)
    select(mirror)
    return made


DATABASES = {f"core/os/x86_64/core.{kind}{ending}" for kind in ("db", "files") for ending in ("", ".tar.gz")}
IN_REPO = {f"core/os/x86_64/{ONE}", f"core/os/x86_64/{ONE}.sig"}
IN_POOL = {f"pool/packages/{ONE}", f"pool/packages/{ONE}.sig"}


@pytest.mark.parametrize("upstream", [by_file, by_rsync])
def test_what_the_databases_name_is_held_and_links_stay(mirror, arch, upstream):
    arch.package("a")
    arch.package("c", repo="extra")
    arch.publish()
    arch.write("core/os/x86_64/stray.pkg.tar.gz", b"nobody names it")
    upstream(mirror)
    report = mirror.sync()
    assert report["outcome"] == "published", report
    assert names(mirror) == {"lastupdate", "lastsync", *DATABASES, *IN_REPO, *IN_POOL}
    package = mirror.checkout / "core/os/x86_64" / ONE
    assert os.readlink(package) == f"../../../pool/packages/{ONE}"
    assert os.readlink(mirror.checkout / "core/os/x86_64/core.db") == "core.db.tar.gz"
    assert package.read_bytes() == arch.path_of(ONE).read_bytes()
    assert package.stat().st_mtime == arch.path_of(ONE).stat().st_mtime
    assert mirror.sync()["outcome"] == "unchanged"


def test_over_http_contents_stand_where_links_do(mirror, arch):
    arch.package("a")
    arch.publish()
    by_http(mirror)
    assert mirror.sync()["outcome"] == "published"
    assert names(mirror) == {"lastupdate", "lastsync", "core/os/x86_64/core.db", "core/os/x86_64/core.files", *IN_REPO}
    arch.package("b")
    arch.publish()
    report = mirror.sync()
    assert report["outcome"] == "published" and report["fetch"]["files"] == 2, "the package and its signature"
    assert mirror.sync()["outcome"] == "unchanged"
    assert mirror.sync("--dry-run")["outcome"] == "unchanged"


def test_a_web_server_that_stands_in_keeps_the_links(mirror, arch):
    arch.package("a")
    arch.publish()
    assert mirror.sync()["outcome"] == "published"
    by_http(mirror)
    arch.package("b")
    arch.publish()
    assert mirror.sync()["outcome"] == "published"
    assert held(mirror) == [ONE, OTHER]
    assert os.readlink(mirror.checkout / "core/os/x86_64" / ONE) == f"../../../pool/packages/{ONE}"
    assert os.readlink(mirror.checkout / "core/os/x86_64/core.db") == "core.db.tar.gz"


def test_packages_without_signatures(mirror):
    arch = ArchArchive(mirror.upstream, pool=False)
    select(mirror)
    by_http(mirror)
    arch.package("a")
    arch.publish()
    assert mirror.sync()["outcome"] == "published"
    assert held(mirror) == [ONE] and not list(mirror.checkout.rglob("*.sig"))
    arch.publish()
    assert mirror.sync()["outcome"] == "published"
    assert mirror.sync()["outcome"] == "unchanged"


@pytest.mark.parametrize("upstream", EVERY_KIND)
def test_nothing_else_is_read_while_lastupdate_stands(mirror, arch, upstream):
    arch.package("a")
    arch.publish()
    upstream(mirror)
    assert "selection" in mirror.sync()
    assert "selection" not in mirror.sync()
    arch.seconds += 60
    arch.write("lastsync", f"{arch.seconds}\n".encode())
    report = mirror.sync()
    assert report["outcome"] == "published" and "selection" not in report, report
    assert (mirror.checkout / "lastsync").read_text() == f"{arch.seconds}\n"
    assert held(mirror) == [ONE]
    arch.package("b")
    arch.publish()
    assert "selection" in mirror.sync()
    assert held(mirror) == [ONE, OTHER]


def test_a_repository_without_lastupdate(mirror, key):
    arch = ArchArchive(mirror.upstream, key, pool=False)
    select(mirror)
    arch.package("a")
    arch.publish()
    for name in ("lastupdate", "lastsync"):
        (mirror.upstream / name).unlink()
    assert mirror.sync()["outcome"] == "published"
    assert mirror.sync()["outcome"] == "unchanged"
    assert not (mirror.checkout / "lastsync").exists()


def test_an_older_state_waits_for_a_person(mirror, arch):
    arch.package("a")
    arch.publish()
    old = {path: path.read_bytes() for path in mirror.upstream.rglob("*") if path.is_file() and not path.is_symlink()}
    times = {path: path.stat().st_mtime for path in old}
    arch.package("b")
    arch.publish()
    mirror.sync()
    for path, content in old.items():
        path.write_bytes(content)
        os.utime(path, (times[path], times[path]))
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and "lastupdate" in report["held_reason"], report
    assert held(mirror) == [ONE, OTHER]
    mirror.good("approve", "tree", report["candidate"])
    assert held(mirror) == [ONE]


def test_metadata_alone_and_names_by_pattern(mirror, arch):
    for name in ("a", "b", "lib-a"):
        arch.package(name)
    arch.publish()
    select(mirror, 'repos = ["core"]\npackages = "none"')
    mirror.sync()
    assert names(mirror) == {"lastupdate", "lastsync", *DATABASES}
    select(mirror, 'repos = ["core"]\npackages = ["lib-*", "b"]')
    mirror.sync()
    assert held(mirror) == [OTHER, "lib-a-1.0-1-x86_64.pkg.tar.gz"]


def test_how_large_it_is_is_told_before(mirror, arch):
    one = arch.package("a")
    arch.package("b", repo="extra")
    arch.publish()
    select(mirror, 'repos = ["core", "extra"]')
    parts = [{"part": "core/x86_64", "files": 1, "bytes": arch.path_of(one).stat().st_size},
             {"part": "extra/x86_64", "files": 1, "bytes": arch.path_of(OTHER).stat().st_size}]
    estimate, = mirror.json("estimate")
    assert estimate["selection"] == parts
    dry = mirror.sync("--dry-run")
    assert dry["selection"] == parts and dry["fetch"]["files"] == estimate["files"]
    assert mirror.sync()["total"]["files"] == estimate["files"]


@pytest.mark.parametrize("upstream", EVERY_KIND)
def test_pacman_installs_from_it(mirror, arch, key, tmp_path, upstream):
    arch.signs_databases = True
    arch.package("a", depends=["b"])
    arch.package("b", repo="extra", arch="any")
    arch.package("c", repo="extra")
    arch.publish()
    upstream(mirror)
    select(mirror, f'repos = ["core", "extra"]\nkeyring = "{key.keyring}"')
    assert mirror.sync()["outcome"] == "published"
    server = mirror.serve()
    pacman = Pacman(tmp_path / "pacman", server, ("core", "extra"), "Required TrustAll", key)
    pacman.good("-Sy")
    pacman.good("-Fy")
    pacman.good("-Sw", "a")
    assert pacman.cache() == [ONE, "b-1.0-1-any.pkg.tar.gz"]
    assert "core/a" in pacman.good("-F", "/usr/share/a")
    arch.drop("a")
    arch.package("a", "2.0-1", depends=["b"])
    arch.publish()
    assert mirror.sync("--allow-deletes")["outcome"] == "published"
    pacman.good("-Syw", "a")
    assert "a-2.0-1-x86_64.pkg.tar.gz" in pacman.cache()


def test_updates_under_running_clients(mirror, arch, key, tmp_path):
    select(mirror, f'repos = ["core"]\nkeyring = "{key.keyring}"', max_delete='"100%"', grace='"1h"')
    arch.package("a", "1.0-1")
    arch.publish()
    mirror.sync()
    server = mirror.serve()
    faults, rounds, is_over = [], [0], threading.Event()

    def install(number):
        pacman = Pacman(tmp_path / f"pacman{number}", server, level="PackageRequired DatabaseNever TrustAll", key=key)
        while not is_over.is_set():
            done = pacman.run("-Syw", "a")
            rounds[0] += 1
            if done.returncode != 0:
                faults.append(done.stdout + done.stderr)

    threads = [threading.Thread(target=install, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for number in range(6):
        arch.drop("a")
        arch.package("a", f"1.{number}-2")
        arch.publish()
        assert mirror.sync()["outcome"] == "published"
    is_over.set()
    for thread in threads:
        thread.join()
    assert not faults and rounds[0] >= 4, (rounds, faults[:1])


def test_an_upstream_that_lags_is_passed_over(mirror, arch):
    arch.package("a")
    arch.publish()
    lags = mirror.folder / "lags"
    shutil.copytree(mirror.upstream, lags, symlinks=True)
    arch.package("b")
    arch.publish()
    mirror.sync()
    arch.package("c")
    arch.publish()
    mirror.urls = [f"file://{lags}/", f"file://{mirror.upstream}/"]
    select(mirror)
    report = mirror.sync()
    assert report["outcome"] == "published" and report["upstream"] == f"file://{mirror.upstream}/"
    assert len(held(mirror)) == 3


def test_pacman_installs_from_metadata_alone(mirror, arch, key, tmp_path):
    arch.package("a", depends=["b"])
    arch.package("b")
    arch.publish()
    by_http(mirror)
    select(mirror, 'repos = ["core"]\npackages = "none"', missing='"redirect"')
    assert mirror.sync()["outcome"] == "published" and not held(mirror)
    pacman = Pacman(tmp_path / "pacman", mirror.serve(), level="PackageRequired DatabaseNever TrustAll", key=key)
    pacman.good("-Syw", "a")
    assert pacman.cache() == [ONE, OTHER]


@pytest.mark.skipif(not shutil.which("bsdtar"), reason="repo-add needs it; scripts/setup --tests installs libarchive-tools")
@pytest.mark.parametrize("packing", ["gz", "zst", "xz", "bz2"])
def test_what_repo_add_makes(mirror, key, tmp_path, packing):
    arch = ArchArchive(mirror.upstream, key, pool=False)
    file = arch.package("a")
    folder = mirror.upstream / "core/os/x86_64"
    subprocess.run([need("repo-add"), "--sign", f"core.db.tar.{packing}", file], cwd=folder, check=True, capture_output=True,
                   timeout=60, env={**os.environ, "GNUPGHOME": str(key.home)})
    select(mirror, f'repos = ["core"]\nkeyring = "{key.keyring}"')
    assert mirror.sync()["outcome"] == "published"
    assert (mirror.checkout / "core/os/x86_64/core.db.sig").exists()
    pacman = Pacman(tmp_path / "pacman", mirror.serve(), level="Required TrustAll", key=key)
    pacman.good("-Sy")
    pacman.good("-Fy")
    pacman.good("-Sw", "a")
    assert pacman.cache() == [ONE]
