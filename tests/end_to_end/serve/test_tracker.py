"""The tracker: by HTTP and by UDP, for the hashes of releases that are listed at this moment and for no others."""
import contextlib
import os
import random
import signal
import socket
import struct
import subprocess

import libtorrent
import pytest

from support.certificates import Certificates
from support.people import let_everybody_pass
from support.processes import only_child, statuses
from support.raw_http import Wire, request
from support.torrent_clients import by_aria2, complete, session
from support.torrents import create
from support.tracker import ERROR, Releases, UdpClient, announce, peers_in, query, udp_ports
from support.waiting import wait_for

HASH, OTHER = bytes(range(20)), b"other hash of twenty"


class Tracked:
    """A mirror whose server has a tracker, and the releases in its catalogue."""

    def __init__(self, mirror):
        self.mirror = mirror
        mirror.write("file", "text")
        mirror.sync()
        self.releases = Releases(mirror)
        self.plain = mirror.config.read_text()
        self.server = None

    def configure(self, server='tracker = true\ntracker_udp = ["127.0.0.1:0"]', public_url="http://localhost:8080"):
        self.mirror.config.write_text(self.plain.replace(
            "[server]", f'[server]\npublic_url = "{public_url}"\n{server}', 1))

    def serve(self, *config, **options):
        self.configure(*config, **options)
        self.server = self.mirror.serve()
        return self.server

    def reload(self, *config):
        self.configure(*config)
        says = f"read {self.mirror.config} again"
        before = self.server.read_log().count(says)
        self.server.process.send_signal(signal.SIGHUP)
        wait_for(lambda: self.server.read_log().count(says) > before, says)

    def udp(self, *arguments, **options):
        return UdpClient(udp_ports(self.server)[-1], *arguments, **options).connect()


@pytest.fixture
def tracked(mirror):
    made = Tracked(mirror)
    yield made
    made.releases.close()


def free_udp_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_closed(port):
    with UdpClient(port) as client:
        try:
            client.exchange(b"x", timeout=0.1)
            client.exchange(b"x", timeout=0.1)
        except ConnectionRefusedError:
            return True
    return False


# ---- real clients

def seed(torrent, folder, stack):
    client = session()
    handle = client.add_torrent({"ti": libtorrent.torrent_info(str(torrent)), "save_path": str(folder)})
    stack.callback(client.remove_torrent, handle)
    wait_for(lambda: complete(handle), "the seed")
    return client, handle


def torrent_of(tracked, tmp_path, url, form="v1"):
    content = random.Random(3).randbytes(700_001)
    (tmp_path / "seed").mkdir()
    (tmp_path / "seed" / "image").write_bytes(content)
    create(tmp_path / "seed" / "image", "--format", form, "--piece-length", "64KiB", "-t", url, cwd=tmp_path)
    tracked.releases.list_torrent(tmp_path / "out.torrent")
    return tmp_path / "out.torrent", content


# By UDP in one case alone: libtorrent keeps a tracker's connection id for a minute, by its address without the port.
@pytest.mark.parametrize("way, form", [("http", "hybrid"), ("udp", "v1"), ("https", "v2")])
def test_two_clients_find_each_other(tracked, tmp_path, way, form):
    more = ""
    if way == "https":
        Certificates(tmp_path / "certificates").make("server", "DNS:localhost,IP:127.0.0.1")
        more = (f'\ntls_listen = ["127.0.0.1:0"]\ntls_certificate = "{tmp_path}/certificates/server.pem"\n'
                f'tls_key = "{tmp_path}/certificates/server.key"')
    server = tracked.serve('tracker = true\ntracker_udp = ["127.0.0.1:0"]' + more)
    wait_for(lambda: udp_ports(server), "the tracker")
    tls_port = server.read_log().split(" by TLS")[0].rsplit(":", 1)[1]
    url = {"http": server.url + "/-/announce", "https": f"https://127.0.0.1:{tls_port}/-/announce",
           "udp": f"udp://127.0.0.1:{udp_ports(server)[0]}/announce"}[way]
    torrent, content = torrent_of(tracked, tmp_path, url, form)
    with contextlib.ExitStack() as stack:
        seed(torrent, tmp_path / "seed", stack)
        # Two that call each other at the same moment may both hang up.
        swarms = 2 if form == "hybrid" else 1
        wait_for(lambda: server.json("/-/status.json")["tracker"]["seeders"] == swarms, "the seed's announce")
        other = session()
        handle = other.add_torrent({"ti": libtorrent.torrent_info(str(torrent)), "save_path": str(tmp_path / "got")})
        stack.callback(other.remove_torrent, handle)
        wait_for(lambda: complete(handle), "the download", 60)
    assert (tmp_path / "got" / "image").read_bytes() == content


