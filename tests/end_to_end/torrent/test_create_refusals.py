"""`torrent create` refuses what cannot be a torrent, or what clients would misread."""
import os

import libtorrent
import pytest

from support.people import as_nobody, let_everybody_pass
from support.torrents import FORMATS, create, refused


def test_what_cannot_be_a_torrent_is_refused_and_leaves_nothing(tmp_path):
    out = tmp_path / "out.torrent"
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "holds no bytes" in refused("create", empty, "-o", out)
    (empty / "file").touch()
    assert "holds no bytes" in refused("create", empty, "-o", out)
    (empty / "full").write_bytes(b"x")
    os.mkfifo(empty / "pipe")
    assert "empty/pipe is a device, a pipe or a socket" in refused("create", empty, "-o", out)
    assert "neither a file nor a folder" in refused("create", "/dev/null", "-o", out)
    assert "No such file" in refused("create", tmp_path / "none", "-o", out)
    (empty / "pipe").unlink()
    assert "No such file" in refused("create", empty, "-o", tmp_path / "no" / "folder.torrent")
    assert not out.exists()


def test_names_that_clients_misread_are_refused(tmp_path):
    odd = tmp_path / "odd"
    odd.mkdir()
    (odd / "real").write_bytes(b"x")
    (odd / "_____padding_file_0_").write_bytes(b"x")
    for form in ["v1", "hybrid"]:
        assert "named like padding" in refused("create", odd, "-o", "-", "--format", form)
    said, made = create(odd, "--format", "v2")
    assert [f["path"] for f in said["files"]] == ["_____padding_file_0_", "real"]
    libtorrent.torrent_info(libtorrent.bdecode(made))
    (tmp_path / "\\").write_bytes(b"x")
    for form in FORMATS:
        assert "no name to store it by" in refused("create", tmp_path / "\\", "-o", "-", "--format", form)
        assert create(tmp_path / "\\", "--format", form, "--name", "x")[0]["name"] == "x"


@pytest.mark.parametrize("kind", ["file", "link"])
def test_no_tree_is_deeper_than_clients_read(tmp_path, kind):
    # A link's target is a list, and so one deeper.
    deepest = 94 if kind == "file" else 93
    for depth in [deepest, deepest + 1]:
        deep = tmp_path / str(depth)
        place = deep.joinpath(*["d"] * depth)
        place.mkdir(parents=True)
        (deep / "top").write_bytes(b"x")
        if kind == "file":
            (place / "x").write_bytes(b"x")
        else:
            (place / "x").symlink_to("/".join([".."] * depth) + "/top")
    for form in ["v2", "hybrid"]:
        made = create(tmp_path / str(deepest), "--format", form)[1]
        libtorrent.torrent_info(made)  # the bytes, read with a client's limits
        said = refused("create", tmp_path / str(deepest + 1), "-o", "-", "--format", form)
        assert f"lies {deepest + 1} folders deep" in said
    create(tmp_path / str(deepest + 1))


def test_an_unreadable_file_is_an_error(tmp_path):
    (tmp_path / "rel").mkdir()
    (tmp_path / "rel" / "open").write_bytes(b"x")
    (tmp_path / "rel" / "closed").write_bytes(b"x")
    (tmp_path / "rel" / "closed").chmod(0)
    let_everybody_pass(tmp_path / "rel")
    said = refused("create", tmp_path / "rel", "-o", "-", prefix=as_nobody())
    assert "rel/closed" in said and "Permission denied" in said
