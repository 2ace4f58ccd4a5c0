"""Part of an RPM archive, by its own metadata."""
import signal
import subprocess
import time

import pytest

from support.program import PROGRAM
from support.rpm_archive import rpms, select

UPDATES = b"<updates><update><id>X-1</id></update></updates>"


def files(mirror):
    return {str(path.relative_to(mirror.checkout)) for path in mirror.checkout.rglob("*") if path.is_file()}


def test_what_the_metadata_names_is_held_and_nothing_else(mirror, repos):
    a, b = repos.package("a"), repos.package("b", architecture="noarch")
    repos.package("c", architecture="i686")
    repos.package("d", repo="other")
    repos.publish("--database", "--zck")
    repos.add_metadata("updateinfo", UPDATES)
    repos.publish(repo="other")
    mirror.write("os/Packages/s/stray.rpm", b"nobody names it")
    mirror.write("os/repodata/stray.xml", b"nobody names it")
    report = mirror.sync()
    assert report["outcome"] == "published", report
    kinds = ("primary", "filelists", "other", "primary_db", "filelists_db", "other_db", "primary_zck", "filelists_zck",
             "other_zck", "updateinfo")
    assert files(mirror) == {a, b, "os/repodata/repomd.xml", "os/repodata/repomd.xml.asc", *map(repos.repodata, kinds)}
    assert (mirror.checkout / a).read_bytes() == (mirror.upstream / a).read_bytes()
    again = mirror.sync()
    assert again["outcome"] == "unchanged" and again["transferred_bytes"] < 10_000, again
    assert mirror.sync("--full")["outcome"] == "unchanged"


def test_an_update_brings_what_is_new(mirror, repos):
    repos.package("a")
    repos.publish()
    mirror.sync()
    repos.package("a", "1.1")
    repos.publish()
    report = mirror.sync()
    assert report["outcome"] == "published" and report["fetch"]["files"] > 0, report
    assert rpms(mirror) == ["a-1.0-1.x86_64.rpm", "a-1.1-1.x86_64.rpm"]


def test_names_architectures_and_versions_choose(mirror, repos, key):
    for version, release in (("1.9", "1"), ("1.10", "1"), ("1.10", "2"), ("1.10~rc1", "9")):
        repos.package("a", version, release=release)
    repos.package("a", "0.1", epoch="1", architecture="i686")
    repos.package("liba", "1")
    repos.package("liba", "1", architecture="src")
    repos.publish()
    shown = {"newest = 1": ["a-1.10-2.x86_64.rpm", "liba-1-1.x86_64.rpm"],
             "newest = 2\npackages = \"a\"": ["a-1.10-1.x86_64.rpm", "a-1.10-2.x86_64.rpm"],
             'packages = ["lib*"]\narchitectures = ["src"]': ["liba-1-1.src.rpm"],
             "packages = \"none\"": [],
             "newest = 1\narchitectures = []": ["a-0.1-1.i686.rpm", "a-1.10-2.x86_64.rpm", "liba-1-1.src.rpm", "liba-1-1.x86_64.rpm"]}
    for words, held in shown.items():
        select(mirror, key, words, max_delete='"100%"')
        mirror.sync()
        assert rpms(mirror) == held, words
        assert (mirror.checkout / repos.repodata("primary")).exists()


def test_repositories_are_held_beside_each_other(mirror, repos, key):
    for repo in ("el/BaseOS", "el/AppStream"):
        repos.package("a", repo=repo)
        repos.publish(repo=repo)
    select(mirror, key, 'repos = ["el/BaseOS", "el/AppStream", "el/BaseOS"]')
    report = mirror.sync()
    assert rpms(mirror) == ["a-1.0-1.x86_64.rpm"] * 2
    assert [part["part"] for part in report["selection"]] == ["el/BaseOS/x86_64", "el/AppStream/x86_64"]
    assert mirror.sync()["outcome"] == "unchanged"


def test_where_one_repository_fails_all_stay_as_they_were(mirror, repos, key):
    """A tree is published as one, so that no repository is ahead of one that it needs."""
    repos.package("a")
    repos.package("b", repo="updates")
    for repo in ("os", "updates"):
        repos.publish(repo=repo)
    select(mirror, key, 'repos = ["os", "updates"]')
    mirror.sync()
    before = files(mirror)
    repos.package("c")
    repos.publish()
    repos.edit("updates/repodata/repomd.xml", lambda text: text + b" ")
    error = mirror.sync(status=1)["error"]
    assert error.startswith("updates: repomd.xml: ") and "\n" not in error, error
    assert files(mirror) == before
    repos.sign("updates")
    assert mirror.sync()["outcome"] == "published" and len(rpms(mirror)) == 3


