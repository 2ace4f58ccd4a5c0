#!/usr/bin/env python3
"""Makes torrents of the same data with ours and with the peers in turn, and prints a table of medians.

Whole processes are timed, but of libtorrent, which comes as a Python module, only its own work.

usage: torrent_bench.py MIRRORSEED [FOLDER]
"""
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 7
BIG = 2 << 30
SMALL_FILES = 20_000
LIBTORRENT = str(pathlib.Path(__file__).with_name("libtorrent_peer.py"))


def big_file(path):
    rng = random.Random(1)
    with open(path, "wb") as file:
        for _ in range(BIG >> 20):
            file.write(rng.randbytes(1 << 20))


def small_files(folder):
    """Log-normal sizes around 8 KiB, in folders of a hundred."""
    rng = random.Random(2)
    for number in range(SMALL_FILES):
        place = folder / f"d{number // 100:03}"
        place.mkdir(parents=True, exist_ok=True)
        size = min(1 << 20, int(rng.lognormvariate(9, 1.2)))
        (place / f"f{number:05}").write_bytes(rng.randbytes(size))


def forget_pages(path):
    os.sync()
    for file in [path] if path.is_file() else path.rglob("*"):
        if file.is_file():
            fd = os.open(file, os.O_RDONLY)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(fd)


def timed(command, out):
    """Seconds, and the most memory in MiB."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    assert status == 0 and out.stat().st_size > 0, (command, said)
    out.unlink()
    return float(said) if command[1] == LIBTORRENT else seconds, usage.ru_maxrss / 1024


def commands(program, path, out, piece, threads):
    def ours(form):
        return [program, "torrent", "create", path, "-o", out, "--format", form, "--piece-length", piece,
                "--threads", threads, "-q"]

    def libtorrent(form):
        return ["/usr/bin/python3", LIBTORRENT, form, piece, path, out]

    log2 = piece.bit_length() - 1
    return {
        "v1": ours("v1"), "v2": ours("v2"), "hybrid": ours("hybrid"),
        "mktorrent v1": ["mktorrent", "-l", log2, "-t", threads, "-o", out, path],
        "transmission-create v1": ["transmission-create", "-s", piece >> 10, "-o", out, path],
        "libtorrent v1": libtorrent("v1"), "libtorrent v2": libtorrent("v2"),
        "libtorrent hybrid": libtorrent("hybrid"),
    }


COMPARED = [("v1", "mktorrent v1"), ("v1", "transmission-create v1"), ("v1", "libtorrent v1"),
            ("v2", "libtorrent v2"), ("hybrid", "mktorrent v1"), ("hybrid", "libtorrent hybrid")]


def measure(what, path, piece, threads, program, out, cold=False, compared=COMPARED, rounds=ROUNDS):
    every = commands(program, path, out, piece, threads)
    # transmission-create and libtorrent hash with one thread.
    compared = [pair for pair in compared if threads == 1 or pair[1].startswith("mktorrent")]
    wanted = dict.fromkeys(name for pair in compared for name in pair)
    times = {name: [] for name in wanted}
    memory = dict.fromkeys(wanted, 0)
    for _ in range(rounds):
        for name in wanted:
            if cold:
                forget_pages(path)
            seconds, peak = timed([str(part) for part in every[name]], out)
            times[name].append(seconds)
            memory[name] = max(memory[name], peak)
    for ours, theirs in compared:
        # Of each round's own pair, so that what slows the machine for a while slows both.
        ratio = statistics.median(b / a for a, b in zip(times[ours], times[theirs]))
        print(f"| {what} | {threads} | {ours} | {statistics.median(times[ours]):.2f} s, {memory[ours]:.0f} MiB "
              f"| {theirs} | {statistics.median(times[theirs]):.2f} s | {ratio:.1f} |", flush=True)


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory(prefix="mirrorseed-bench-", dir=(sys.argv[2:] or [None])[0]) as name:
        folder = pathlib.Path(name)
        big, small, out = folder / "big.iso", folder / "small", folder / "out.torrent"
        big_file(big)
        small_files(small)
        print("| data | threads | ours | median, most memory | peer | median | peer / ours |")
        print("| --- | ---: | --- | ---: | --- | ---: | ---: |")
        for threads in (1, 2):
            measure("2 GiB, warm", big, 2 << 20, threads, program, out)
        for threads in (1, 2):
            measure("20,000 files, warm", small, 256 << 10, threads, program, out,
                    compared=[("v1", "mktorrent v1"), ("v1", "transmission-create v1"), ("v1", "libtorrent v1"),
                              ("v2", "libtorrent v2")])
        measure("20,000 files, warm", small, 16 << 10, 1, program, out,
                compared=[("hybrid", "libtorrent hybrid")])
        measure("2 GiB, cold", big, 2 << 20, 2, program, out, cold=True, rounds=3,
                compared=[("v1", "mktorrent v1"), ("hybrid", "mktorrent v1")])


if __name__ == "__main__":
    main()
