#!/usr/bin/env python3
"""A part of a Debian archive: the first sync and one that changes nothing, beside debmirror and apt-mirror.

The archive has --packages small packages and is served by nginx on this machine, the same for all. Each mirrors one suite,
one component and one architecture, signatures and sums verified where the program can.

usage: partial_bench.py MIRRORSEED [FOLDER] [--packages N] [--rounds N]
"""
import argparse
import gzip
import hashlib
import lzma
import os
import pathlib
import random
import resource
import statistics
import subprocess
import tempfile
import time


# A host of its own at the port of HTTP, as apt-mirror can name no other; that takes root.
HOST = "127.0.80.80"


def make_archive(root, home, packages):
    """As large as packages' metadata is: names, versions, relations and descriptions of a usual length."""
    dice = random.Random(1)
    stanzas = []
    for number in range(packages):
        name = f"{dice.choice(['lib', 'python3-', 'node-', 'golang-', ''])}sample{number}"
        content = dice.randbytes(dice.choice([300, 800, 2000]))
        path = f"pool/main/{name[:4] if name.startswith('lib') else name[0]}/{name}/{name}_1.{number % 90}-1_amd64.deb"
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
        depends = ", ".join(f"libsample{dice.randrange(packages)} (>= 1.0)" for _ in range(dice.randrange(6)))
        stanzas.append(f"Package: {name}\nVersion: 1.{number % 90}-1\nArchitecture: amd64\nMaintainer: none <none@example.org>\n"
                       f"Depends: {depends or 'libc6'}\nSection: misc\nPriority: optional\nDescription: the sample {number} of many\n"
                       f"Description-md5: {hashlib.md5(name.encode()).hexdigest()}\nFilename: {path}\nSize: {len(content)}\n"
                       f"MD5sum: {hashlib.md5(content).hexdigest()}\nSHA256: {hashlib.sha256(content).hexdigest()}\n")
    text = "\n".join(stanzas).encode()
    index = root / "dists/stable/main/binary-amd64"
    index.mkdir(parents=True)
    forms = {"Packages": text, "Packages.gz": gzip.compress(text, 6), "Packages.xz": lzma.compress(text, preset=2)}
    for name, content in forms.items():
        if name != "Packages":
            (index / name).write_bytes(content)
    sums = {kind: "".join(f" {hashlib.new(kind, content).hexdigest()} {len(content)} main/binary-amd64/{name}\n"
                          for name, content in forms.items()) for kind in ("md5", "sha256")}
    release = (f"Origin: none\nSuite: stable\nCodename: stable\nComponents: main\nArchitectures: amd64\n"
               f"Date: {subprocess.run(['date', '-u', '-R'], capture_output=True, text=True).stdout.strip()[:-5]}UTC\n"
               f"MD5Sum:\n{sums['md5']}SHA256:\n{sums['sha256']}").encode()
    home.mkdir(mode=0o700)
    gpg = ["gpg", "--homedir", home, "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""]
    subprocess.run([*gpg, "--quick-generate-key", "none@example.org", "rsa2048", "sign", "never"], check=True)
    suite = root / "dists/stable"
    (suite / "Release").write_bytes(release)
    for name, how in (("InRelease", "--clearsign"), ("Release.gpg", "--detach-sign")):
        (suite / name).write_bytes(subprocess.run([*gpg, "--armor", how], input=release, check=True, capture_output=True).stdout)
    keyring = home / "keyring.gpg"
    keyring.write_bytes(subprocess.run([*gpg, "--export"], check=True, capture_output=True).stdout)
    return keyring


class Mirrorseed:
    def __init__(self, program, folder, keyring):
        (folder / "m.toml").write_text(f"""
[store]
path = "{folder}/store"
min_free = "0"
[[tree]]
name = "debian"
upstreams = ["http://{HOST}/"]
max_delete = "100%"
[tree.debian]
suites = ["stable"]
components = ["main"]
architectures = ["amd64"]
keyring = "{keyring}"
""")
        self.command = [program, "-c", folder / "m.toml", "sync", "-q"]
        self.packages = folder / "store/trees/debian"


class Debmirror:
    def __init__(self, folder, keyring):
        self.packages = folder / "mirror"
        (folder / "debmirror.conf").write_text("1;\n")
        self.command = ["debmirror", "--method=http", f"--host={HOST}", "--root=/", "--dist=stable", "--section=main",
                        "--arch=amd64", "--nosource", f"--keyring={keyring}", "--rsync-extra=none",
                        f"--config-file={folder}/debmirror.conf", self.packages]


class AptMirror:
    def __init__(self, folder, keyring):
        base = folder / "apt-mirror"
        for name in ("mirror", "skel", "var"):
            (base / name).mkdir(parents=True)
        (base / "var/postmirror.sh").write_text("#!/bin/sh\n")
        (folder / "mirror.list").write_text(
            f"set base_path {base}\nset defaultarch amd64\nset nthreads 20\nset _tilde 0\nset run_postmirror 0\n"
            f"deb http://{HOST}/ stable main\n")
        self.packages = base / "mirror"
        self.command = ["apt-mirror", folder / "mirror.list"]


def timed(command):
    """Seconds, CPU seconds and the peak of memory, of it and its children."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        began = time.monotonic()
        with open(os.devnull, "w") as null:
            status = subprocess.run([str(word) for word in command], stdout=null, stderr=null).returncode
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        os.write(write, repr((status, time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss)).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        status, *told = eval(pipe.read())  # what we wrote ourselves
    os.waitpid(child, 0)
    assert status == 0, (command, status)
    return told


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--packages", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"Load before: {os.getloadavg()[0]:.1f}; {options.packages:,} packages; medians of {options.rounds} rounds.\n")
    with tempfile.TemporaryDirectory(dir=options.folder) as place:
        place = pathlib.Path(place)
        keyring = make_archive(place / "archive", place / "gpg", options.packages)
        (place / "nginx.conf").write_text(f"""user root; worker_processes 1; daemon off; pid {place}/pid;
events {{ worker_connections 1000; }} http {{ access_log off; sendfile on; keepalive_requests 1000000;
server {{ listen {HOST}:80; root {place}/archive; }} }}""")
        nginx = subprocess.Popen(["nginx", "-c", place / "nginx.conf", "-e", place / "nginx.log"])
        rows = {}
        try:
            for number in range(options.rounds):
                for name, make in (("debmirror", Debmirror), ("apt-mirror", AptMirror),
                                   ("mirrorseed", lambda *rest: Mirrorseed(options.program, *rest))):
                    folder = place / f"{number}-{name}"
                    folder.mkdir()
                    peer = make(folder, keyring)
                    rows.setdefault((name, "first"), []).append(timed(peer.command))
                    held = sum(1 for _ in pathlib.Path(peer.packages).rglob("*.deb"))
                    assert held == options.packages, (name, held)
                    # It stays: ext4 is slow for a minute where many files were just removed.
                    rows.setdefault((name, "no change"), []).append(timed(peer.command))
        finally:
            nginx.terminate()
            nginx.wait()
    print("| | first sync | no change | its CPU time | its memory |\n| --- | ---: | ---: | ---: | ---: |")
    for name in ("mirrorseed", "debmirror", "apt-mirror"):
        first, again = ([statistics.median(column) for column in zip(*rows[name, what])] for what in ("first", "no change"))
        print(f"| {name} | {first[0]:.1f} s | {again[0]:.2f} s | {again[1]:.2f} s | {again[2] / 1024:.0f} MiB |")


if __name__ == "__main__":
    main()
