"""A tracker's clients, to the byte; and releases that a catalogue lists, whose torrents it tracks."""
import contextlib
import re
import socket
import sqlite3
import struct
import urllib.parse

import libtorrent

PROTOCOL = 0x41727101980
CONNECT, ANNOUNCE, SCRAPE, ERROR = range(4)
EVENTS = {"": 0, "completed": 1, "started": 2, "stopped": 3}


class Releases:
    """Rows of the catalogue, written as a publish writes them."""

    def __init__(self, mirror):
        self.catalogue = sqlite3.connect(mirror.store / "catalogue.db", timeout=20)

    def close(self):
        self.catalogue.close()

    def list(self, v1=None, v2=None):
        with self.catalogue:
            return self.catalogue.execute(
                "insert into releases(tree, path, name, title, published, size, info_hash_v1, info_hash_v2) "
                "values((select id from trees limit 1), x'78', x'78', 'x', 1700000000, 1, ?, ?)", [v1, v2]).lastrowid

    def list_torrent(self, torrent):
        hashes = libtorrent.torrent_info(str(torrent)).info_hashes()
        return self.list(hashes.v1.to_bytes() if hashes.has_v1() else None,
                         hashes.v2.to_bytes() if hashes.has_v2() else None)

    def withdraw(self, release):
        with self.catalogue:
            self.catalogue.execute("update releases set withdrawn = 1 where id = ?", [release])


def peers_in(text, size=6):
    """Addresses and ports in compact form."""
    assert len(text) % size == 0
    family = socket.AF_INET if size == 6 else socket.AF_INET6
    return {(socket.inet_ntop(family, text[at:at + size - 2]), int.from_bytes(text[at + size - 2:at + size], "big"))
            for at in range(0, len(text), size)}


def query(info_hash, peer=b"a", port=6881, left=1, **more):
    known = {"info_hash": info_hash, "peer_id": peer.ljust(20, b"-"), "port": port, "left": left, **more}
    return urllib.parse.urlencode(known, quote_via=urllib.parse.quote)


def announce(server, info_hash, headers=None, **more):
    """The answer to one by HTTP, without its wrapping."""
    status, _, body = server.get("/-/announce?" + query(info_hash, **more), **(headers or {}))
    assert status == 200, (status, body)
    return libtorrent.bdecode(body)


class UdpClient:
    """One socket that asks a tracker."""

    def __init__(self, port, host="127.0.0.1", source=None):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        if source:
            self.socket.bind((source, 0))
        self.socket.connect((host, port))  # so that nothing is taken from another address
        self.socket.settimeout(10)
        self.transactions, self.id = 0, None
        self.size = 18 if family == socket.AF_INET6 else 6

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def exchange(self, packet, timeout=10):
        self.socket.settimeout(timeout)
        with contextlib.suppress(TimeoutError):
            self.socket.send(packet)
            return self.socket.recv(4096)
        return None

    def ask(self, connection, action, rest=b""):
        self.transactions += 1
        reply = self.exchange(struct.pack(">QII", connection, action, self.transactions) + rest)
        assert reply is not None, "no reply"
        answered, transaction = struct.unpack(">II", reply[:8])
        assert transaction == self.transactions
        return answered, reply[8:]

    def connect(self):
        action, rest = self.ask(PROTOCOL, CONNECT)
        assert action == CONNECT and len(rest) == 8
        self.id = int.from_bytes(rest, "big")
        return self

    def announce(self, info_hash, peer=b"a", port=6881, left=1, event="", numwant=-1, key=0, connection=None):
        """Interval, leechers, seeders and peers; or the text of an error."""
        action, rest = self.ask(self.id if connection is None else connection, ANNOUNCE, struct.pack(
            ">20s20sQQQIIIiH", info_hash, peer.ljust(20, b"-"), 0, left, 0, EVENTS[event], 0x01020304, key, numwant, port))
        if action == ERROR:
            return rest.decode()
        assert action == ANNOUNCE
        return *struct.unpack(">III", rest[:12]), peers_in(rest[12:], self.size)

    def scrape(self, *hashes):
        action, rest = self.ask(self.id, SCRAPE, b"".join(hashes))
        assert action == SCRAPE
        return [struct.unpack(">III", rest[at:at + 12]) for at in range(0, len(rest), 12)]


def udp_ports(server):
    return [int(port) for port in re.findall(r"the tracker answers on \S*:(\d+) by UDP", server.read_log())]
