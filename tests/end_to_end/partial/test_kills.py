"""Runs for partial trees that are killed at any moment: clients see one generation whole, and the next run goes on."""
import hashlib
import random
import shutil

import pytest

from support import arch_archive, debian_archive, rpm_archive
from support.arch_archive import ArchArchive
from support.debian_archive import DebianArchive
from support.kills import count_steps, kill_at, random_steps
from support.mirror import Mirror
from support.rpm_archive import RpmArchive
from support.trees import contents_of, served

ROUNDS = 40


class DebianVersions:
    """Of five packages one stays, the others have a new version each time; "current" leads to another installer."""

    def __init__(self, mirror, key):
        self.archive = DebianArchive(mirror.upstream, mirror.folder / "build", key)
        debian_archive.select(mirror, key, "installer = true", max_delete='"100%"', grace='"0s"')

    def become(self, version):
        shutil.rmtree(self.archive.root / "pool", ignore_errors=True)
        shutil.rmtree(self.archive.root / "dists", ignore_errors=True)
        shutil.rmtree(self.archive.build, ignore_errors=True)
        shown = {self.archive.package("stays"), *(self.archive.package(name, f"{version}.0") for name in "abcd")}
        self.archive.publish()
        # What a killed run got by one name must do for the others.
        for folder in list(self.archive.root.rglob("by-hash")):
            shutil.rmtree(folder)
        image = random.Random(version).randbytes(20_000)
        sums = f"{hashlib.sha256(image).hexdigest()}  ./mini.iso\n".encode()
        for number in (f"{version}", "current"):
            folder = f"main/installer-amd64/{number}/images"
            self.archive.write(f"dists/stable/{folder}/mini.iso", image)
            self.archive.write(f"dists/stable/{folder}/SHA256SUMS", sums)
            self.archive.released["stable"][f"{folder}/SHA256SUMS"] = sums
        self.archive.sign("stable", self.archive.release_text("stable"))
        return {*shown, f"dists/stable/main/installer-amd64/{version}/images/mini.iso"}


class RpmVersions:
    """The same of RPM's, whose metadata has other names each time."""

    def __init__(self, mirror, key):
        self.archive = RpmArchive(mirror.upstream, key)
        rpm_archive.select(mirror, key, max_delete='"100%"', grace='"0s"')

    def become(self, version):
        shutil.rmtree(self.archive.root / "os", ignore_errors=True)
        self.archive.package("stays")
        for name in "abcd":
            # Few versions, as each is built by rpmbuild; equal ones are no neighbours.
            self.archive.package(name, f"1.{version % 3}")
        self.archive.publish()
        return {f"os/Packages/{name[0]}/{name}-1.{number}-1.x86_64.rpm"
                for name, number in [("stays", 0), *((name, version % 3) for name in "abcd")]}


class ArchVersions:
    """And of pacman's, whose databases keep their names."""

    def __init__(self, mirror, key):
        self.archive = ArchArchive(mirror.upstream, key)
        self.archive.signs_databases = True
        arch_archive.select(mirror, f'repos = ["core"]\nkeyring = "{key.keyring}"', max_delete='"100%"', grace='"0s"')

    def become(self, version):
        for name in list(self.archive.repos.get("core", ())):
            self.archive.drop(name)
        self.archive.package("stays")
        for name in "abcd":
            self.archive.package(name, f"{version + 1}.0-1")
        self.archive.publish()
        return {f"pool/packages/{name}-{number}.0-1-x86_64.pkg.tar.gz"
                for name, number in [("stays", 1), *((name, version + 1) for name in "abcd")]}


class ImageVersions:
    """A folder of images whose contents change under their names, and one for each version."""

    def __init__(self, mirror, key):
        self.mirror, self.key = mirror, key
        mirror.configure('max_delete = "100%"\ngrace = "0s"\n[tree.images]\nmatch = ["now/*.iso", "releases/*/*.iso"]\n'
                         f'newest = 2\nkeyring = "{key.keyring}"')

    def become(self, version):
        self.time = 1_700_000_000 + 3600 * version
        shutil.rmtree(self.mirror.upstream / "now", ignore_errors=True)
        self.write("now", {f"{name}.iso": random.Random(f"{name} {version}").randbytes(20_000) for name in ("net", "live")})
        self.write(f"releases/{version}", {f"live-{version}.iso": random.Random(version).randbytes(20_000)})
        shown = [version, version - 1] if version else [version]
        return {"now/net.iso", "now/live.iso", *(f"releases/{number}/live-{number}.iso" for number in shown)}

    def write(self, folder, images):
        sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in images.items()).encode()
        for name, content in {**images, "SHA256SUMS": sums, "SHA256SUMS.gpg": self.key.detached(sums)}.items():
            self.mirror.write(f"{folder}/{name}", content, self.time)


def packages(tree):
    return {name for name in tree if name.endswith((".deb", ".rpm", ".pkg.tar.gz", ".iso"))}


@pytest.mark.long
@pytest.mark.parametrize("kind", [DebianVersions, RpmVersions, ArchVersions, ImageVersions])
def test_a_killed_sync_shows_no_mix(mirror, key, kind):
    versions = kind(mirror, key)
    versions.become(0)
    mirror.sync()
    probe = Mirror(mirror.folder / "probe")
    of_probe = kind(probe, key)
    of_probe.become(0)
    probe.sync()
    of_probe.become(1)
    counts = count_steps(probe, "sync")
    server = mirror.serve()
    before, killed = contents_of(mirror.checkout), 0
    for version, (step, number) in enumerate(random_steps(counts, random.Random(2027), ROUNDS), start=1):
        expected = versions.become(version)
        killed += kill_at(mirror, step, number, "sync")
        where = f"version {version}, killed at {step} number {number}"
        now = served(server)
        report = mirror.sync()
        assert report["outcome"] in ("published", "unchanged"), where
        after = contents_of(mirror.checkout)
        assert packages(after) == expected, where
        assert now in (before, after), where
        assert served(server) == after, where
        if version % 10 == 0:
            mirror.good("gc")
            assert mirror.json("verify")["damaged"] == [], where
        before = after
    assert killed >= ROUNDS // 2, f"only {killed} runs were killed"
