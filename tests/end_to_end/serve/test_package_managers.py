"""What package managers do: apt's pipelines and resumed downloads, and the many ranges that zchunk and zsync ask for."""
import hashlib
import json
import os
import random
import subprocess
import time

import pytest

from support.program import need
from support.waiting import wait_for

PACKAGES = 30


def run(*command, cwd=None, **more):
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, timeout=120, **more)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


@pytest.fixture
def served(mirror):
    """Publishes the upstream, and serves it with an access log; returns the server and a reader of the log."""
    def start():
        mirror.config.write_text(mirror.config.read_text().replace(
            "[server]\n", f'[server]\naccess_log = "{mirror.folder}/log"\naccess_log_format = "json"\nthreads = 1\n'))
        mirror.sync()
        server = mirror.serve()

        def log(part, count):
            """What it tells of targets with that part ("$" is their end), once there are so many lines."""
            def told():
                lines = [json.loads(line) for line in (mirror.folder / "log").read_text().splitlines()]
                found = [line for line in lines if part in line["target"] + "$"]
                return found[count - 1:] and found
            return wait_for(told, "the log")
        return server, log
    return start


@pytest.fixture
def archive(mirror):
    """A Debian archive of small packages in the upstream."""
    rng = random.Random(1)
    pool = mirror.upstream / "pool"
    pool.mkdir()
    for number in range(PACKAGES):
        name = f"sample{number}"
        build = mirror.folder / "build" / name
        (build / "DEBIAN").mkdir(parents=True)
        (build / "DEBIAN/control").write_text(
            f"Package: {name}\nVersion: 1:1.0+b~{number}\nArchitecture: all\nMaintainer: none <none@example.org>\n"
            f"Description: a sample\n")
        (build / "DEBIAN").chmod(0o755)
        (build / "data").write_bytes(rng.randbytes(rng.choice([100, 5000, 100_000, 700_000])))
        run("dpkg-deb", "--root-owner-group", "-Znone", "--build", build, pool)
    release = mirror.upstream / "dists/stable"
    index = release / "main/binary-all"
    index.mkdir(parents=True)
    (index / "Packages").write_text(run(need("apt-ftparchive"), "packages", "pool", cwd=mirror.upstream))
    (release / "Release").write_text(run(
        "apt-ftparchive", "-o", "APT::FTPArchive::Release::Suite=stable", "-o",
        "APT::FTPArchive::Release::Components=main", "-o", "APT::FTPArchive::Release::Architectures=all", "release",
        release))
    return pool


class Apt:
    def __init__(self, folder, url):
        self.folder = folder
        for name in ("state/lists/partial", "cache/archives/partial", "etc/apt.conf.d", "etc/preferences.d", "down"):
            (folder / name).mkdir(parents=True)
        (folder / "etc/sources.list").write_text(f"deb [trusted=yes arch=all] {url}/tree stable main\n")
        (folder / "status").touch()
        self.options = [f"Dir::State={folder}/state", f"Dir::State::status={folder}/status", f"Dir::Cache={folder}/cache",
                        f"Dir::Etc={folder}/etc", f"Dir::Etc::sourcelist={folder}/etc/sources.list",
                        "Dir::Etc::sourceparts=-", "APT::Sandbox::User=root", "Acquire::Languages=none",
                        "Acquire::http::Pipeline-Depth=10", "APT::Architecture=all", "Acquire::Retries=0"]

    def get(self, *words):
        return run("apt-get", *(part for option in self.options for part in ("-o", option)), *words,
                   cwd=self.folder / "down")


def test_apt_downloads_by_pipelines(mirror, archive, served, tmp_path):
    server, log = served()
    apt = Apt(tmp_path / "apt", server.url)
    apt.get("update")
    apt.get("download", *(f"sample{number}" for number in range(PACKAGES)))
    contents = sorted(file.read_bytes() for file in (tmp_path / "apt/down").iterdir())
    assert contents == sorted(package.read_bytes() for package in archive.iterdir())
    asked = log("/pool/", PACKAGES)
    assert len(asked) == PACKAGES and all(line["completed"] for line in asked)
    # Nothing has changed: apt asks with the date that it was told.
    apt.get("update")
    assert [line["status"] for line in log("/Release$", 2)] == [200, 304]


def test_apt_goes_on_where_it_was_cut_off(mirror, archive, served, tmp_path):
    server, log = served()
    apt = Apt(tmp_path / "apt", server.url)
    apt.get("update")
    package = max(archive.iterdir(), key=lambda file: file.stat().st_size)
    name = package.name.split("_")[0]
    # As apt leaves it behind: named as in its cache, with the upstream's date.
    partial = tmp_path / "apt/cache/archives/partial" / package.name.replace("1.0", "1%3a1.0")
    partial.write_bytes(package.read_bytes()[:50_000])
    os.utime(partial, (package.stat().st_mtime, package.stat().st_mtime))
    apt.get("install", "--download-only", "--yes", name)
    line = log("/pool/", 1)[0]
    assert (line["status"], line["bytes"]) == (206, package.stat().st_size - 50_000)
    [whole] = (tmp_path / "apt/cache/archives").glob("*.deb")
    assert whole.read_bytes() == package.read_bytes()


