"""A mirror that makes torrents of what its upstream releases."""
import hashlib
import json

import libtorrent

from support.mirror import Mirror
from support.ports import free_port

IMAGES = '[[tree.release]]\nmatch = "iso/**/*.iso"\n'
SET = '[[tree.release]]\nmatch = "sets/*/"\n'


class Releasing(Mirror):
    """Its server has one port for all its life, for that stands in torrents."""

    def __init__(self, folder):
        self.port = free_port()
        super().__init__(folder)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def configure(self, options="", *urls, more="", server="", sync=""):
        super().configure(options, *urls, more=more)
        self.config.write_text(self.config.read_text().replace(
            'listen = ["127.0.0.1:0"]', f'listen = ["127.0.0.1:{self.port}"]\npublic_url = "{self.url}"\n{server}')
            + (f"[sync]\n{sync}\n" if sync else ""))

    def releases(self):
        """Those of the running server, by path; former ones by path and hash."""
        listed = self.servers[-1].json("/-/releases.json")
        return {item["path"] if not item["former"] else (item["path"], hash_in(item)): item for item in listed}

    def torrent(self, path):
        """The torrent of a release, as a client loads it, and its bytes."""
        status, headers, body = self.servers[-1].get(f"/-/releases/tree/{path}.torrent")
        assert status == 200 and headers["Content-Type"] == "application/x-bittorrent", (path, status, body)
        return libtorrent.torrent_info(libtorrent.bdecode(body)), body


def hash_in(item):
    return item["info_hash_v1"] or item["info_hash_v2"]


def info_of(torrent):
    """The bytes that its hash is made of, cut out of it."""
    at = torrent.index(b"4:info") + 6
    return torrent[at:at + _length(torrent[at:])]


def _length(text):
    """Of the bencoded value that the text begins with."""
    if text[:1] == b"i":
        return text.index(b"e") + 1
    if text[:1] in (b"d", b"l"):
        at = 1
        while text[at:at + 1] != b"e":
            at += _length(text[at:])
        return at + 1
    colon = text.index(b":")
    return colon + 1 + int(text[:colon])


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def unfinished(result):
    return [item["error"] for item in result.get("unfinished", []) if item["step"] == "release"]


def as_json(text):
    return json.loads(text)
