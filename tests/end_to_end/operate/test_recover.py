"""Catalogues that are lost, damaged or too old: told, served around, and rebuilt from the manifests."""
import hashlib
import os
import pathlib

import pytest

from support.disks import in_user_namespace
from support.kills import kill_at
from support.store import blob_of, blobs_in, drop_log, two_generations
from support.trees import contents_of, served, tree_of, upstream_becomes


@pytest.mark.parametrize("damage", ["header", "middle", "cut", "gone"])
def test_a_damaged_catalogue_is_served_around_and_recovered(mirror, damage):
    upstream_becomes(mirror, 0, files=300)
    mirror.sync()
    wanted = contents_of(mirror.checkout)
    file = mirror.store / "catalogue.db"
    data = bytearray(file.read_bytes())
    if damage == "header":
        data[:100] = b"\xff" * 100
    elif damage == "middle":
        data[4096:] = os.urandom(len(data) - 4096)
    else:
        del data[6000:]
    for suffix in ("-wal", "-shm"):
        pathlib.Path(f"{file}{suffix}").unlink(missing_ok=True)
    file.unlink() if damage == "gone" else file.write_bytes(data)
    if damage != "gone":
        server = mirror.serve()
        assert served(server) == wanted
        log = server.read_log()
        assert log.index("serving on") < log.index("mirrorseed recover"), "who starts is heard from before all else"
    done = mirror.run("sync")
    assert done.returncode == 1 and "mirrorseed recover" in done.stderr, done.stderr
    mirror.good("recover")
    if damage != "gone":
        assert served(server) == wanted
        mirror.write("later", "x")
        mirror.sync("--allow-deletes")
        assert server.get("/tree/later")[0] == 200
    assert mirror.sync()["outcome"] == "unchanged"


def test_a_catalogue_that_cannot_be_rebuilt_for_want_of_room_is_not_tried_at_each_request(mirror):
    upstream_becomes(mirror, 0, files=300)
    mirror.sync()
    temporary = mirror.folder / "temporary"
    temporary.mkdir()
    server = mirror.serve(env={**os.environ, "TMPDIR": str(temporary)}, prefix=[
        *in_user_namespace(), "sh", "-c", f'mount -t tmpfs -o size=64k none {temporary} && exec "$@"', "serve"])
    file = mirror.store / "catalogue.db"
    damaged = mirror.store / "catalogue.db.x"
    damaged.write_bytes(b"no database at all" * 1000)
    pathlib.Path(f"{file}-wal").write_bytes(b"")
    damaged.rename(file)
    assert {server.get(f"/tree/?{i}")[0] for i in range(10)} == {500}
    log = server.read_log()
    assert log.count("catalogue is damaged; serving") == log.count("database or disk is full") == 1, log


def test_a_keeper_rebuilds_a_damaged_catalogue_by_itself(mirror):
    upstream_becomes(mirror, 0)
    mirror.sync()
    for suffix in ("-wal", "-shm"):
        pathlib.Path(f"{mirror.store}/catalogue.db{suffix}").unlink(missing_ok=True)
    (mirror.store / "catalogue.db").write_bytes(b"no database at all" * 1000)
    keeper = mirror.keep()
    assert served(keeper) == contents_of(mirror.upstream)
    assert "rebuilding" in keeper.read_log() and (mirror.store / "catalogue.db.damaged").exists()
    assert mirror.sync()["outcome"] == "unchanged"


def test_recover_rebuilds_a_lost_and_a_damaged_catalogue(mirror):
    two_generations(mirror)
    mirror.write("secret", "secret", mode=0o600)
    mirror.sync()
    withdrawn = hashlib.sha256(b"added").hexdigest()
    mirror.good("withdraw", withdrawn)
    wanted = {command: mirror.json(*command) for command in
              (("history", "tree"), ("diff", "tree", "1", "4"), ("diff", "tree", "2", "3"))}
    shown = tree_of(mirror.checkout)
    for damage in (lambda file: file.unlink(), lambda file: file.write_bytes(b"garbage" * 1000),
                   lambda file: os.truncate(file, 5000)):
        for suffix in ("-wal", "-shm"):
            pathlib.Path(f"{mirror.store}/catalogue.db{suffix}").unlink(missing_ok=True)
        damage(mirror.store / "catalogue.db")
        done = mirror.run("sync")
        assert done.returncode == 1 and "mirrorseed recover" in done.stderr, done.stderr
        mirror.good("recover")
        for command, report in wanted.items():
            again = mirror.json(*command)
            assert again == report, command
        assert tree_of(mirror.checkout) == shown
        assert mirror.sync()["outcome"] == "unchanged"
        assert mirror.json("verify")["damaged"] == []
        assert mirror.run("rollback", "tree", "4").returncode == 1


