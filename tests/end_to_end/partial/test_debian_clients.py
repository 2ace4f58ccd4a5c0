"""apt on a part of an archive, by each kind of upstream."""
import threading

import pytest

from support.apt import Apt
from support.debian_archive import pool, select
from support.upstream_kinds import EVERY_KIND


def apt_of(tmp_path, server, key, name="apt", suite="stable", **options):
    return Apt(tmp_path / name, f"deb [signed-by={key.keyring}] {server.url}/tree {suite} main\n", **options)


@pytest.mark.parametrize("upstream", EVERY_KIND)
def test_apt_installs_from_it(mirror, archive, key, tmp_path, upstream):
    archive.package("a", depends="b (>= 1.0)")
    archive.package("b")
    archive.package("c", component="contrib")
    archive.publish(components=("main", "contrib"))
    upstream(mirror)
    assert mirror.sync()["outcome"] == "published"
    server = mirror.serve()
    apt = apt_of(tmp_path, server, key)
    apt.get("update")
    apt.get("install", "--download-only", "-y", "a")
    assert sorted(path.name for path in (tmp_path / "apt/cache/archives").glob("*.deb")) == pool(mirror) == [
        "a_1.0_amd64.deb", "b_1.0_amd64.deb"]
    archive.package("a", "2.0", depends="b")
    archive.publish(components=("main", "contrib"))
    assert mirror.sync()["outcome"] == "published"
    apt.get("update")
    apt.get("install", "--download-only", "-y", "a=2.0")
    assert mirror.sync()["outcome"] == "unchanged"


def test_all_that_apt_asks_for_by_itself_is_there(mirror, archive, key, tmp_path):
    """With what appstream, command-not-found and apt-file add to its config."""
    archive.package("a")
    archive.publish(extra={
        "main/i18n/Translation-en": b"Package: a\nDescription-md5: " + b"0" * 32 + b"\nDescription-en: x\n\n",
        "main/dep11/Components-amd64.yml": b"---\nFile: DEP-11\n", "main/dep11/icons-64x64.tar": b"icons",
        "main/dep11/icons-48x48.tar": b"icons", "main/cnf/Commands-amd64": b"suite: stable\n",
        "main/Contents-amd64": b"usr/share/a/data misc/a\n"})
    mirror.sync()
    targets = [f"Acquire::IndexTargets::deb::{name}::{field}={value}" for name, path in {
        "DEP-11": "dep11/Components-$(NATIVE_ARCHITECTURE).yml", "DEP-11-icons": "dep11/icons-64x64.tar",
        "DEP-11-icons-small": "dep11/icons-48x48.tar", "CNF": "cnf/Commands-$(NATIVE_ARCHITECTURE)"}.items()
        for field, value in {"MetaKey": f"$(COMPONENT)/{path}", "ShortDescription": name, "Description": f"$(SITE) {name}",
                           "DefaultEnabled": "true", "KeepCompressedAs": "gz"}.items()]
    server = mirror.serve()
    apt = apt_of(tmp_path, server, key, options=targets)
    apt.get("update")
    wanted = ("Components-amd64", "icons-64x64", "icons-48x48", "Commands-amd64", "Translation-en", "binary-amd64_Packages")
    for part in wanted:
        assert any(part in name for name in apt.lists()), (part, apt.lists())
    contents = ["Acquire::IndexTargets::deb::Contents::MetaKey=$(COMPONENT)/Contents-$(NATIVE_ARCHITECTURE)",
                "Acquire::IndexTargets::deb::Contents::ShortDescription=Contents-$(NATIVE_ARCHITECTURE)",
                "Acquire::IndexTargets::deb::Contents::Optional=no"]
    lacks = apt_of(tmp_path, server, key, name="lacks", options=contents).run("update")
    assert lacks.returncode != 0 and "Contents-amd64" in lacks.stdout + lacks.stderr
    select(mirror, key, "contents = true")
    mirror.sync()
    apt_of(tmp_path, server, key, name="has", options=contents).get("update")


