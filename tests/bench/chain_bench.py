#!/usr/bin/env python3
"""Serving beside the work of a mirror, and how long a release takes from its upstream to a client.

The mirror runs as it would: one `mirrorseed run`, with its server and its keeper on the same cores as the clients. The
peer is nginx beside rsync. Rates and the 99th percentile are of small files; each phase is as long as --seconds says.

usage: chain_bench.py MIRRORSEED [FOLDER] [--rounds N] [--seconds S] [--image MIB]
"""
import argparse
import hashlib
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request
from urllib.parse import urlsplit

SMALL, SMALL_SIZE = 2000, 8 << 10
LARGE, LARGE_SIZE = 24, 64 << 20


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fill(path, size, seed):
    path.parent.mkdir(parents=True, exist_ok=True)
    block = hashlib.shake_128(str(seed).encode()).digest(1 << 20)
    with open(path, "wb") as file:
        for at in range(0, size, len(block)):
            file.write(block[:min(len(block), size - at)])
            block = block[1:] + block[:1]


def wait_for(condition, what, within=600):
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            if condition():
                return
        except OSError:
            pass
        time.sleep(0.02)
    raise SystemExit(f"{what} did not happen")


def wrk(url, seconds):
    """Requests in a second, and the 99th percentile in microseconds."""
    script = (f"i = 0\nfunction request() i = (i + 7) % {SMALL}\n"
              f"return wrk.format('GET', '{urlsplit(url).path}small/' .. i) end\n")
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        out = subprocess.run(["wrk", "-t1", "-c16", f"-d{seconds}s", "--latency", "-s", file.name, url], check=True,
                             capture_output=True, text=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    assert "Non-2xx" not in out, out
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", out).groups()
    return rate, float(value) * {"us": 1, "ms": 1000, "s": 1_000_000}[unit]


class Ours:
    def __init__(self, program, folder, upstream):
        self.program, self.folder, self.port = program, folder, free_port()
        self.upstream = upstream
        self.config = folder / "m.toml"
        self.configure("never", "small/**", "manual")
        (folder / "images").mkdir()
        self.command("sync", "tree")
        self.process = subprocess.Popen([program, "-c", self.config, "run"], stderr=subprocess.DEVNULL)
        self.url = f"http://127.0.0.1:{self.port}/tree/"
        wait_for(lambda: urllib.request.urlopen(self.url).status == 200, "serving")

    def configure(self, scrub, include, schedule):
        self.config.write_text(f"""
[store]
path = "{self.folder}/store"
min_free = "0"
[server]
listen = ["127.0.0.1:{self.port}"]
public_url = "http://127.0.0.1:{self.port}"
user = "root"
[sync]
scrub = "{scrub}"
jitter = "0s"
[[tree]]
name = "tree"
upstreams = ["file://{self.upstream}/"]
include = ["{include}"]
schedule = "manual"
[[tree]]
name = "large"
upstreams = ["file://{self.upstream}/"]
include = ["large/**"]
schedule = "{schedule}"
[[tree]]
name = "images"
upstreams = ["file://{self.folder}/images/"]
schedule = "manual"
[[tree.release]]
match = "*.iso"
""")

    def command(self, *arguments):
        return subprocess.run([self.program, "-c", self.config, *arguments, "-q"], check=True, capture_output=True,
                              text=True).stdout

    def begin_first_sync(self):
        return subprocess.Popen([self.program, "-c", self.config, "sync", "large", "-q"], stdout=subprocess.DEVNULL)

    def begin_scrub(self, seconds):
        # Everything once in the time that is measured, again and again.
        self.configure(f"{max(1, seconds // 2)}s", "small/**", "manual")
        self.process.send_signal(signal.SIGHUP)
        time.sleep(1)

    def stop(self):
        self.process.terminate()
        self.process.wait()


class NginxAndRsync:
    def __init__(self, folder, upstream):
        self.folder, self.port, self.upstream = folder, free_port(), upstream
        shutil.copytree(upstream / "small", folder / "root/small")
        config = folder / "nginx.conf"
        config.write_text(f"""user root; worker_processes 2; daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{}} http {{ access_log {folder}/access.log; sendfile on; open_file_cache max=10000;
server {{ listen 127.0.0.1:{self.port} reuseport; root {folder}/root; }} }}""")
        self.process = subprocess.Popen(["nginx", "-c", config, "-e", folder / "start.log"])
        self.url = f"http://127.0.0.1:{self.port}/"
        wait_for(lambda: urllib.request.urlopen(self.url + "small/0").status == 200, "nginx")

    def begin_first_sync(self):
        return subprocess.Popen(["rsync", "-a", f"{self.upstream}/large/", f"{self.folder}/root/large/"])

    def stop(self):
        self.process.terminate()
        self.process.wait()


def beside(server, begin, seconds):
    work = begin()
    told = wrk(server.url, seconds)
    was_at_it = work.poll() is None
    work.wait()
    return told, was_at_it


def first_piece(ours, mib):
    """From the moment when an upstream has a release whole until a client has a piece of it, and a mere copy."""
    image = ours.folder / "image"
    fill(image, mib << 20, time.time())
    os.sync()  # an upstream has its files on its disk
    began = time.monotonic()
    shutil.copy(image, ours.folder / "copy")
    with open(ours.folder / "copy", "rb+") as file:
        os.fsync(file.fileno())
    copied = time.monotonic() - began
    name = f"image-{time.time_ns()}.iso"
    os.rename(image, ours.folder / "images" / name)
    began = time.monotonic()
    ours.command("push", "images")
    import libtorrent

    def torrent():
        with urllib.request.urlopen(f"http://127.0.0.1:{ours.port}/-/releases/images/{name}.torrent") as answer:
            return libtorrent.bdecode(answer.read())
    wait_for(torrent, "the release")
    published = time.monotonic() - began
    client = libtorrent.session({"listen_interfaces": "127.0.0.1:0", "enable_dht": False, "enable_lsd": False,
                                 "enable_upnp": False, "enable_natpmp": False, "ssrf_mitigation": False})
    with tempfile.TemporaryDirectory(dir=ours.folder) as got:
        handle = client.add_torrent({"ti": libtorrent.torrent_info(torrent()), "save_path": got})
        wait_for(lambda: handle.status().num_pieces > 0, "a piece")
        took = time.monotonic() - began
        client.remove_torrent(handle)
    return copied, published, took


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--image", type=int, default=1024)
    options = parser.parse_args()
    print(f"Load before: {os.getloadavg()[0]:.1f}; what others compute meanwhile slows everything.\n")
    rows = {}
    with tempfile.TemporaryDirectory(dir=options.folder) as place:
        place = pathlib.Path(place)
        for number in range(SMALL):
            fill(place / f"upstream/small/{number}", SMALL_SIZE, number)
        for number in range(LARGE):
            fill(place / f"upstream/large/{number}", LARGE_SIZE, -number)
        for number in range(options.rounds):
            for name, make in (("nginx and rsync", lambda folder: NginxAndRsync(folder, place / "upstream")),
                               ("mirrorseed", lambda folder: Ours(options.program, folder, place / "upstream"))):
                folder = place / f"{number}-{name.split()[0]}"
                folder.mkdir()
                server = make(folder)
                try:
                    rows.setdefault((name, "alone"), []).append(wrk(server.url, options.seconds))
                    told, was_at_it = beside(server, server.begin_first_sync, options.seconds)
                    rows.setdefault((name, "beside a first sync" + ("" if was_at_it else " (over before the end)")),
                                    []).append(told)
                    if isinstance(server, Ours):
                        server.begin_scrub(options.seconds)
                        rows.setdefault((name, "beside a scrub"), []).append(wrk(server.url, options.seconds))
                        server.configure("never", "small/**", "manual")
                        server.process.send_signal(signal.SIGHUP)
                        time.sleep(2)
                        rows.setdefault((name, "image"), []).append(first_piece(server, options.image))
                finally:
                    server.stop()
                shutil.rmtree(folder)
    print("| small files | requests/s | p99 |\n| --- | ---: | ---: |")
    for (name, phase), values in rows.items():
        if phase != "image":
            print(f"| {name}, {phase} | {statistics.median(value[0] for value in values):,.0f} "
                  f"| {statistics.median(value[1] for value in values):,.0f} µs |")
    copied, published, took = (statistics.median(column) for column in zip(*rows["mirrorseed", "image"]))
    print(f"\nA release of {options.image} MiB: a copy with fsync takes {copied:.2f} s; {published:.2f} s after it is whole "
          f"upstream its torrent is published, and after {took:.2f} s a client has a piece.")


if __name__ == "__main__":
    main()