def test_recover_knows_which_generations_are_history_only(mirror):
    mirror.configure('max_delete = "100%"\nkeep_generations = 2\ngrace = "0"')
    for number in range(4):
        mirror.write("file", f"content {number}", time=1_600_000_000 + number)
        mirror.write("steady", "steady", time=1)
        mirror.sync()
    mirror.good("gc")
    history = mirror.json("history", "tree")
    assert [row["kept"] for row in history] == [True, True, False, False]
    blob_of(mirror, b"steady").unlink()
    (mirror.store / "catalogue.db").unlink()
    mirror.good("recover")
    assert mirror.json("history", "tree") == history
    assert [item["path"] for item in mirror.json("verify", status=3)["damaged"]] == ["steady"]


def test_an_emptied_or_an_old_catalogue_frees_and_overwrites_nothing(mirror):
    mirror.write("f", "one")
    mirror.sync()
    old = (mirror.store / "catalogue.db").read_bytes()
    mirror.write("f", "two, longer")
    mirror.sync()
    before = blobs_in(mirror)
    for catalogue in (b"", old):
        drop_log(mirror)
        (mirror.store / "catalogue.db").write_bytes(catalogue)
        for command in ("gc", "sync"):
            done = mirror.run(command)
            assert done.returncode == 1 and "mirrorseed recover" in done.stderr, (command, done.stderr)
        assert blobs_in(mirror) == before
        mirror.good("recover")
        assert [row["generation"] for row in mirror.json("history", "tree")] == [2, 1]
    mirror.good("gc")
    assert blobs_in(mirror) == before


def test_what_a_damaged_manifest_named_is_not_freed(mirror):
    mirror.write("f", "one")
    mirror.sync()
    for name in ("1.zst", "0-1.zst"):
        manifest = mirror.store / "manifests/tree" / name
        manifest.write_bytes(manifest.read_bytes()[:-5])
    (mirror.store / "catalogue.db").unlink()
    done = mirror.run("recover")
    assert done.returncode == 3 and "1.zst" in done.stderr
    done = mirror.run("gc")
    assert done.returncode == 1 and "damaged" in done.stderr
    assert len(blobs_in(mirror)) == 1
    assert mirror.sync()["outcome"] == "published"
    for file in (mirror.store / "manifests/tree").glob("*.damaged"):
        file.unlink()
    mirror.good("gc")
    assert mirror.json("verify")["damaged"] == []


def lose_catalogue(mirror):
    drop_log(mirror)
    (mirror.store / "catalogue.db").unlink()
    mirror.good("recover")


def is_paused(mirror):
    return mirror.json("status")["trees"][0]["paused"]


def test_a_rebuilt_catalogue_remembers_that_a_pause_has_ended(mirror):
    two_generations(mirror)
    mirror.good("rollback", "tree")
    lose_catalogue(mirror)
    assert is_paused(mirror)
    assert kill_at(mirror, "renameat", 1, "approve", "tree"), "with the head"
    assert is_paused(mirror)
    mirror.good("approve", "tree")
    lose_catalogue(mirror)
    assert not is_paused(mirror)
    # So does a sync that finds nothing new.
    mirror.write("changed", "before", time=1)
    mirror.sync()
    mirror.write("changed", "after, once more")
    mirror.sync()
    mirror.good("rollback", "tree")
    mirror.write("changed", "before", time=1)
    assert mirror.sync("tree")["outcome"] == "unchanged" and not is_paused(mirror)
    lose_catalogue(mirror)
    assert not is_paused(mirror)


def test_a_rebuilt_catalogue_remembers_a_pause(mirror):
    mirror.write("f", "one")
    mirror.sync()
    mirror.write("f", "two, longer")
    mirror.sync()
    mirror.json("rollback", "tree")
    drop_log(mirror)
    (mirror.store / "catalogue.db").unlink()
    keeper = mirror.keep()
    assert keeper.get("/tree/f")[2] == b"one"
    assert mirror.json("gc")["freed"]["files"] == 0  # has waited for whatever the keeper does at start
    assert keeper.get("/tree/f")[2] == b"one" and mirror.json("status")["trees"][0]["paused"]
