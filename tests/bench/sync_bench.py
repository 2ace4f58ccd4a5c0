#!/usr/bin/env python3
"""Mirrors the same tree with ours and with rsync and lftp in turn, and prints a table of medians.

The upstreams are rsync's daemon and nginx on loopback. Every first sync goes into a fresh folder, and what earlier rounds
made stays until the end: on ext4, making files is slow for a while after many were deleted. Caches are left as they are,
for both alike, and what is not on disk yet is written before each run. Ours asks the disk to keep what it publishes, the
peers do not; so the time until all is on disk is told as well.

usage: sync_bench.py MIRRORSEED [FOLDER] [--cases rsync,http] [--files N] [--rounds N]
       sync_bench.py MIRRORSEED [FOLDER] --cases memory [--files N]
"""
import argparse
import dataclasses
import math
import os
import pathlib
import random
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time

MEAN_SIZE = 26_000
SPREAD = 1.8  # of the logarithm of the sizes
LARGEST = 64 << 20
BLOCK = 96 << 20
OLD = 1_600_000_000


def need(program):
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if found is None:
        raise SystemExit(f"{program} is missing; scripts/setup --tests installs it")
    return found


# --- trees ------------------------------------------------------------------------------------------------------------

def sizes_of(files):
    """Log-normal, and together what their mean says."""
    rng = random.Random(1)
    drawn = [rng.lognormvariate(math.log(MEAN_SIZE) - SPREAD ** 2 / 2, SPREAD) for _ in range(files)]
    scale = MEAN_SIZE * files / sum(drawn)
    return [max(16, min(LARGEST, int(size * scale))) for size in drawn]


def write_file(path, content, number):
    path.write_bytes(content)
    os.utime(path, (OLD + number, OLD + number))


def write_tree(root, files):
    """A hundred files to a folder, no two alike. Answers their bytes."""
    block, rng, sizes = random.Random(2).randbytes(BLOCK), random.Random(3), sizes_of(files)
    for number, size in enumerate(sizes):
        place = root / f"pool/{number // 10_000:03}/{number // 100 % 100:02}"
        if number % 100 == 0:
            place.mkdir(parents=True)
        begin = rng.randrange(BLOCK - size)
        write_file(place / f"package-{number}.deb", number.to_bytes(8, "big") + block[begin:begin + size - 8], number)
    return sum(sizes)


def write_small_tree(root, files):
    """A hundred files of a few bytes to a folder."""
    for number in range(files):
        place = root / f"{number // 10_000:03}/{number // 100 % 100:02}"
        if number % 100 == 0:
            place.mkdir(parents=True)
        write_file(place / f"file-{number}", b"%d\n" % number, number)
    return 0


def count(folder):
    """Files and their bytes."""
    files = total = 0
    for at, _, names in os.walk(folder):
        files += len(names)
        total += sum(os.lstat(os.path.join(at, name)).st_size for name in names)
    return files, total


# --- servers ----------------------------------------------------------------------------------------------------------

