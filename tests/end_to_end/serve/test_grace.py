"""A file that an upstream dropped is given out for `grace`, and what went for another reason is gone at once."""
import hashlib
import os
import pathlib
import shutil
import signal
import sqlite3

import pytest

from support.mirror import OLD
from support.raw_http import Wire, request
from support.store import blob_of
from support.waiting import wait_for

PATIENT = 'max_delete = "100%"\ngrace = "1h"\n'
DROPPED = b"what an index of yesterday names" * 10


@pytest.fixture
def graced(mirror):
    """Two files have been synced, and an hour's grace is given."""
    mirror.configure(PATIENT)
    mirror.write("pool/dropped", DROPPED, time=OLD)
    mirror.write("pool/stays", "stays")
    mirror.sync()
    return mirror


def drop(mirror, name="pool/dropped"):
    path = mirror.upstream / name
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    assert mirror.sync()["outcome"] == "published"


def status(server, name):
    return server.get(f"/tree/{name}")[0]


def is_graced(server, name="pool/dropped", content=DROPPED):
    """The answer is the whole truth about it, or it is absent."""
    code, headers, body = server.get(f"/tree/{name}")
    assert code in (200, 404), (code, server.read_log())
    if code == 200:
        assert body == content and headers["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
        assert headers["Cache-Control"] == "no-cache" and "Link" not in headers, dict(headers)
    return code == 200


def database(mirror):
    return sqlite3.connect(mirror.store / "catalogue.db", isolation_level=None)


def an_hour_passes(mirror, but=0):
    """For the generations that are there."""
    with database(mirror) as catalogue:
        catalogue.execute("update generations set published = published - ?", (3600 - but,))


def reload(mirror, server):
    said = f"read {mirror.config} again"
    before = server.read_log().count(said)
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: server.read_log().count(said) > before, "a reload")


def test_what_an_upstream_dropped_is_given_out_and_nowhere_told_of(graced):
    server = graced.serve()
    _, before, _ = server.get("/tree/pool/dropped")
    assert "Link" in before and "Cache-Control" not in before
    drop(graced)
    for _ in range(2):  # found, and kept
        assert is_graced(server)
    _, after, _ = server.get("/tree/pool/dropped")
    for field in ("ETag", "Last-Modified", "Repr-Digest", "Content-Type"):
        assert after[field] == before[field], field
    assert server.get("/tree/pool/dropped", Range="bytes=5-9")[2] == DROPPED[5:10]
    assert server.get("/tree/pool/dropped", **{"If-None-Match": before["ETag"]})[0] == 304
    assert [item["name"] for item in server.json("/tree/pool/?format=json")] == ["stays"]
    for ending in ("/", ".sha256", ".meta4", ".torrent", ".magnet"):
        assert status(server, "pool/dropped" + ending) == 404, ending
    assert server.get(f"/-/blob/sha256/{hashlib.sha256(DROPPED).hexdigest()}")[0] == 404
    assert not (graced.checkout / "pool/dropped").exists()
    assert status(server, "pool/stays") == 200 and status(server, "pool/never") == 404


def test_a_whole_folder_that_was_dropped_is_graced_file_by_file(graced):
    graced.write("pool/old/er/file", DROPPED)
    graced.sync()
    server = graced.serve()
    drop(graced, "pool/old")
    assert is_graced(server, "pool/old/er/file")
    for name in ("pool/old", "pool/old/", "pool/old/er", "pool/old/er/other", "pool/old/er/file/"):
        assert status(server, name) == 404, name


def test_grace_ends_without_a_publish(graced):
    graced.configure(PATIENT.replace("1h", "2s"))
    server = graced.serve()
    drop(graced)
    assert is_graced(server) and is_graced(server)
    wait_for(lambda: status(server, "pool/dropped") == 404, "the end of grace")
    assert graced.json("history", "tree")[0]["generation"] == 2


def test_grace_outlives_short_history_and_further_publishes(graced):
    graced.configure(PATIENT + 'keep_generations = 1\nhistory = "0"')
    server = graced.serve()
    drop(graced)
    for number in range(3):
        graced.write("pool/stays", f"stays, and changes {number}")
        graced.sync()
        graced.good("gc")
        assert is_graced(server)