def test_aria2_downloads_from_a_seed_that_the_tracker_told(tracked, tmp_path):
    server = tracked.serve()
    torrent, content = torrent_of(tracked, tmp_path, server.url + "/-/announce")
    with contextlib.ExitStack() as stack:
        seed(torrent, tmp_path / "seed", stack)
        wait_for(lambda: server.json("/-/status.json")["tracker"]["seeders"] == 1, "the seed's announce")
        by_aria2(torrent, tmp_path / "got")
    assert (tmp_path / "got" / "image").read_bytes() == content


# ---- by HTTP

def test_announces_by_http(tracked, tmp_path):
    tracked.releases.list(v1=HASH)
    server = tracked.serve(f'tracker = true\naccess_log = "{tmp_path}/access.log"')
    status, headers, body = server.get("/-/announce?" + query(HASH, event="started", ip="192.0.2.9", ipv4="192.0.2.9"))
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, "text/plain", "no-store")
    assert "Access-Control-Allow-Origin" not in headers
    first = libtorrent.bdecode(body)
    assert (first[b"peers"], first[b"incomplete"], first[b"complete"]) == (b"", 1, 0)
    assert first[b"external ip"] == socket.inet_aton("127.0.0.1")
    assert first[b"min interval"] < first[b"interval"] < 45 * 60
    second = announce(server, HASH, peer=b"b", port=7000, left=0, compact=0)
    assert peers_in(second[b"peers"]) == {("127.0.0.1", 6881)}
    assert peers_in(announce(server, HASH)[b"peers"]) == {("127.0.0.1", 7000)}
    assert announce(server, HASH, peer=b"c", left=0)[b"complete"] == 2
    assert announce(server, HASH, peer=b"c", left=0, event="stopped")[b"complete"] == 1
    refused = announce(server, OTHER)
    assert refused[b"failure reason"] and refused[b"retry in"] == b"never"
    assert announce(server, HASH, port=0)[b"failure reason"] == b"port is missing or no port"
    # A long query, as some clients send with a list of their own addresses.
    assert b"peers" in announce(server, HASH, note="x" * 7000)
    status, _, body = server.get(f"/-/scrape?{query(OTHER)}&{query(HASH)}")
    assert status == 200
    assert libtorrent.bdecode(body)[b"files"] == {
        HASH: {b"complete": 1, b"downloaded": 0, b"downloaders": 1, b"incomplete": 1}}
    with Wire(server) as wire:
        wire.send(request("/-/announce?" + query(HASH), method="HEAD") + request("/-/announce", method="POST")
                  + request("/-/health"))
        answers = [wire.answer("HEAD"), wire.answer(), wire.answer()]
        assert [answer.status for answer in answers] == [200, 405, 200]
    for more in (b"", b"GET / HTTP/1.1\r\n"):  # what comes behind the end is not waited for, and does no harm
        with Wire(server) as wire:
            wire.send(request("/-/announce?" + query(HASH), "Connection: close") + more)
            assert b"incomplete" in wire.answer().body and wire.rest() == b""
    assert server.get("/-/%61nnounce?" + query(HASH))[0] == 404
    metrics = server.get("/-/metrics")[2].decode()
    for line in ('peers{ip="4"} 2', 'refusals_total{why="unknown_hash"} 1', 'announces_total{by="http"} 9', "torrents 1",
                 "scrapes_total 1"):
        assert f"mirrorseed_tracker_{line}\n" in metrics, metrics
    assert "mirrorseed_answers_broken_off_total 0\n" in metrics
    status = server.json("/-/status.json")["tracker"]
    assert (status["torrents"], status["seeders"], status["leechers"], status["announces"]) == (1, 1, 1, 9)
    server.stop()
    log = (tmp_path / "access.log").read_text()
    assert "/-/health" in log and "/-/metrics" in log
    assert "GET /-/announce" not in log and "scrape" not in log, "who looks for what is nobody's to keep"