def test_a_client_of_differences_takes_whole_indices(mirror, archive, key, tmp_path):
    archive.package("a")
    diff = b"SHA256-Current: " + b"0" * 64 + b" 1\nSHA256-History:\n"
    archive.publish(extra={"main/binary-amd64/Packages.diff/Index": diff})
    mirror.sync()
    server = mirror.serve()
    apt = apt_of(tmp_path, server, key, options=["Acquire::PDiffs=true"])
    assert apt.run("update").returncode == 0
    archive.package("b")
    archive.publish(extra={"main/binary-amd64/Packages.diff/Index": diff + b"\n"})
    mirror.sync()
    assert not list(mirror.checkout.rglob("*.diff"))
    done = apt.run("update")
    assert done.returncode == 0 and "Packages.diff/Index" in done.stdout, done
    apt.get("install", "--download-only", "-y", "b")


def test_updates_under_running_clients(mirror, archive, key, tmp_path):
    archive.package("a")
    archive.publish()
    mirror.sync()
    server = mirror.serve()
    faults, rounds, is_over = [], [0], threading.Event()

    def update(number):
        apt = apt_of(tmp_path, server, key, name=f"apt{number}")
        while not is_over.is_set():
            done = apt.run("update")
            rounds[0] += 1
            if done.returncode != 0 or "Hash Sum" in done.stdout + done.stderr or "\nErr:" in done.stdout:
                faults.append(done.stdout + done.stderr)

    threads = [threading.Thread(target=update, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for number in range(8):
        archive.package("a", f"2.{number}")
        archive.publish()
        assert mirror.sync()["outcome"] == "published"
    is_over.set()
    for thread in threads:
        thread.join()
    assert not faults and rounds[0] >= 6, (rounds, faults[:1])


def test_what_the_packages_need_comes_too(mirror, archive, key, tmp_path):
    archive.package("a", depends="b (>= 1.0) | c, mail")
    archive.package("b", "0.9")
    archive.package("c", pre_depends="d")
    archive.package("d", architecture="all")
    archive.package("e", provides="mail")
    archive.package("f", provides="mail")
    archive.package("g")
    archive.publish()
    select(mirror, key, 'packages = ["a"]\ndependencies = true')
    assert mirror.sync()["outcome"] == "published"
    assert [name[0] for name in pool(mirror)] == ["a", "c", "d", "e", "f"]
    apt = apt_of(tmp_path, mirror.serve(), key)
    apt.get("update")
    apt.get("install", "--download-only", "-y", "a")


def test_what_cannot_be_had_is_told(mirror, archive, key):
    archive.package("a", depends="nothing")
    archive.publish()
    select(mirror, key, "dependencies = true")
    report = mirror.sync()
    assert report["outcome"] == "published"
    assert report["left_out"] == [{"path": "pool", "reason": "1 dependency cannot be met here, the first of them: a needs nothing"}]


def test_a_selection_that_changes(mirror, archive, key):
    for name in "abc":
        archive.package(name, "1.0", section="net" if name == "a" else "web")
        archive.package(name, "1.10", section="net" if name == "a" else "web")
    archive.publish()

    def held(debian):
        select(mirror, key, debian, max_delete='"100%"')
        mirror.sync()
        return [name.rsplit("_", 1)[0] for name in pool(mirror)]

    assert len(held("")) == 6
    assert held("newest = 1") == ["a_1.10", "b_1.10", "c_1.10"]
    assert held('sections = ["net"]') == ["a_1.0", "a_1.10"]
    assert held('packages = ["b", "c"]\nnewest = 1') == ["b_1.10", "c_1.10"]
    assert held('packages = "none"') == []
    assert (mirror.checkout / "dists/stable/InRelease").exists()
    assert len(held("")) == 6
