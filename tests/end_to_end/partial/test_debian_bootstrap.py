"""A system of Debian's own packages, installed from a part of an archive by Debian's own installer."""
import subprocess

import pytest

from support.debian_archive import pool, select
from support.debootstrap import add_base_system, base_packages, debootstrap


@pytest.fixture
def base(mirror, archive, key):
    """A server of the base system, of an archive that has more than that."""
    add_base_system(archive)
    archive.package("stray")
    archive.publish("bookworm")
    wanted = base_packages(archive.packages_of("main", "amd64"))
    select(mirror, key, f"""suites = ["bookworm"]
        packages = [{", ".join(f'"{name}"' for name in wanted)}]
        dependencies = true""")
    report = mirror.sync()
    assert report["outcome"] == "published" and not report.get("left_out"), report
    assert len(pool(mirror)) > 80 and "stray_1.0_amd64.deb" not in pool(mirror)
    return mirror.serve()


def test_all_that_it_downloads_is_there(mirror, base, key, tmp_path):
    """By the archive's signature and the sum of each package."""
    said = debootstrap("--download-only", "--variant=minbase", f"--keyring={key.keyring}", "bookworm", tmp_path / "target",
                       f"{base.url}/tree")
    assert "I: Valid Release signature" in said
    assert len(list((tmp_path / "target/var/cache/apt/archives").glob("*.deb"))) == len(pool(mirror))


@pytest.mark.long
def test_the_system_that_it_installs_runs(mirror, base, key, tmp_path):
    target = tmp_path / "target"
    said = debootstrap("--variant=minbase", f"--keyring={key.keyring}", "bookworm", target, f"{base.url}/tree")
    assert "I: Base system installed successfully." in said
    installed = subprocess.run(["chroot", str(target), "dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package}_${Version}\n"],
                               capture_output=True, text=True, check=True).stdout.splitlines()
    assert {line.split()[0] for line in installed} == {"ii"}
    assert len(installed) == len(pool(mirror)), "it is all that the mirror holds"
