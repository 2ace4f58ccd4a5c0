"""Contents that somebody wrote to, in a checkout or in the store: not served, not reused, and fetched again."""
import hashlib
import http.client
import os
import time

from support.people import let_everybody_pass
from support.store import blob_of
from support.trees import tree_of
from support.waiting import wait_for

LONG = os.urandom(1 << 20)


def edit(path, content=None):
    """As an administrator would who takes the checkout for a plain folder."""
    content = content or path.read_bytes()[::-1]
    with open(path, "r+b") as file:
        file.write(content)


def test_an_edit_in_the_checkout_is_not_served_under_the_old_digest(mirror):
    for name, content in (("short", "a short one"), ("long", LONG), ("other", "as it was")):
        mirror.write(name, content)
    mirror.sync()
    for name in ("short", "long"):
        edit(mirror.checkout / name)
    server = mirror.serve()
    assert server.get("/tree/long")[0] == server.get("/tree/short")[0] == 503
    assert server.get("/tree/other")[2] == b"as it was"
    assert "verify" in server.read_log() and "long" in server.read_log()


def test_a_file_that_is_kept_open_is_looked_at_again(mirror):
    mirror.write("long", LONG)
    mirror.sync()
    server = mirror.serve()
    assert server.get("/tree/long")[2] == LONG
    edit(mirror.checkout / "long")
    wait_for(lambda: server.get("/tree/long")[0] == 503, "the server to look again")
    wait_for(lambda: server.get("/tree/long", Range="bytes=0-9")[0] == 503, "each event loop to look again")


def test_a_download_stops_when_its_file_is_written_to(mirror):
    content = os.urandom(30 << 20)
    mirror.write("big", content)
    mirror.sync()
    server = mirror.serve()
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=30)
    connection.request("GET", "/tree/big")
    answer = connection.getresponse()
    begun = answer.read(1000)
    edit(mirror.checkout / "big")
    edited = time.monotonic()
    wait_for(lambda: time.monotonic() > edited + 1.1, "the second after which an open file is looked at again")
    try:
        whole = begun + answer.read()
    except (http.client.IncompleteRead, ConnectionResetError):
        whole = b""
    assert len(whole) < len(content), server.read_log()


def test_a_download_goes_on_when_only_the_time_was_changed_by_us(mirror):
    content = os.urandom(30 << 20)
    mirror.write("big", content, time=1_600_000_000)
    mirror.sync()
    server = mirror.serve()
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=30)
    connection.request("GET", "/tree/big")
    answer = connection.getresponse()
    begun = answer.read(1000)
    os.utime(mirror.upstream / "big", (1_600_000_900, 1_600_000_900))
    assert mirror.sync()["outcome"] == "published"
    assert server.get("/tree/big", Range="bytes=0-0")[0] == 206
    assert begun + answer.read() == content
    assert server.get("/tree/big")[2] == content


def test_the_keeper_reads_again_what_its_server_doubts(mirror):
    mirror.configure('schedule = "manual"')
    let_everybody_pass(mirror.config)
    mirror.config.write_text(mirror.config.read_text().replace("[server]", '[server]\nuser = "nobody"', 1))
    mirror.write("touched", "whole all the same")
    mirror.write("shut", b"whole as well")
    mirror.write("edited", LONG)
    mirror.sync()
    before = tree_of(mirror.checkout)
    keeper = mirror.keep()
    os.utime(mirror.checkout / "touched")
    os.chmod(mirror.checkout / "shut", 0)
    edit(mirror.checkout / "edited")
    assert keeper.get("/tree/touched")[0] == 503
    wait_for(lambda: keeper.get("/tree/touched")[2] == b"whole all the same", "the keeper's look")
    wait_for(lambda: keeper.get("/tree/shut")[2] == b"whole as well", "its look at what the server may not read")
    # Damaged is damaged, and the next sync fetches it again.
    assert keeper.get("/tree/edited")[0] == 503
    wait_for(lambda: "is damaged in the store" in (keeper.get("/tree/edited") and keeper.read_log()), "the finding")
    report = mirror.sync()
    assert report["outcome"] == "unchanged" and report["transferred_bytes"] == len(LONG)
    assert keeper.get("/tree/edited")[2] == LONG
    assert tree_of(mirror.checkout) == before
    assert mirror.sync()["transferred_bytes"] == 0


def test_what_verify_finds_damaged_is_fetched_again_and_not_reused(mirror):
    mirror.write("a", LONG, time=1_600_000_000)
    mirror.sync()
    blob = blob_of(mirror, LONG)
    edit(blob)
    os.utime(blob, (1_600_000_000, 1_600_000_000))
    server = mirror.serve()
    mirror.json("verify", status=3)
    assert server.get("/tree/a")[0] == 503
    assert mirror.sync()["transferred_bytes"] == len(LONG)
    assert server.get("/tree/a")[2] == LONG == (mirror.checkout / "a").read_bytes()
    assert mirror.json("verify")["damaged"] == []
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_an_edited_content_is_not_reused_for_another_name(mirror):
    """A list of checksums tells that the content of a new name is here already."""
    mirror.write("a", LONG, time=1_600_000_000)
    mirror.sync()
    edit(mirror.checkout / "a")
    mirror.write("b/b", LONG, time=1_600_000_000)
    mirror.write("b/SHA256SUMS", f"{hashlib.sha256(LONG).hexdigest()}  b\n", time=1_600_000_000)
    assert mirror.sync()["outcome"] == "published"
    assert (mirror.checkout / "b/b").read_bytes() == LONG == (mirror.checkout / "a").read_bytes()
    assert mirror.json("verify")["damaged"] == []


def test_recover_remembers_what_blobs_were_given(mirror):
    mirror.write("a", "as it was")
    mirror.write("b", "to be edited")
    mirror.sync()
    edit(mirror.checkout / "b")
    (mirror.store / "catalogue.db").unlink()
    mirror.good("recover")
    server = mirror.serve()
    assert server.get("/tree/a")[2] == b"as it was"
    assert server.get("/tree/b")[0] == 503


def test_an_edited_content_is_not_shown_under_other_modes(mirror):
    mirror.write("a", LONG, time=1_600_000_000)
    mirror.sync()
    edit(mirror.checkout / "a")
    os.chmod(mirror.upstream / "a", 0o755)
    mirror.write("b", "b")
    assert mirror.sync()["outcome"] == "published"
    assert os.stat(mirror.checkout / "a").st_mode & 0o777 == 0o644, "what is not the content got its mode"
    assert (mirror.checkout / "b").read_text() == "b"
    server = mirror.serve()
    assert server.get("/tree/a")[0] == 503
    assert mirror.sync()["transferred_bytes"] == len(LONG)
    assert server.get("/tree/a")[2] == LONG
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert os.stat(mirror.checkout / "a").st_ino == os.stat(blob_of(mirror, LONG)).st_ino


def test_a_content_that_was_lost_is_fetched_again_through_the_keeper(mirror):
    mirror.configure('schedule = "manual"')
    mirror.write("a", LONG, time=1_600_000_000)
    mirror.sync()
    blob_of(mirror, LONG).unlink()
    keeper = mirror.keep()
    assert keeper.get("/tree/a")[0] == 503
    wait_for(lambda: mirror.sync()["transferred_bytes"] == len(LONG), "the keeper's look, and a sync after it")
    assert keeper.get("/tree/a")[2] == LONG
    assert os.stat(mirror.checkout / "a").st_ino == os.stat(blob_of(mirror, LONG)).st_ino
