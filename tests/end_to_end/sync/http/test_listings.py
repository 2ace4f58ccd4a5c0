"""Trees mirrored from the index pages of real web servers."""
import collections
import os
import time

import pytest

from support.http_mirror import NAMES_ALONE, SERVERS
from support.mirror import OLD
from support.trees import tree_of
from support.waiting import wait_for
from support.web_servers import Mirrorseed, Nginx, Python

ODD_NAMES = [b"sp ace", b"100%", b"%41", b"question?", b"hash#", b"plus+", b"amp&", b"amp&amp;", b"lt<gt>", b"quote\"'",
             b"semi;colon", b"equals=", b"co:lon", b"back\\slash", b"tilde~", b"[brackets]", b"{braces}", b"^|`$!@*(),",
             "\u00fcml\u00e4ut \u6f22".encode(), b"-dash", b"dots..", b"x" * 200 + b".tar", b"x" * 199 + b"y.tar"]


@pytest.fixture(params=SERVERS)
def kind(request):
    return request.param


def of_kinds(asked):
    return collections.Counter((method, status, path.endswith("/")) for method, path, status in asked)


FOLDERS = 8  # of what fill() writes, with the root
FOLDERS_WITH_FILES = 5  # of them, and "odd"
EXACT = {"nginx, JSON", "nginx, XML", "Caddy", "mirrorseed"}


def test_the_first_sync_is_the_tree_and_the_second_asks_for_folders_alone(mirror, kind):
    mirror.fill()
    for name in ODD_NAMES:
        mirror.write(os.path.join(b"odd", name), name, OLD + 7)
    server = mirror.from_server(SERVERS[kind](mirror.folder / "server", mirror.upstream))
    report = mirror.sync()
    assert report["outcome"] == "published" and report["quarantined"] == []
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    files = 5 + len(ODD_NAMES)
    assert report["fetch"]["files"] == files
    pages = FOLDERS + 1 + (0 if kind in EXACT else FOLDERS_WITH_FILES)  # which are looked at once more at the end
    asked = wait_for(lambda: len(server.asked()) >= pages + files and server.asked(), "logging")
    assert of_kinds(asked) == {("GET", 200, True): pages, ("GET", 200, False): files}

    second = mirror.sync()
    assert second["outcome"] == "unchanged", second
    requests = FOLDERS + 1 + (files if kind in NAMES_ALONE else 0)
    wait_for(lambda: len(server.asked()) >= len(asked) + requests, "logging")
    time.sleep(0.2)
    again = of_kinds(server.asked()[len(asked):])
    if kind == "mirrorseed":  # whose pages have a validator
        assert again == {("GET", 304, True): FOLDERS + 1}
    elif kind in NAMES_ALONE:
        assert again == {("GET", 200, True): FOLDERS + 1, ("GET", 304, False): files}
    else:
        assert again == {("GET", 200, True): FOLDERS + 1}


def test_what_changes_is_found(mirror, kind):
    mirror.fill()
    mirror.write("same-size", "1", OLD)
    mirror.write("dropped/with/all", "x")
    mirror.from_server(SERVERS[kind](mirror.folder / "server", mirror.upstream))
    mirror.sync()
    mirror.write("README", "hello again\n", OLD + 3600)
    mirror.write("same-size", "2", OLD + 86400)
    mirror.write("pool/new/c.deb", "c", OLD + 5)
    for name in ("dropped/with/all", "empty-file"):
        os.unlink(mirror.upstream / name)
    os.removedirs(mirror.upstream / "dropped/with")
    report = mirror.sync()
    assert report["outcome"] == "published"
    assert report["transferred_bytes"] == len("hello again\n") + 2
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert mirror.sync()["outcome"] == "unchanged"


def test_a_file_that_was_just_written_is_not_taken_for_granted(mirror):
    """A page in minutes says the same of a file that is written twice in one of them."""
    mirror.write("twice", "1", time=None)
    server = mirror.from_server(SERVERS["nginx, rounded"](mirror.folder / "server", mirror.upstream))
    mirror.sync()
    now = os.stat(mirror.upstream / "twice").st_mtime
    mirror.write("twice", "2", time=now - now % 60 + (now + 30) % 60)
    assert mirror.sync()["outcome"] == "published"
    assert (mirror.checkout / "twice").read_text() == "2"
    asked = len(server.asked())
    assert mirror.sync()["outcome"] == "unchanged"
    assert [status for _, path, status in server.asked()[asked:] if path == "/twice"] == [304]


def test_bytes_beyond_utf8_come_as_they_are(mirror, kind):
    mirror.write(b"\xff\xfe.bin", "x")
    mirror.from_server(SERVERS[kind](mirror.folder / "server", mirror.upstream))
    mirror.sync()
    if kind == "Python":  # which spells such bytes in its own way, and answers to that
        assert os.listdir(os.fsencode(mirror.checkout)) == [b"\xed\xb3\xbf\xed\xb3\xbe.bin"]
    else:
        assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_links_of_ours_are_links(mirror):
    mirror.fill()
    os.symlink("one", mirror.upstream / "dists/stable")
    os.symlink("../README", mirror.upstream / "pool/read me")
    mirror.from_server(Mirrorseed(mirror.folder / "server", mirror.upstream))
    mirror.sync()
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_a_link_to_nothing_is_told_and_left_out(mirror):
    mirror.write("good", "x")
    os.symlink("nowhere", mirror.upstream / "dangling")
    mirror.from_server(Python(mirror.folder / "server", mirror.upstream))
    report = mirror.sync()
    assert report["outcome"] == "published"
    assert [item["path"] for item in report["left_out"]] == ["dangling"]
    assert set(tree_of(mirror.checkout)) == {b"good"}


@pytest.mark.parametrize("kind", sorted(NAMES_ALONE))
def test_pages_of_names_alone_are_never_believed_to_tell_every_change(mirror, kind):
    mirror.fill()
    mirror.from_server(SERVERS[kind](mirror.folder / "server", mirror.upstream))
    mirror.sync()
    for number in range(3):
        assert mirror.sync()["outcome"] == "unchanged"
    mirror.write("README", "HELLO\n", OLD + 100)
    assert mirror.sync()["outcome"] == "published"
    assert (mirror.checkout / "README").read_text() == "HELLO\n"


def test_include_and_exclude_save_requests(mirror):
    mirror.fill()
    mirror.configure('include = ["pool/*.deb"]\nexclude = ["pool/deep/"]')
    server = mirror.from_server(Nginx(mirror.folder / "server", mirror.upstream))
    mirror.sync()
    assert {name for name, entry in tree_of(mirror.checkout).items() if entry[0] == "file"} == {b"pool/a.deb"}
    assert not any("/deep/" in path for _, path, _ in server.asked())