def test_the_upstream_itself_may_be_the_repository(mirror, key, repos):
    repos.repo = "."
    repos.package("a")
    repos.publish()
    select(mirror, key, 'repos = ["."]')
    report = mirror.sync()
    assert [part["part"] for part in report["selection"]] == ["x86_64"]
    assert (mirror.checkout / "repodata/repomd.xml").exists() and rpms(mirror)
    assert mirror.sync()["outcome"] == "unchanged"


@pytest.mark.parametrize("ending", [".gz", ".xz", ".bz2", ".zst", ""])
def test_each_packing_is_read(mirror, repos, ending):
    repos.package("a")
    repos.publish()
    repos.rewrite_primary(bytes, ending)
    mirror.sync()
    assert rpms(mirror) == ["a-1.0-1.x86_64.rpm"]


@pytest.mark.parametrize("sum", ["sha512", "sha1"])
def test_other_sums_are_known(mirror, repos, sum):
    repos.package("a")
    repos.publish("--checksum", sum, "--repomd-checksum", sum)
    assert mirror.sync()["outcome"] == "published"
    assert rpms(mirror) == ["a-1.0-1.x86_64.rpm"]
    assert mirror.sync()["outcome"] == "unchanged"
    full = mirror.sync("--full")
    assert full["outcome"] == "unchanged", full
    path = repos.package("b")
    repos.publish("--checksum", sum)
    repos.edit(path, lambda data: data[:-1] + bytes([data[-1] ^ 1]))
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and report["quarantined"][0]["path"] == path, report
    assert rpms(mirror) == ["a-1.0-1.x86_64.rpm"]


def test_an_architecture_that_nobody_has_is_told(mirror, repos, key):
    repos.package("a")
    repos.publish()
    select(mirror, key, 'architectures = ["x86_64", "riscv64"]')
    report = mirror.sync()
    assert report["outcome"] == "published"
    assert any("no repository has a package for riscv64" in item["reason"] for item in report["left_out"]), report


def test_superseded_metadata_does_not_count_as_deleted(mirror, repos, key):
    select(mirror, key, max_delete="0")
    repos.package("a")
    repos.publish()
    mirror.sync()
    repos.package("b")
    repos.publish()
    assert mirror.sync()["outcome"] == "published"
    repos.drop(repos.package("a"))
    repos.publish()
    assert mirror.sync(status=3)["outcome"] == "held"


def test_how_large_it_would_be_is_told_by_repository_and_architecture(mirror, repos, key):
    one, other, both = repos.package("a"), repos.package("b", architecture="i686"), repos.package("c", architecture="noarch")
    repos.publish()
    select(mirror, key, "architectures = []")

    def part(name, path):
        return {"part": name, "files": 1, "bytes": (mirror.upstream / path).stat().st_size}
    parts = [part("os/i686", other), part("os/noarch", both), part("os/x86_64", one)]
    estimate, = mirror.json("estimate")
    assert estimate["selection"] == parts and estimate["bytes"] > sum(part["bytes"] for part in parts)
    dry = mirror.sync("--dry-run")
    assert dry["selection"] == parts and dry["fetch"]["files"] == estimate["files"]
    real = mirror.sync()
    assert real["selection"] == parts and real["total"]["bytes"] == estimate["bytes"]
    assert mirror.sync("--dry-run")["outcome"] == "unchanged"


def test_a_kill_at_any_moment_loses_nothing(mirror, repos):
    names = sorted(repos.package(f"p{number}", size=200_000).rpartition("/")[2] for number in range(8))
    repos.publish()
    for milliseconds in (20, 40, 60, 80, 120, 160):
        process = subprocess.Popen([PROGRAM, "-c", mirror.config, "sync"], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        time.sleep(milliseconds / 1000)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert (rpms(mirror) if mirror.checkout.exists() else []) in ([], names)
    mirror.sync()
    assert rpms(mirror) == names and mirror.sync()["outcome"] == "unchanged"
    assert mirror.json("verify")["damaged"] == []
