#!/usr/bin/env python3
"""Announces to our tracker and to opentracker, for the same hashes, and prints tables of medians.

The server has one core and what loads it another. What counts is the server's own time (utime and stime): announces
answered for each second of it. Peers are as many as a hundred in each of a thousand swarms, known already, and each wants
fifty others. What a peer takes is the growth of resident memory, in one swarm and in 10,000.

usage: tracker_bench.py MIRRORSEED TRACKER_LOAD [--rounds N] [--seconds S] [--peers N]
"""
import argparse
import json
import os
import pathlib
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

from http_peers import need

WAYS = {"UDP": "udp", "HTTP, a connection for each": "http,", "HTTP, kept": "keep,"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(done, what):
    for _ in range(400):
        if done():
            return
        time.sleep(0.05)
    sys.exit(f"{what} did not happen")


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Tracker:
    """One that has a core to itself."""

    def __init__(self, core, command, port, **options):
        self.port = port
        self.process = subprocess.Popen(["taskset", "-c", str(core), *map(str, command)], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, **options)
        wait_until(lambda: listens(port), f"{command[0]} at {port}")

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        sys.exit("no memory is told")

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Ours(Tracker):
    name, path = "mirrorseed", "/-/announce"

    def __init__(self, bench, hashes):
        port = free_port()
        store, config = bench.folder / "store", bench.folder / "mirrorseed.toml"
        config.write_text(f"""
[store]
path = "{store}"
min_free = "0"
[server]
listen = ["127.0.0.1:{port}"]
public_url = "http://localhost:{port}"
user = ""
tracker = true
tracker_udp = ["127.0.0.1:{port}"]
[log]
level = "off"
[[tree]]
name = "tree"
upstreams = ["file://{bench.folder}/upstream/"]
""")
        (bench.folder / "upstream").mkdir(exist_ok=True)
        (bench.folder / "upstream" / "file").write_text("text")
        if not store.exists():
            subprocess.run([bench.mirrorseed, "-c", config, "sync"], check=True, capture_output=True)
        catalogue = sqlite3.connect(store / "catalogue.db", timeout=20)
        with catalogue:
            catalogue.execute("delete from releases")
            catalogue.executemany(
                "insert into releases(tree, path, name, title, published, size, info_hash_v1) "
                "values((select id from trees), x'78', x'78', 'x', 1, 1, ?)", [(each,) for each in hashes])
        catalogue.close()
        super().__init__(bench.core, [bench.mirrorseed, "-c", config, "serve"], port)


class Opentracker(Tracker):
    name, path = "opentracker", "/announce"

    def __init__(self, bench, hashes):
        port = free_port()
        whitelist = bench.folder / "whitelist"
        whitelist.write_text("".join(each.hex() + "\n" for each in hashes))
        bench.folder.chmod(0o755)
        super().__init__(bench.core, [need("opentracker"), "-i", "127.0.0.1", "-p", port, "-P", port, "-w", "whitelist",
                                      "-d", bench.folder, "-u", "nobody"], port, cwd=bench.folder)


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.mirrorseed = pathlib.Path(options.mirrorseed).resolve()
        cores = sorted(os.sched_getaffinity(0))
        self.core, self.load_core = cores[0], cores[min(1, len(cores) - 1)]
        rng = random.Random(1)
        self.hashes = [rng.randbytes(20) for _ in range(10_000)]

    def load(self, tracker, way, hashes, peers, how):
        listed = self.folder / "hashes"
        listed.write_text("".join(each.hex() + "\n" for each in hashes))
        way += tracker.path if "," in way else ""
        done = subprocess.run(["taskset", "-c", str(self.load_core), self.options.tracker_load, way, str(tracker.port),
                               listed, str(peers), str(how)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{tracker.name}: {done.stderr}")
        result = json.loads(done.stdout)
        if result["lost"] > result["answered"] / 1000:
            sys.exit(f"{tracker.name}: {result['lost']} announces were not answered")
        return result

    def rate(self, kind, way):
        """Announces for a second of the server's time, and bytes of an answer."""
        hashes = self.hashes[:1000]
        tracker = kind(self, hashes)
        try:
            self.load(tracker, "udp", hashes, 100_000, "fill")
            before = tracker.cpu()
            result = self.load(tracker, WAYS[way], hashes, 100_000, self.options.seconds)
            used = tracker.cpu() - before
        finally:
            tracker.stop()
        return result["answered"] / used, result["bytes"] / result["answered"]

    def memory(self, kind, swarms):
        """Bytes of one peer."""
        hashes = self.hashes[:swarms]
        tracker = kind(self, hashes)
        try:
            self.load(tracker, "udp", hashes[:1], 100, "fill")
            before = tracker.resident()
            self.load(tracker, "udp", hashes, self.options.peers, "fill")
            return (tracker.resident() - before) / self.options.peers
        finally:
            tracker.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mirrorseed")
    parser.add_argument("tracker_load")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--peers", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mirrorseed-bench-") as folder:
        bench = Bench(options, pathlib.Path(folder))
        kinds = (Ours, Opentracker)
        rounds = {}
        for number in range(options.rounds):
            for way in WAYS:
                for kind in kinds if number % 2 == 0 else reversed(kinds):
                    if way == "HTTP, kept" and kind is Opentracker:
                        continue  # which ends every connection
                    rounds.setdefault((way, kind), []).append(bench.rate(kind, way))
        print("| announces | opentracker | mirrorseed | ours / theirs |\n| --- | ---: | ---: | ---: |")
        for way in WAYS:
            told = {kind: "{:,.0f} for a second of CPU, of {:.0f} bytes".format(*map(statistics.median, zip(*found)))
                    for kind in kinds if (found := rounds.get((way, kind)))}
            # Of each round, as what else the machine does changes from one to the next.
            ratios = [ours[0] / theirs[0] for ours, theirs in zip(rounds[way, Ours], rounds.get((way, Opentracker), []))]
            print(f"| {way} | {told.get(Opentracker, 'has none')} | {told[Ours]} | "
                  f"{f'{statistics.median(ratios):.2f}' if ratios else ''} |")
        print("\n| a peer of IPv4 | opentracker | mirrorseed |\n| --- | ---: | ---: |")
        for swarms in (1, 10_000):
            theirs, ours = (bench.memory(kind, swarms) for kind in (Opentracker, Ours))
            print(f"| {options.peers:,} in {swarms:,} swarm{'s' if swarms > 1 else ''} | {theirs:.1f} bytes | {ours:.1f} bytes |")


if __name__ == "__main__":
    main()
