"""Catalogues that are lost, damaged or too old: told, served around, and rebuilt from the manifests."""
import os
import pathlib

import pytest

from support.trees import contents_of, served, upstream_becomes


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
        assert "mirrorseed recover" in server.read_log()
    done = mirror.run("sync")
    assert done.returncode == 1 and "mirrorseed recover" in done.stderr, done.stderr
    mirror.good("recover")
    if damage != "gone":
        assert served(server) == wanted
        mirror.write("later", "x")
        mirror.sync("--allow-deletes")
        assert server.get("/tree/later")[0] == 200
    assert mirror.sync()["outcome"] == "unchanged"


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