def test_gc_keeps_the_bytes_exactly_as_long(graced):
    graced.configure(PATIENT + "keep_generations = 1")
    drop(graced)
    # Another tree is more patient, and says nothing for this one.
    graced.configure(PATIENT + "keep_generations = 1",
                     more='[[tree]]\nname = "other"\nupstreams = ["file:///nowhere"]\ngrace = "99d"')
    server = graced.serve()
    an_hour_passes(graced, but=60)
    assert graced.json("gc")["freed"]["files"] == 0
    assert is_graced(server) and blob_of(graced, DROPPED).exists()
    with database(graced) as catalogue:
        catalogue.execute("update generations set published = published - 60")
    server.stop()
    server = graced.serve()
    assert not is_graced(server)
    assert graced.json("gc")["freed"]["files"] == 1 and not blob_of(graced, DROPPED).exists()
    assert not is_graced(server) and "not in the store" not in server.read_log()


def test_a_name_that_comes_back_is_the_new_one_at_once(graced):
    server = graced.serve()
    drop(graced)
    assert is_graced(server)
    graced.write("pool/dropped", "another")
    graced.sync()
    assert server.get("/tree/pool/dropped")[2] == b"another"
    drop(graced)
    assert is_graced(server, content=b"another")
    graced.write("pool/dropped/below", "a folder now")
    graced.sync()
    assert server.get("/tree/pool/dropped/")[0] == 200 and status(server, "pool/dropped/below") == 200
    drop(graced)
    assert is_graced(server, "pool/dropped/below", b"a folder now")
    assert status(server, "pool/dropped") == 404  # it was a folder last


def test_links_lead_where_they_lead_now(graced):
    graced.write("dists/one/only", DROPPED)
    graced.write("dists/two/only", "two")
    os.symlink("one", graced.upstream / "dists/stable")
    os.symlink("one/only", graced.upstream / "dists/file")
    graced.sync()
    server = graced.serve()
    assert server.get("/tree/dists/stable/only")[2] == DROPPED
    (graced.upstream / "dists/one/only").unlink()
    graced.write("dists/one/other", "other")
    graced.sync()
    assert is_graced(server, "dists/stable/only")
    assert status(server, "dists/file") == 404  # it is in the tree, and leads to nothing
    (graced.upstream / "dists/stable").unlink()
    graced.sync()
    assert status(server, "dists/stable/only") == 404 and status(server, "dists/stable") == 404
    os.symlink("two", graced.upstream / "dists/stable")
    graced.sync()
    assert server.get("/tree/dists/stable/only")[2] == b"two"
    drop(graced, "dists/two/only")
    assert is_graced(server, "dists/stable/only", b"two") and is_graced(server, "dists/one/only")
    # A folder that is a link now leads elsewhere, whatever was in it.
    shutil.rmtree(graced.upstream / "dists/one")
    os.symlink("two", graced.upstream / "dists/one")
    graced.sync()
    assert is_graced(server, "dists/one/only", b"two") and status(server, "dists/one/other") == 404


def test_what_was_hidden_before_is_not_graced(graced):
    server = graced.serve()
    os.chmod(graced.upstream / "pool/dropped", 0o600)
    graced.sync()
    assert status(server, "pool/dropped") == 404
    drop(graced)
    assert status(server, "pool/dropped") == 404


@pytest.mark.parametrize("hide", ["the folder above", "the content, under another name"])
def test_what_is_hidden_now_is_not_graced(graced, hide):
    server = graced.serve()
    if hide == "the folder above":
        drop(graced)
        assert is_graced(server)
        os.chmod(graced.upstream / "pool", 0o700)
    else:
        os.makedirs(graced.upstream / "embargo", mode=0o700)
        os.rename(graced.upstream / "pool/dropped", graced.upstream / "embargo/dropped")
    graced.sync()
    assert status(server, "pool/dropped") == 404
    # Lifted, its name is as good as any.
    os.chmod(graced.upstream / hide.replace("the folder above", "pool").replace("the content, under another name", "embargo"), 0o755)
    graced.sync()
    assert is_graced(server)


def test_what_was_withdrawn_is_not_graced(graced):
    server = graced.serve()
    drop(graced)
    assert is_graced(server)
    graced.good("withdraw", hashlib.sha256(DROPPED).hexdigest())
    assert status(server, "pool/dropped") == 404
    # Nor is what went by being withdrawn, also when its upstream drops it later.
    graced.good("withdraw", hashlib.sha256(b"stays").hexdigest())
    assert status(server, "pool/stays") == 404
    graced.write("pool/other", "other")
    drop(graced, "pool/stays")
    assert status(server, "pool/stays") == 404


def test_what_a_rollback_took_back_is_not_graced(graced):
    graced.configure(PATIENT + "keep_generations = 9")
    server = graced.serve()
    graced.write("pool/brought", "brought and taken back")
    graced.write("pool/both", "brought, dropped, and taken back")
    graced.sync()
    drop(graced, "pool/both")
    drop(graced)
    assert is_graced(server) and is_graced(server, "pool/both", b"brought, dropped, and taken back")
    graced.good("rollback", "tree", "1")
    assert server.get("/tree/pool/dropped")[2] == DROPPED  # it is in the tree
    assert status(server, "pool/brought") == status(server, "pool/both") == 404
    assert graced.sync("tree")["outcome"] == "published"
    assert is_graced(server) and status(server, "pool/brought") == 200 and status(server, "pool/both") == 404