def test_there_is_no_tracker_where_none_is_on(tracked):
    tracked.releases.list(v1=HASH)
    server = tracked.serve("")
    assert server.get("/-/announce?" + query(HASH))[0] == 404
    assert server.get("/-/scrape?" + query(HASH))[0] == 404
    assert server.json("/-/status.json")["tracker"] is None
    assert "mirrorseed_tracker" not in server.get("/-/metrics")[2].decode()


def test_behind_a_proxy_the_client_is_who_it_says(tracked):
    tracked.releases.list(v1=HASH)
    server = tracked.serve('tracker = true\ntrusted_proxies = ["127.0.0.1"]')
    assert b"failure reason" in announce(server, HASH)
    assert b"failure reason" in announce(server, HASH, headers={"X-Forwarded-For": "nonsense"})
    assert b"failure reason" in announce(server, HASH, headers={"X-Forwarded-For": "127.0.0.1"})
    first = announce(server, HASH, headers={"X-Forwarded-For": "9.9.9.9, 8.8.8.8"})
    assert first[b"external ip"] == socket.inet_aton("8.8.8.8")
    inside = announce(server, HASH, peer=b"b", headers={"X-Forwarded-For": "10.0.0.1"})
    assert peers_in(inside[b"peers"]) == {("8.8.8.8", 6881)}
    by_six = announce(server, HASH, peer=b"c", port=7, headers={"X-Forwarded-For": "2600::1"})
    assert peers_in(by_six[b"peers"]) == {("8.8.8.8", 6881)}, "an address inside is nobody's out there"
    outside = announce(server, HASH, peer=b"d", headers={"X-Forwarded-For": "8.8.4.4"})
    assert peers_in(outside[b"peers"]) == {("8.8.8.8", 6881)}
    assert peers_in(outside[b"peers6"], 18) == {("2600::1", 7)}
    # A flood from one address gets no further than that address.
    with Wire(server) as wire:
        refused = 0
        for _ in range(12):
            wire.send(request("/-/announce?" + query(HASH, numwant=0), "X-Forwarded-For: 8.8.8.8") * 100)
            refused += sum(b"too many" in wire.answer().body for _ in range(100))
        assert 50 < refused < 400
    assert b"failure reason" not in announce(server, HASH, headers={"X-Forwarded-For": "8.8.4.4"})


def test_a_proxy_protocol_tells_the_client_too(tracked):
    tracked.releases.list(v1=HASH)
    server = tracked.serve('tracker = true\nproxy_protocol = true\ntrusted_proxies = ["127.0.0.1"]')
    with Wire(server) as wire:
        wire.send(b"PROXY TCP4 8.8.8.8 198.51.100.1 5000 80\r\n" + request("/-/announce?" + query(HASH)))
        assert libtorrent.bdecode(wire.answer().body)[b"external ip"] == socket.inet_aton("8.8.8.8")


# ---- by UDP

def test_announces_by_udp(tracked):
    tracked.releases.list(v1=HASH)
    tracked.serve('tracker_udp = ["127.0.0.1:0"]')
    with tracked.udp() as one, tracked.udp() as other:
        interval, leechers, seeders, peers = one.announce(HASH, event="started")
        assert 25 * 60 < interval < 45 * 60 and (leechers, seeders, peers) == (1, 0, set())
        assert other.announce(HASH, peer=b"b", port=7000, left=0, key=5)[1:] == (1, 1, {("127.0.0.1", 6881)})
        assert one.announce(HASH, numwant=0)[3] == set()
        assert one.announce(HASH, left=0, event="completed")[1:3] == (0, 2)
        assert one.scrape(HASH, OTHER) == [(2, 1, 0), (0, 0, 0)]
        assert "not tracked" in one.announce(OTHER)
        assert one.announce(HASH, port=0) == "port is 0"
        other.announce(HASH, peer=b"b", left=0, key=5, event="stopped")
        assert one.scrape(HASH) == [(1, 1, 0)]
    assert tracked.server.get("/-/announce?" + query(HASH))[0] == 404, "by HTTP it is not on"