def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Daemon:
    """Serves a tree on a free port of loopback, in a process group of its own."""

    def __init__(self, folder, root):
        self.folder, self.port = folder, free_port()
        folder.mkdir()
        self.process = subprocess.Popen(self.command(root), start_new_session=True, stdin=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise SystemExit(f"{type(self).__name__} does not listen")

    def stop(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Rsyncd(Daemon):
    def command(self, root):
        config = self.folder / "rsyncd.conf"
        user = "uid = root\ngid = root\n" if os.geteuid() == 0 else ""
        config.write_text(f"port = {self.port}\naddress = 127.0.0.1\nuse chroot = no\n{user}"
                          f"lock file = {self.folder}/lock\nlog file = {self.folder}/log\n[tree]\npath = {root}\n")
        return [need("rsync"), "--daemon", "--no-detach", f"--config={config}"]

    @property
    def url(self):
        return f"rsync://127.0.0.1:{self.port}/tree/"


class Nginx(Daemon):
    def command(self, root):
        config = self.folder / "nginx.conf"
        places = "".join(f"{kind}_temp_path {self.folder}/{kind};" for kind in
                         ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        config.write_text(f"""
{"user root;" if os.geteuid() == 0 else ""} worker_processes 2; daemon off; pid {self.folder}/pid;
events {{}}
http {{
    {places} types {{}} default_type application/octet-stream; access_log off; sendfile on; keepalive_requests 1000000;
    server {{ listen 127.0.0.1:{self.port}; root {root}; autoindex on; }}
}}
""")
        return [need("nginx"), "-p", self.folder, "-c", config, "-e", self.folder / "error.log"]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/"


# --- runs -------------------------------------------------------------------------------------------------------------

@dataclasses.dataclass
class Run:
    seconds: float
    on_disk: float  # with what the kernel still had to write
    peak: int  # MiB of the process itself, and not of what it starts


class Watch:
    """The most memory that a process had, asked of the kernel until it is over."""

    def __init__(self, process):
        self.peak, self.process = 0, process
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        status = pathlib.Path(f"/proc/{self.process}/status")
        while True:
            try:
                said = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
            except (FileNotFoundError, ProcessLookupError):
                return
            if not said:  # it is over, and nobody has asked for its end yet
                return
            self.peak = int(said[0].split()[1]) >> 10
            time.sleep(0.02)


def timed(command, folder):
    os.sync()
    with open(folder / "said", "ab") as said:
        begin = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], stdout=said, stderr=said, stdin=subprocess.DEVNULL,
                                   env={**os.environ, "HOME": str(folder), "LC_ALL": "C.UTF-8"})
        watch = Watch(process.pid)
        status = process.wait()
        seconds = time.perf_counter() - begin
    os.sync()
    on_disk = time.perf_counter() - begin
    watch.thread.join()
    if status != 0:
        raise SystemExit(f"{command} ended with status {status}: {(folder / 'said').read_text()[-2000:]}")
    return Run(seconds, on_disk, watch.peak)


class Ours:
    name = "mirrorseed sync"

    def __init__(self, program, server, folder):
        self.program, self.folder = program, folder
        folder.mkdir()
        self.config = folder / "mirrorseed.toml"
        self.config.write_text(f'[store]\npath = "{folder}/store"\nmin_free = "0"\n'
                               f'[[tree]]\nname = "tree"\nupstreams = ["{server.url}"]\n')
        self.result = folder / "store/trees/tree"

    def run(self):
        return timed([self.program, "-c", self.config, "-q", "sync"], self.folder)


class Rsync:
    name = "rsync -a"

    def __init__(self, server, folder):
        self.folder, self.server, self.result = folder, server, folder / "tree"
        folder.mkdir()

    def run(self):
        return timed([need("rsync"), "-a", self.server.url, f"{self.result}/"], self.folder)


class Lftp:
    name = "lftp mirror --parallel=8"

    def __init__(self, server, folder):
        self.folder, self.server, self.result = folder, server, folder / "tree"
        folder.mkdir()

    def run(self):
        return timed([need("lftp"), "-c", f"open {self.server.url}; mirror --parallel=8 / {self.result}"], self.folder)


CASES = {"rsync": (Rsyncd, Rsync), "http": (Nginx, Lftp)}


# --- tables -----------------------------------------------------------------------------------------------------------

def shown(runs, of):
    seconds = statistics.median(of(run) for run in runs)
    return f"{seconds:.2f} s, {max(run.peak for run in runs)} MiB"


def row(title, name, ours, theirs, of):
    # Of each round's own pair, so that what slows the machine for a while slows both.
    ratio = statistics.median(of(b) / of(a) for a, b in zip(ours, theirs))
    print(f"| {title} | {shown(ours, of)} | {name} | {shown(theirs, of)} | {ratio:.2f} |", flush=True)


def compare(case, options, work, source, wanted):
    kind, peer = CASES[case]
    server = kind(work / f"server-{case}", source)
    first, again = {"ours": [], "peer": []}, {"ours": [], "peer": []}
    try:
        for turn in range(options.rounds):
            sides = {"ours": Ours(options.program, server, work / f"{case}-ours-{turn}"),
                     "peer": peer(server, work / f"{case}-peer-{turn}")}
            order = list(sides.items())[::-1 if turn % 2 else 1]
            for runs in (first, again):
                for name, side in order:
                    runs[name].append(side.run())
            for name, side in order:
                if count(side.result) != wanted:
                    raise SystemExit(f"{name} made something else: {count(side.result)} and not {wanted}")
    finally:
        server.stop()
    row(f"first sync, {case}", peer.name, first["ours"], first["peer"], lambda run: run.seconds)
    row(f"first sync, {case}, until all is on disk", peer.name, first["ours"], first["peer"], lambda run: run.on_disk)
    row(f"nothing changed, {case}", peer.name, again["ours"], again["peer"], lambda run: run.seconds)


def measure_memory(options, work, source):
    server = Rsyncd(work / "server-memory", source)
    ours = Ours(options.program, server, work / "memory")
    print(f"\n| {options.files:,} small files, by rsync | time | peak memory of mirrorseed itself |\n| --- | ---: | ---: |")
    try:
        for title in ("first sync", "nothing changed"):
            run = ours.run()
            print(f"| {title} | {run.seconds:.1f} s | {run.peak} MiB |", flush=True)
    finally:
        server.stop()


def parse_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("folder", nargs="?", default="/var/tmp", help="on a disk; what is made in it goes at the end")
    parser.add_argument("--cases", type=lambda text: text.split(","), default=["rsync", "http"])
    parser.add_argument("--files", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if not set(options.cases) <= {*CASES, "memory"} or ("memory" in options.cases and len(options.cases) > 1):
        parser.error("cases are rsync and http, or memory alone")
    options.files = options.files or (1_000_000 if "memory" in options.cases else 100_000)
    return options


def check_room(options, folder):
    """Each first sync is kept until the end, and a file takes a block and an inode at least."""
    each = options.files * (4096 if "memory" in options.cases else MEAN_SIZE + 4096)
    copies = 2 if "memory" in options.cases else 1 + 2 * options.rounds * len(options.cases)
    free = shutil.disk_usage(folder).free
    if each * copies > free:
        raise SystemExit(f"{each * copies >> 30} GiB are needed in {folder}, {free >> 30} GiB are free; "
                         "take one case at a time, or fewer files or rounds")


def main():
    options = parse_options()
    check_room(options, options.folder)
    with tempfile.TemporaryDirectory(prefix="mirrorseed-bench-", dir=options.folder) as name:
        work = pathlib.Path(name)
        work.chmod(0o755)
        source = work / "source"
        if "memory" in options.cases:
            write_small_tree(source, options.files)
            return measure_memory(options, work, source)
        total = write_tree(source, options.files)
        print(f"| {options.files:,} files, {total / 1e9:.2f} GB | mirrorseed: median, most memory | peer "
              "| median, most memory | peer / ours |\n| --- | ---: | --- | ---: | ---: |", flush=True)
        for case in options.cases:
            compare(case, options, work, source, (options.files, total))
    return None


if __name__ == "__main__":
    main()
