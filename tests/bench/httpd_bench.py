#!/usr/bin/env python3
"""Serves the same files with ours, nginx, lighttpd and Caddy in turn, and prints tables of medians.

The server has one core and its client another: wrk, and for large bodies http_drain, because copying them costs wrk
more than sending them costs a server. How much of its core a server used stands beside its rate: where that is well
below 100 %, the client or somebody else was the limit, and the table of CPU tells more. Answers are checked before they
are timed.

usage: httpd_bench.py MIRRORSEED [FOLDER] [--cases A,B] [--rounds N] [--seconds S] [--wrk]
"""
import argparse
import dataclasses
import os
import pathlib
import random
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from http_feed import feed
from http_load import SlowDownloads, bytes_for_each_idle, get, run_drain, run_wrk, spans_of, speaks_tls, wrong
from http_peers import Caddy, Lighttpd, Nginx, Ours, OurStore, need

KiB, MiB, GiB = 1 << 10, 1 << 20, 1 << 30
BIG, MANY, PARTED = ("big", 2 * GiB), ("many", 8 * KiB), ("parted", 20_000_000)
MANY_FILES = 10_000
PEERS = (Nginx, Lighttpd, Caddy)
OURS = (Ours, OurStore)


@dataclasses.dataclass
class Case:
    name: str
    title: str
    file: tuple  # its name and size
    requests: callable  # [(path, Range or None)]
    connections: int = 32
    tls: bool = False
    large: bool = False  # bodies, so that those half sent at the end count too

    def body(self):
        """Bytes of an answer's body, on average."""
        requests = self.requests()
        return statistics.mean(sum(end - begin for begin, end in spans_of(ranges)) if ranges else self.file[1]
                               for _, ranges in requests)


def whole(name):
    return lambda: [(f"/{name}", None)]