def test_nothing_is_sent_that_is_longer_than_what_came_without_an_id(tracked):
    tracked.releases.list(v1=HASH)
    tracked.serve()
    rng = random.Random(7)
    with tracked.udp() as client:
        assert client.announce(HASH, connection=client.id ^ 8) == "connection id is not valid"
        reply = client.exchange(struct.pack(">QII20s", 1, 2, 9, HASH))
        assert struct.unpack(">II", reply[:8]) == (ERROR, 9) and len(reply) <= 36
        for packet in (b"", b"x", struct.pack(">QII", 5, 0, 1), struct.pack(">QII", client.id, 7, 1),
                       struct.pack(">QII", client.id, 1, 1) + bytes(81), struct.pack(">QII", client.id, 2, 1)):
            assert client.exchange(packet, timeout=0.1) is None
        for _ in range(20_000):  # ids that nobody was given
            with contextlib.suppress(OSError):
                client.socket.send(rng.randbytes(8) + struct.pack(">II20s", 1, 1, HASH) + rng.randbytes(62))
        client.socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                assert len(client.socket.recv(4096)) <= 98
    with tracked.udp() as client:
        assert client.announce(HASH)[1:] == (1, 0, set()), "nobody was let in"
    assert tracked.server.get("/tree/file")[2] == b"text"
    assert tracked.server.json("/-/status.json")["tracker"]["refused"]["bad_connection_id"] > 1000


def test_both_versions_of_ip_and_replies_from_the_address_that_was_asked(tracked):
    tracked.releases.list(v1=HASH)
    tracked.serve('tracker_udp = ["[::]:0"]')
    with tracked.udp("::1") as six, tracked.udp("127.0.0.1") as four, tracked.udp("127.0.0.9") as elsewhere:
        six.announce(HASH, key=9)
        assert four.announce(HASH, key=9)[1:] == (1, 0, set()), "one client, whichever way it comes"
        assert elsewhere.announce(HASH, peer=b"b", port=7)[3] == {("127.0.0.1", 6881)}
        assert six.announce(HASH, peer=b"c", port=8)[3] == {("::1", 6881)}
        # An id is of one address.
        with UdpClient(udp_ports(tracked.server)[-1], source="127.0.0.5") as thief:
            assert "not valid" in thief.announce(HASH, connection=four.id)


def test_a_reply_comes_from_where_it_was_asked_for_over_ipv4_alone_too(tracked):
    tracked.releases.list(v1=HASH)
    tracked.serve('tracker_udp = ["0.0.0.0:0"]')
    with tracked.udp("127.0.0.9") as client:
        assert client.announce(HASH)[1:3] == (1, 0)


# ---- hashes come and go

def test_a_release_counts_from_its_commit_on(tracked):
    tracked.serve()
    with tracked.udp() as client:
        for number in range(25):
            v1, v2 = bytes([number]) * 20, bytes([200 - number]) * 32
            release = tracked.releases.list(v1=v1, v2=v2)
            ways = [lambda it: announce(tracked.server, it).get(b"failure reason", b"").decode(),
                    lambda it: found if isinstance(found := client.announce(it), str) else ""]
            random.Random(number).shuffle(ways)
            assert [way(info_hash) for way in ways for info_hash in (v1, v2[:20])] == [""] * 4, number
            tracked.releases.withdraw(release)
            for way in ways:
                assert "not tracked" in way(v1) and "not tracked" in way(v2[:20])
    assert tracked.server.json("/-/status.json")["tracker"]["peers_v4"] == 0


