"""The feed of releases beside a plain file of the same bytes that nginx serves: what pollers cost.

A poller asks now and then whether something is new, by If-None-Match, and keeps its connection. Both servers are asked
by the ETag that they gave out.
"""
import sqlite3
import statistics
import subprocess
import threading

from http_load import bytes_for_each_idle, get, run_wrk
from http_peers import Nginx, Ours

RELEASES = 200  # as many as a feed has
FEED = "/-/releases.rss"
COMMITS_A_SECOND = 20


class NginxFeed(Nginx):
    """The feed as a file, in the place where ours has it."""


class FeedServer(Ours):
    name = "mirrorseed"
    store = upstream = None

    @classmethod
    def config_of_store(cls):
        return f"""
public_url = "https://mirror.example.org"
[store]
path = "{cls.store}"
min_free = "0"
[[tree]]
name = "images"
upstreams = ["file://{cls.upstream}/"]
checkout = false
[[tree.release]]
match = "**/*.iso"
"""

    def command(self):
        return [self.program, "-c", self.config("mirrorseed.toml", self.config_text() + self.config_of_store()), "serve"]


class Commits:
    """Somebody writes to the store meanwhile, as a sync does."""

    def __enter__(self):
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.write)
        self.thread.start()

    def write(self):
        catalogue = sqlite3.connect(FeedServer.store / "catalogue.db", timeout=20)
        while not self.over.wait(1 / COMMITS_A_SECOND):
            with catalogue:
                catalogue.execute("update trees set read_at = read_at + 1")
        catalogue.close()

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def publish(folder):
    FeedServer.store, FeedServer.upstream = folder / "feed-store", folder / "feed-upstream"
    for number in range(RELEASES):
        path = FeedServer.upstream / f"release-{number // 10}/image-{number}.0-amd64.iso"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(number.to_bytes(4, "big") * 64)
    config = folder / "feed.toml"
    config.write_text("[server]\n" + FeedServer.config_of_store())
    subprocess.run([Ours.program, "-c", config, "-q", "sync"], check=True, stdout=subprocess.DEVNULL)


def start(bench):
    """Ours, and nginx with what ours answers."""
    publish(bench.folder)
    ours = bench.start(FeedServer)
    status, fields, body = get(ours, FEED)
    if status != 200 or body.count(b"<item>") != RELEASES:
        raise SystemExit(f"the feed is no feed of {RELEASES} releases: {status}")
    place = bench.data / FEED[1:]
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(body)
    place.parent.chmod(0o755)
    return bench.start(NginxFeed), ours, len(body)


def requests_of(bench, server, is_conditional):
    _, fields, _ = get(server, FEED)
    listed = bench.folder / f"feed-requests-{server.name}"
    listed.write_text(f"{FEED}\t\t{fields['ETag'] if is_conditional else ''}\n")
    return listed


def measure(bench, servers, is_conditional):
    runs = {server.name: [] for server in servers}
    for turn in range(bench.options.rounds):
        for server in servers[turn % len(servers):] + servers[:turn % len(servers)]:
            one = run_wrk(server, requests_of(bench, server, is_conditional), bench.options.seconds, 32,
                          bench.client_core)
            runs[server.name].append(one)
            server.forget_log()
            if is_conditional and one.bytes / one.requests > 1000:
                raise SystemExit(f"{server.name} sends what the poller has")
    return runs


def cost_row(title, runs):
    costs = {name: [one.cpu / one.requests for one in measured] for name, measured in runs.items()}
    cells = [title]
    for name in (Nginx.name, FeedServer.name):
        if name not in costs:
            cells.append("")
            continue
        rate = statistics.median(one.requests / one.seconds for one in runs[name])
        cells.append(f"{statistics.median(costs[name]) * 1e6:,.1f} µs ({rate:,.0f}/s)")
    pairs = zip(costs.get(Nginx.name, []), costs[FeedServer.name])
    ratios = [ours / theirs for theirs, ours in pairs]
    cells.append(f"{statistics.median(ratios):.2f}" if ratios else "")
    print(f"| {' | '.join(cells)} |", flush=True)


def feed(bench, pollers):
    nginx, ours, size = start(bench)
    print(f"\n| feed of {RELEASES} releases, {size:,} bytes: CPU for each request | {Nginx.name}, a file | {FeedServer.name} "
          "| ours / nginx |\n| --- | ---: | ---: | ---: |")
    cost_row("not modified (304)", measure(bench, [nginx, ours], is_conditional=True))
    cost_row("whole (200)", measure(bench, [nginx, ours], is_conditional=False))
    with Commits():
        title = f"not modified, beside {COMMITS_A_SECOND} commits a second"
        cost_row(title, measure(bench, [ours], is_conditional=True))
    idle = [bytes_for_each_idle(server, FEED, pollers, False) / 1024 for server in (nginx, ours)]
    print(f"| {pollers:,} pollers that wait, memory of each | {idle[0]:.2f} KiB | {idle[1]:.2f} KiB "
          f"| {idle[1] / idle[0]:.2f} |", flush=True)
    for server in (nginx, ours):
        server.stop()