def ranges_of_big(size):
    def requests():
        rng = random.Random(size)
        begins = [rng.randrange(BIG[1] // size) * size for _ in range(4096)]
        return [("/big", f"bytes={begin}-{begin + size - 1}") for begin in begins]
    return requests


def many_files():
    names = [f"/many/{number // 100:02}/{number:04}" for number in range(MANY_FILES)]
    random.Random(1).shuffle(names)
    return [(name, None) for name in names]


def parts_256():
    """As dnf asks for the chunks that it lacks."""
    rng, requests = random.Random(256), []
    for _ in range(64):
        places = sorted(rng.sample(range(PARTED[1] // 4096), 256))
        spans = [(place * 4096, place * 4096 + rng.randint(500, 4000)) for place in places]
        requests.append(("/parted", "bytes=" + ",".join(f"{begin}-{end - 1}" for begin, end in spans)))
    return requests


def text_of(size):
    return f"{size // MiB} MiB" if size >= MiB else f"{size // KiB} KiB"


def every_case():
    # 256 KiB and a head are a little more than four segments of loopback; 250 KiB tell whether that matters.
    for size in (1, 4, 16, 64, 250, 256):
        name = f"{size}k"
        yield Case(name, f"file of {size} KiB", (name, size * KiB), whole(name), 32 if size < 250 else 16,
                   large=size >= 250)
    yield Case("16m", "file of 16 MiB", ("16m", 16 * MiB), whole("16m"), 16, large=True)
    yield Case("many", "10,000 files of 8 KiB", MANY, many_files)
    for size in (4 * KiB, 64 * KiB, 256 * KiB, MiB, 16 * MiB):
        short = text_of(size).replace(" ", "").replace("iB", "").lower()
        yield Case(f"range-{short}", f"range of {text_of(size)}", BIG, ranges_of_big(size),
                   32 if size < 256 * KiB else 16, large=size >= 256 * KiB)
    yield Case("parts", "256 ranges of 20 MB", PARTED, parts_256, 16)
    yield Case("tls-4k", "TLS, 4 KiB", ("4k", 4 * KiB), whole("4k"), tls=True)
    yield Case("tls-1m", "TLS, 1 MiB", ("1m", MiB), whole("1m"), 16, tls=True, large=True)


CASES = {case.name: case for case in every_case()}
OTHERS = ["idle", "idle-tls", "slow", "feed"]


def write_file(path, size):
    if path.exists():
        return
    block = random.Random(path.name).randbytes(min(size, 64 * MiB))
    with open(path, "wb") as file:
        for begin in range(0, size, len(block)):
            # No two 64 MiB are the same.
            file.write((begin.to_bytes(8, "big") + block[8:] if begin else block)[:size - begin])


def write_data(data, names):
    data.mkdir()
    files = {CASES[name].file for name in names if name in CASES} | {("1k", KiB)}
    if "slow" in names:
        files.add(BIG)
    for name, size in sorted(files):
        if (name, size) != MANY:
            write_file(data / name, size)
            continue
        for path, _ in many_files():
            (data / path[1:]).parent.mkdir(parents=True, exist_ok=True)
            write_file(data / path[1:], size)


def bytes_of(path):
    def content(begin, end):
        with open(path, "rb") as file:
            file.seek(begin)
            return file.read() if end is None else file.read(end - begin)
    return content


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.data = folder / "data"
        cores = sorted(os.sched_getaffinity(0))
        self.core, self.client_core = cores[0], cores[min(1, len(cores) - 1)]
        self.servers = []
        write_data(self.data, options.cases)
        self.certificate = folder / "certificate"
        subprocess.run([need("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-subj", "/CN=localhost", "-days", "30", "-keyout", f"{self.certificate}.key",
                        "-out", f"{self.certificate}.pem"], check=True, capture_output=True)
        self.fill_store()

    def fill_store(self):
        OurStore.shared_store = self.folder / "store"
        config = self.folder / "sync.toml"
        config.write_text(f'[store]\npath = "{OurStore.shared_store}"\nmin_free = "0"\n'
                          f'[[tree]]\nname = "data"\nupstreams = ["file://{self.data}/"]\ncheckout = false\n')
        subprocess.run([Ours.program, "-c", config, "-q", "sync"], check=True, stdout=subprocess.DEVNULL)

    def start(self, kind):
        server = kind(self.folder / f"server{len(self.servers)}", self.data, self.certificate, self.core)
        self.servers.append(server)
        return server

    def stop(self):
        for server in self.servers:
            server.stop()

    def refusal(self, server, case):
        """Why a server is left out of a case, or nothing. A wrong answer ends the bench, but that many parts are a
        peer's to refuse."""
        if case.tls and not speaks_tls(server):
            return "not served"
        path, ranges = case.requests()[0]
        answer = get(server, path, ranges, case.tls)
        fault = wrong(answer, bytes_of(self.data / path[1:]), ranges)
        if fault and case.name == "parts" and isinstance(server, PEERS):
            return fault
        if fault:
            raise SystemExit(f"{server.name} answers {path} wrongly ({case.title}): {fault}")
        return None

    def run(self, case, server, listed):
        how = (server, listed, self.options.seconds, case.connections, self.client_core)
        if case.large and not case.tls and not self.options.wrk:
            return run_drain(pathlib.Path(Ours.program).with_name("http_drain"), *how)
        return run_wrk(*how, case.tls)

    def measure(self, case, servers):
        listed = self.folder / "requests"
        listed.write_text("".join(f"{path}\t{ranges or ''}\n" for path, ranges in case.requests()))
        of_store = self.folder / "requests-of-store"
        of_store.write_text("".join(f"/data{line}\n" for line in listed.read_text().splitlines()))
        runs, left_out = {}, {}
        for server in servers:
            reason = self.refusal(server, case)
            if reason:
                left_out[server.name] = reason
            else:
                runs[server] = []
        for turn in range(self.options.rounds):
            order = list(runs)
            order = order[turn % len(order):] + order[:turn % len(order)]
            for server in order:
                runs[server].append(self.run(case, server, of_store if server.prefix else listed))
                server.forget_log()
        return {server.name: measured for server, measured in runs.items()}, left_out


# Of each round's own pair, so that what slows the machine for a while slows both.
def ratio(mine, theirs):
    return f"{statistics.median(a / b for a, b in zip(mine, theirs)):.2f}"


NAMES = [kind.name for kind in (*PEERS, *OURS)]


def head_row(first, note):
    columns = [first, *NAMES[:len(PEERS)]]
    for name in NAMES[len(PEERS):]:
        columns += [name, note]
    print(f"\n| {' | '.join(columns)} |\n|{' --- |' + ' ---: |' * (len(columns) - 1)}", flush=True)


def row(title, values, left_out, shown, better, flip):
    """One line of a table; `values` are {name: [one for each round]}."""
    peers = {name: statistics.median(values[name]) for name in NAMES[:len(PEERS)] if name in values}
    best = better(peers, key=peers.get) if peers else None
    cells = [title]
    for name in NAMES:
        cells.append(shown(name) if name in values else left_out.get(name, ""))
        if name in NAMES[len(PEERS):]:
            pair = (values.get(name), values.get(best))
            cells.append(ratio(*(pair[::-1] if flip else pair)) if all(pair) else "")
    print(f"| {' | '.join(cells)} |", flush=True)


def rate_row(case, runs, left_out):
    rates = {name: [(one.requests if not case.large else one.bytes) / one.seconds for one in measured]
             for name, measured in runs.items()}

    def shown(name):
        middle = statistics.median(rates[name])
        busy = statistics.median(one.cpu / one.seconds for one in runs[name])
        return (f"{middle:,.0f}/s" if not case.large else f"{middle / GiB:.2f} GiB/s") + f" ({busy:.0%})"
    row(case.title, rates, left_out, shown, max, flip=False)


def cpu_row(case, runs, left_out):
    body = case.body()

    def cost(one):
        """For each request; of large ones by bytes, which differ little."""
        return one.cpu * body / one.bytes if case.large else one.cpu / one.requests
    costs = {name: [cost(one) for one in measured] for name, measured in runs.items()}

    def shown(name):
        middle = statistics.median(costs[name])
        return f"{middle * 1e6:,.1f} µs, {middle * GiB / body:.2f} s"
    row(case.title, costs, left_out, shown, min, flip=True)


def throughput(bench):
    wanted = [CASES[name] for name in bench.options.cases if name in CASES]
    if not wanted:
        return
    servers = [bench.start(kind) for kind in (*PEERS, *OURS)]
    head_row("rate (core used)", "ours / best peer")
    results = []
    for case in wanted:
        results.append((case, *bench.measure(case, servers)))
        rate_row(*results[-1])
    head_row("server CPU for each request, and GiB", "best peer / ours")
    for result in results:
        cpu_row(*result)
    for server in servers:
        server.stop()


def idle_count():
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(10_000, soft // 2 - 200)


def idle(bench, tls):
    count = idle_count()
    costs, left_out = {}, {}
    for kind in (*PEERS, *OURS):
        server = bench.start(kind)
        if tls and not speaks_tls(server):
            left_out[kind.name] = "not served"
        else:
            costs[kind.name] = [bytes_for_each_idle(server, "/1k", count, tls)]
        server.stop()
    row(f"{count:,} idle connections{', TLS' if tls else ''}", costs, left_out,
        lambda name: f"{costs[name][0] / KiB:.2f} KiB", min, flip=True)


def slow(bench):
    listed, of_store = bench.folder / "requests", bench.folder / "requests-of-store"
    listed.write_text("/1k\t\n")
    of_store.write_text("/data/1k\t\n")
    alone, beside = {}, {}
    for turn in range(bench.options.rounds):
        kinds = [*PEERS, *OURS]
        for kind in kinds[turn % len(kinds):] + kinds[:turn % len(kinds)]:
            server = bench.start(kind)

            def p99():
                return run_wrk(server, of_store if server.prefix else listed, bench.options.seconds, 8,
                               bench.client_core).p99
            alone.setdefault(kind.name, []).append(p99())
            downloads = SlowDownloads(server, "/big", 200, bench.client_core)
            time.sleep(0.5)
            beside.setdefault(kind.name, []).append(p99())
            downloads.stop()
            server.stop()
    for title, values in (("p99 of 1 KiB alone", alone), ("p99 of 1 KiB beside 200 slow downloads", beside)):
        row(title, values, {}, lambda name: f"{statistics.median(values[name]) * 1e6:,.0f} µs", min, flip=True)


def others(bench):
    wanted = [name for name in OTHERS if name in bench.options.cases and name != "feed"]
    if wanted:
        head_row("also", "best peer / ours")
    for name in wanted:
        slow(bench) if name == "slow" else idle(bench, tls=name == "idle-tls")
    if "feed" in bench.options.cases:
        feed(bench, idle_count())


def parse_options():
    every = [*CASES, *OTHERS]
    parser = argparse.ArgumentParser(description="Compares ours with nginx, lighttpd and Caddy.")
    parser.add_argument("program")
    parser.add_argument("folder", nargs="?", help="where the data is put for a while; needs 5 GiB")
    parser.add_argument("--cases", default=every, type=lambda text: text.split(","), help=",".join(every))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=1, help="of each run")
    parser.add_argument("--wrk", action="store_true", help="for large bodies too")
    options = parser.parse_args()
    unknown = set(options.cases) - set(every)
    if unknown:
        parser.error(f"no such case: {', '.join(sorted(unknown))}; there are {', '.join(every)}")
    return options


def allow_descriptors():
    """As many as may be. Lighttpd takes half as many connections as it may open files."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in (max(hard, 32_000), hard):
        try:
            return resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))
        except ValueError:
            pass  # not everybody may raise the limit


def main():
    options = parse_options()
    allow_descriptors()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that nothing is left running
    Ours.program = str(pathlib.Path(options.program).resolve())
    with tempfile.TemporaryDirectory(prefix="mirrorseed-bench-", dir=options.folder) as name:
        pathlib.Path(name).chmod(0o755)
        print(f"Load before: {os.getloadavg()[0]:.1f}; what others compute meanwhile slows every server.")
        bench = Bench(options, pathlib.Path(name))
        try:
            throughput(bench)
            others(bench)
        finally:
            bench.stop()


if __name__ == "__main__":
    sys.exit(main())
