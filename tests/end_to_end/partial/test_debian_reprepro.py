"""An archive that reprepro made and keeps, with two suites that share a pool."""
import pytest

from support.apt import Apt
from support.debian_archive import DebianArchive, pool, select
from support.reprepro import Reprepro
from support.upstream_kinds import by_http


@pytest.fixture
def kept(mirror, key):
    made = Reprepro(mirror.upstream, mirror.folder / "reprepro",
                    DebianArchive(mirror.folder / "built", mirror.folder / "build", key), {"rock": "stable", "sand": "testing"})
    made.include("rock", "a", depends="b (>= 1.0)")
    made.include("rock", "b")
    made.include("rock", "z", component="contrib", section="contrib/misc")
    made.copy("sand", "rock", "a")
    made.copy("sand", "rock", "b")
    select(mirror, key, 'suites = ["rock", "sand"]', grace='"0s"')
    by_http(mirror)
    return made


def test_apt_installs_from_both_suites_before_and_after_an_update(mirror, kept, key, tmp_path):
    assert mirror.sync()["outcome"] == "published"
    assert pool(mirror) == ["a_1.0_amd64.deb", "b_1.0_amd64.deb"]
    server = mirror.serve()
    apts = {suite: Apt(tmp_path / suite, f"deb [signed-by={key.keyring}] {server.url}/tree {suite} main\n") for suite in ("rock", "sand")}

    def downloads(suite, *names):
        apt, archives = apts[suite], tmp_path / suite / "cache/archives"
        apt.get("update")
        apt.get("install", "--download-only", "-y", *names)
        return sorted(path.name for path in archives.glob("*.deb"))
    for suite in apts:
        assert downloads(suite, "a") == ["a_1.0_amd64.deb", "b_1.0_amd64.deb"]
    kept.include("sand", "a", "2.0", depends="c")
    kept.include("sand", "c")
    kept.run("remove", "sand", "b")
    assert mirror.sync()["outcome"] == "published"
    assert pool(mirror) == ["a_1.0_amd64.deb", "a_2.0_amd64.deb", "b_1.0_amd64.deb", "c_1.0_amd64.deb"]
    assert downloads("rock", "a", "b") == ["a_1.0_amd64.deb", "b_1.0_amd64.deb"]
    assert {"a_2.0_amd64.deb", "c_1.0_amd64.deb"} <= set(downloads("sand", "a"))
    kept.run("remove", "rock", "a", "b")
    select(mirror, key, 'suites = ["rock", "sand"]', max_delete='"100%"')
    assert mirror.sync()["outcome"] == "published"
    assert pool(mirror) == ["a_2.0_amd64.deb", "c_1.0_amd64.deb"], "reprepro took the others out of the pool"
    assert mirror.sync()["outcome"] == "unchanged"


def test_apt_gets_a_source_from_it(mirror, kept, key, tmp_path):
    """Of which several files are one package, each with its sum."""
    kept.include_source("rock", "a")
    kept.include_source("rock", "a", "1.1")
    select(mirror, key, 'suites = ["rock"]\narchitectures = ["source"]\nnewest = 1', grace='"0s"')
    assert mirror.sync()["outcome"] == "published"
    assert sorted(path.name for path in (mirror.checkout / "pool").rglob("*.*")) == ["a_1.1.dsc", "a_1.1.tar.xz"]
    apt = Apt(tmp_path / "apt", f"deb-src [signed-by={key.keyring}] {mirror.serve().url}/tree rock main\n")
    apt.get("update")
    apt.get("source", "--download-only", "a")
    assert sorted(path.name for path in (tmp_path / "apt/down").iterdir()) == ["a_1.1.dsc", "a_1.1.tar.xz"]
