"""debootstrap on a mirror, and the packages that it installs, which scripts/setup has put aside."""
import os
import pathlib
import re
import shutil
import subprocess

from support.program import need

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")


def add_base_system(archive):
    """Into the archive's pool, under the names that archives have: epochs are not part of them."""
    put_aside = CACHE / "mirrorseed/base-system"
    assert put_aside.is_dir(), "Debian's base system is not put aside: run scripts/setup --tests"
    for deb in put_aside.glob("*.deb"):
        name = deb.name.split("_")[0]
        place = archive.root / "pool/main" / name[0] / name
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(deb, place / re.sub(r"_\d+%3a", "_", deb.name))


def base_packages(stanzas):
    """What debootstrap begins with: names of the packages that are required, and apt."""
    names = ["apt", "usr-is-merged"]
    for stanza in stanzas.decode().split("\n\n"):
        if "\nPriority: required" in stanza:
            names.append(re.search(r"^Package: (\S+)", stanza, re.M)[1])
    return names


def debootstrap(*words):
    """By its own means alone: neither the proxy nor the sources of this machine."""
    assert os.geteuid() == 0, "debootstrap makes what only root may make"
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run([need("debootstrap"), *map(str, words)], capture_output=True, text=True, timeout=550, env=environment)
    assert done.returncode == 0, (words, done.stdout[-3000:], done.stderr[-3000:])
    return done.stdout
