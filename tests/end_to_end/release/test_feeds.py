"""Feeds that real readers read, and torrents in them that real clients load."""
import urllib.request

import feedparser
import libtorrent
import pytest

from support.raw_http import ask
from support.releasing import IMAGES, SET, Releasing
from support.torrents import random_bytes


@pytest.fixture
def mirror(tmp_path):
    made = Releasing(tmp_path)
    made.configure(IMAGES + 'title = "{name} <of> {tree} & \\u00e9"\n' + SET)
    made.write("iso/a & b.iso", random_bytes(50_000, 1))
    made.write("sets/one/a", random_bytes(50_000, 2))
    made.sync()
    yield made
    made.stop()


@pytest.mark.parametrize("path", ["/-/releases.rss", "/-/releases/tree.rss"])
def test_a_reader_finds_each_release_and_its_torrent(mirror, path):
    server = mirror.serve()
    feed = feedparser.parse(server.url + path)
    assert not feed.bozo, feed.bozo_exception
    assert feed.version == "rss20" and feed.feed.link.startswith(mirror.url + "/-/releases/")
    releases = mirror.releases()
    assert {entry.title for entry in feed.entries} == {"a & b.iso <of> tree & \u00e9", "one"}
    assert len({entry.id for entry in feed.entries}) == 2
    for entry in feed.entries:
        [enclosure] = entry.enclosures
        assert enclosure.type == "application/x-bittorrent"
        with urllib.request.urlopen(enclosure.href) as answer:
            body = answer.read()
        assert int(enclosure.length) == len(body), "of the torrent itself"
        info = libtorrent.torrent_info(libtorrent.bdecode(body))
        assert str(info.info_hashes().v1) in {item["info_hash_v1"] for item in releases.values()}
        assert urllib.request.urlopen(entry.link).status == 200
        assert entry.published_parsed


def test_who_polls_a_feed_pays_for_changes_alone(mirror):
    server = mirror.serve()
    for path in ("/-/releases.rss", "/-/releases.json", "/-/releases/"):
        first = ask(server, path)
        assert ask(server, path, f"If-None-Match: {first['ETag']}").status == 304, path
        assert first["Cache-Control"] == "no-cache"
    before = ask(server, "/-/releases.rss")["ETag"]
    mirror.write("iso/new.iso", random_bytes(50_000, 3))
    mirror.sync()
    after = ask(server, "/-/releases.rss", f"If-None-Match: {before}")
    assert after.status == 200 and after.body.count(b"<item>") == 3


def test_pages_tell_of_releases_and_escape_what_strangers_named(mirror):
    mirror.write("iso/<script>alert(1)</script>.iso".replace("/script", "script"), random_bytes(50_000, 4))
    mirror.sync()
    server = mirror.serve()
    page = server.get("/-/releases/")[2].decode()
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert server.get("/-/releases/tree")[0] == 200 and server.get("/-/releases/nothing")[0] == 404
    one = server.get("/-/releases/tree/sets/one")
    assert one[0] == 200 and mirror.releases()["sets/one"]["info_hash_v1"] in one[2].decode()