def chunks_of(seed, count=8000):
    rng = random.Random(seed)
    return [rng.randbytes(rng.choice([500, 2000, 8000])) for _ in range(count)]


def test_zchunk_takes_what_changed_by_many_ranges(mirror, served, tmp_path):
    old = chunks_of(1)
    new = list(old)
    for at, changed in zip(range(0, len(new), 40), chunks_of(2)):
        new[at] = changed
    for name, content in (("old", old), ("new", new)):
        (tmp_path / name).write_bytes(b"".join(content))
        run(need("zck"), "-o", tmp_path / f"{name}.zck", tmp_path / name)
    (mirror.upstream / "new.zck").write_bytes((tmp_path / "new.zck").read_bytes())
    server, log = served()
    (tmp_path / "down").mkdir()
    run(need("zckdl"), "-s", tmp_path / "old.zck", server.url + "/tree/new.zck", cwd=tmp_path / "down")
    whole = (tmp_path / "new.zck").read_bytes()
    assert (tmp_path / "down/new.zck").read_bytes() == whole
    asked = log("new.zck", 3)
    assert all(line["status"] == 206 and line["completed"] for line in asked)
    assert max(line["range"].count(",") for line in asked) > 100
    assert sum(line["bytes"] for line in asked) < len(whole) / 2


def test_zsync_takes_what_changed(mirror, served, tmp_path):
    rng = random.Random(3)
    old = bytearray(rng.randbytes(3_000_000))
    new = bytearray(old)
    for at in range(0, len(new), 70_000):
        new[at:at + 10] = rng.randbytes(10)
    (tmp_path / "old").write_bytes(old)
    mirror.write("disk.iso", bytes(new))
    run(need("zsyncmake"), "-u", "disk.iso", "-o", mirror.upstream / "disk.iso.zsync", mirror.upstream / "disk.iso")
    server, log = served()
    (tmp_path / "down").mkdir()
    run(need("zsync"), "-i", tmp_path / "old", server.url + "/tree/disk.iso.zsync", cwd=tmp_path / "down")
    assert (tmp_path / "down/disk.iso").read_bytes() == new
    asked = log("/disk.iso", 2)[1:]
    assert asked and all(line["status"] == 206 for line in asked)
    assert max(line["range"].count(",") for line in asked) > 5
    assert sum(line["bytes"] for line in asked) < len(new) / 3


def test_apt_never_fails_while_generations_are_published_by_schedule(mirror, archive, tmp_path):
    """Indices are asked for by their hash, and those of a moment ago are still there."""
    index = mirror.upstream / "dists/stable/main/binary-all"
    pool = run("apt-ftparchive", "packages", "pool", cwd=mirror.upstream)
    published = []

    def release(number):
        """Whole at any moment, as archives are: what it names is there before it, and goes after it."""
        text = pool.replace("Description: a sample", f"Description: sample {number}")
        (index / "Packages.new").write_text(text)
        named = index / "by-hash/SHA256" / hashlib.sha256(text.encode()).hexdigest()
        named.parent.mkdir(parents=True, exist_ok=True)
        named.write_text(text)
        (index / "Packages.new").rename(index / "Packages")
        told = run("apt-ftparchive", "-o", "APT::FTPArchive::Release::Suite=stable", "-o",
                   "APT::FTPArchive::Release::Components=main", "-o", "APT::FTPArchive::Release::Architectures=all",
                   "-o", "APT::FTPArchive::Release::Acquire-By-Hash=yes", "release", mirror.upstream / "dists/stable")
        (mirror.upstream / "Release.new").write_text(told)
        (mirror.upstream / "Release.new").rename(mirror.upstream / "dists/stable/Release")
        for old in published:
            old.unlink()
        published[:] = [named]

    release(0)
    mirror.configure('schedule = "every 1s"\nmax_delete = "100%"\nexclude = ["*.new"]')
    server = mirror.keep()
    wait_for(lambda: server.get("/tree/dists/stable/Release")[0] == 200, "the first sync", 20)
    apt = Apt(tmp_path / "apt", server.url)
    seen, until, number = set(), time.monotonic() + 8, 0
    while time.monotonic() < until:
        number += 1
        release(number)
        for _ in range(3):
            apt.get("update")
            [lists] = (tmp_path / "apt/state/lists").glob("*Packages*")
            seen.add(lists.read_bytes())
    assert len(seen) >= 3, "it saw several generations"
