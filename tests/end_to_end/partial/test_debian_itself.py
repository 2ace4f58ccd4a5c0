"""Debian's own metadata with Debian's own signatures, as apt of this machine has it; no package is fetched."""
import pathlib
import subprocess

import pytest

from support.debian_archive import select
from support.program import need

LISTS = pathlib.Path("/var/lib/apt/lists")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def unpacked(file):
    return subprocess.run(["/usr/lib/apt/apt-helper", "cat-file", str(file)], capture_output=True, check=True).stdout


def suites():
    """Each InRelease of apt's lists with the Packages files that belong to it."""
    for release in sorted(LISTS.glob("*_InRelease")):
        begin = release.name.removesuffix("InRelease")
        yield release, begin.rpartition("_dists_")[2].strip("_").replace("_", "/"), {
            file.name.removeprefix(begin).replace("_", "/"): file for file in sorted(LISTS.glob(f"{begin}*_Packages*"))}


@pytest.mark.long
def test_it_is_believed_and_selected(mirror):
    need("apt-get")
    names, components, packages = [], set(), 0
    for release, suite, indices in suites():
        folder = mirror.upstream / "dists" / suite
        folder.mkdir(parents=True)
        (folder / "InRelease").write_bytes(unpacked(release))
        for name, file in indices.items():
            plain = name.removesuffix(".lz4")
            (folder / plain).parent.mkdir(parents=True, exist_ok=True)
            content = unpacked(file)
            (folder / plain).write_bytes(content)
            packages += content.count(b"\nFilename: ")
            components.add(plain.split("/")[0])
        names.append(suite)
    assert names and packages > 1000, "apt has no lists: run apt-get update"

    class Debians:
        keyring = KEYRING
    listed = ", ".join(f'"{name}"' for name in names)
    select(mirror, Debians, f"""suites = [{listed}]
        components = [{", ".join(f'"{name}"' for name in sorted(components))}]
        valid_until = "ignore"
        cnf = false
        dep11 = false
        languages = []""")
    [tree] = mirror.json("estimate")
    assert 0.9 * packages < tree["files"] < 1.1 * packages + 1000 and tree["bytes"] > 1 << 30, (tree, packages)
    select(mirror, Debians, f"""suites = [{listed}]
        packages = "none"
        valid_until = "ignore"
        languages = []""")
    assert mirror.sync()["outcome"] == "published" and mirror.sync()["outcome"] == "unchanged"