def test_a_reload_turns_it_on_and_off(tracked):
    tracked.releases.list(v1=HASH)
    server = tracked.serve("")
    one, other = free_udp_port(), free_udp_port()
    both = f'tracker = true\ntracker_udp = ["127.0.0.1:{one}"]'
    tracked.reload(both)
    announce(server, HASH, port=7000, left=0)
    with UdpClient(one).connect() as client:
        assert client.announce(HASH, peer=b"b")[1:] == (1, 1, {("127.0.0.1", 7000)})
        tracked.reload(both)
        assert client.announce(HASH, peer=b"b")[1:] == (1, 1, {("127.0.0.1", 7000)}), "a reload forgets nobody"
        tracked.reload(f'tracker_udp = ["127.0.0.1:{other}"]')
        assert server.get("/-/announce?" + query(HASH))[0] == 404
        with UdpClient(other).connect() as moved:
            assert moved.announce(HASH, peer=b"b")[1:3] == (1, 1)
        wait_for(lambda: is_closed(one), "the end of the first address")
    tracked.reload("")
    wait_for(lambda: is_closed(other), "the end of the other address")
    # An address that somebody has is not shared, and nothing changes.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as somebody:
        somebody.bind(("127.0.0.1", one))
        tracked.reload(both)
        assert "the addresses stay as they were" in server.read_log()


@pytest.mark.skipif(os.geteuid() != 0, reason="shown by root")
def test_root_that_became_somebody_answers(tracked):
    tracked.releases.list(v1=HASH)
    tracked.configure('user = "nobody"\ntracker = true\ntracker_udp = ["127.0.0.1:700"]')
    let_everybody_pass(tracked.mirror.config)
    tracked.server = server = tracked.mirror.keep()
    wait_for(lambda: udp_ports(server), "the tracker")
    child = only_child(server.process.pid)
    wait_for(lambda: "0" not in {status["Uid"].split()[0] for status in statuses(child)}, "nobody")
    with UdpClient(700).connect() as client:
        assert client.announce(HASH)[1:3] == (1, 0)
    assert announce(server, HASH, peer=b"b")[b"incomplete"] == 2
    port = free_udp_port()
    tracked.configure(f'user = "nobody"\ntracker = true\ntracker_udp = ["127.0.0.1:{port}"]')
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: port in udp_ports(server), "the other address")
    release = tracked.releases.list(v1=OTHER)
    with UdpClient(port).connect() as client:
        assert client.announce(HASH, peer=b"c")[1] == 3
        assert client.announce(OTHER)[1] == 1
        tracked.releases.withdraw(release)
        assert "not tracked" in client.announce(OTHER)


# ---- the config

@pytest.mark.parametrize("server, fault", [
    ("tracker = true", "6:11: tracker: needs a public_url"),
    ('tracker_udp = ["[::]:6969"]', "tracker_udp: needs a public_url"),
    ('public_url = "http://a"\ntracker_udp = ["unix:/run/x"]', '7:15: tracker_udp: "unix:/run/x" is no address for UDP'),
    ('public_url = "http://a"\ntracker_udp = ["6969"]', "is no address"),
])
def test_a_config_that_names_no_url_is_at_fault(tracked, server, fault):
    tracked.mirror.config.write_text(tracked.plain.replace("[server]", f"[server]\n{server}", 1))
    done = tracked.mirror.run("check-config")
    assert done.returncode != 0 and fault in done.stdout + done.stderr, (done.stdout, done.stderr)


def test_floods_leave_files_their_answers(tracked):
    """From a socket that reads no reply."""
    tracked.releases.list(v1=HASH)
    tracked.serve()
    port = udp_ports(tracked.server)[-1]
    flood = subprocess.Popen(["/usr/bin/python3", "-c", f"""
import socket, struct
it = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
it.connect(("127.0.0.1", {port}))
packet = struct.pack(">QII", 0x41727101980, 0, 1)
while True:
    try:
        it.send(packet)
    except OSError:
        pass
"""])
    try:
        for _ in range(50):
            assert tracked.server.get("/tree/file")[2] == b"text"
            assert b"peers" in announce(tracked.server, HASH)
    finally:
        flood.kill()
        flood.wait()