def test_a_rollback_takes_nothing_from_what_left_before_it(graced):
    server = graced.serve()
    drop(graced)
    graced.write("pool/bad", "bad")
    graced.sync()
    graced.good("rollback", "tree")
    assert is_graced(server) and status(server, "pool/bad") == 404


@pytest.mark.parametrize("terms", ['exclude = ["dropped"]', 'exclude = ["pool/"]', 'include = ["stays"]'])
def test_what_the_config_leaves_out_is_not_graced(graced, terms):
    server = graced.serve()
    drop(graced)
    assert is_graced(server)
    graced.configure(PATIENT + terms)
    reload(graced, server)
    assert status(server, "pool/dropped") == 404
    graced.configure(PATIENT)
    reload(graced, server)
    assert is_graced(server)


def test_what_went_with_a_changed_config_is_not_graced(graced):
    server = graced.serve()
    graced.configure(PATIENT + 'exclude = ["dropped"]')
    graced.sync()
    assert status(server, "pool/dropped") == 404
    graced.configure(PATIENT)
    assert status(server, "pool/dropped") == 404
    # Nor does the command line's `exclude` leave anything behind.
    graced.sync()
    assert status(server, "pool/dropped") == 200
    graced.sync("--exclude", "dropped")
    assert status(server, "pool/dropped") == 404


def test_grace_is_taken_on_by_a_reload(graced):
    server = graced.serve()
    drop(graced)
    assert is_graced(server)
    graced.configure(PATIENT.replace("1h", "0"))
    reload(graced, server)
    assert status(server, "pool/dropped") == 404


def test_what_a_folder_that_is_adopted_lacks_is_not_graced(graced):
    server = graced.serve()
    plain = graced.folder / "plain"
    shutil.copytree(graced.upstream, plain)
    (plain / "pool/dropped").unlink()
    assert graced.json("adopt", "tree", plain)["outcome"] == "published"
    assert status(server, "pool/dropped") == 404


def test_grace_begins_when_what_was_held_is_approved(graced):
    graced.configure(PATIENT.replace("100%", "0"))
    server = graced.serve()
    (graced.upstream / "pool/dropped").unlink()
    assert graced.sync(status=3)["outcome"] == "held"
    assert "Link" in server.get("/tree/pool/dropped")[1]  # it is in the tree still
    an_hour_passes(graced)
    graced.good("approve", "tree", graced.json("status")["trees"][0]["candidate"])
    assert is_graced(server)


def test_what_an_upstream_replaced_by_a_link_out_of_the_tree_is_not_graced(graced):
    server = graced.serve()
    (graced.upstream / "pool/dropped").unlink()
    os.symlink("/elsewhere", graced.upstream / "pool/dropped")
    graced.sync()
    assert status(server, "pool/dropped") == 404


def test_a_forgotten_tree_graces_nothing(graced):
    drop(graced)
    server = graced.serve()
    assert is_graced(server)
    config = graced.config.read_text()
    graced.config.write_text(config.replace('name = "tree"', 'name = "other"'))
    graced.good("forget", "tree", "--yes")
    assert status(server, "pool/dropped") == 404
    graced.config.write_text(config)
    graced.sync()
    assert status(server, "pool/stays") == 200 and status(server, "pool/dropped") == 404


def test_a_keeper_and_its_server_grace_alike(graced):
    keeper = graced.keep()
    (graced.upstream / "pool/dropped").unlink()
    graced.sync()
    assert is_graced(keeper)
    graced.good("gc")
    assert is_graced(keeper)


def test_names_that_never_were_leave_nothing_behind(graced):
    """However many of them somebody asks for."""
    server = graced.serve()
    drop(graced)

    def ask_for_absent(first, number):
        with Wire(server) as wire:
            for at in range(first, first + number, 50):
                wire.send(b"".join(request(f"/tree/pool/never-{name}") for name in range(at, at + 50)))
                for _ in range(50):
                    assert wire.answer().status == 404

    def resident():
        text = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
        return int(next(line for line in text.splitlines() if line.startswith("VmRSS")).split()[1])

    ask_for_absent(0, 1000)
    before = resident()
    ask_for_absent(1000, 5000)
    assert resident() - before < 3000, "kB"
    assert is_graced(server)
