"""`torrent create`: its options, and where its output goes."""
import json
import stat

import pytest

from support.program import run_program
from support.torrents import refused


@pytest.mark.parametrize("option, value", [
    ("--format", "v3"), ("--piece-length", "100000"), ("--piece-length", "8KiB"), ("--piece-length", "256MiB"),
    ("--web-seed", "ftp://x/"), ("--tracker", "nonsense"), ("--node", "host"), ("--date", "tomorrow"),
    ("--similar", "xyz"), ("--name", "../x"), ("--name", ""), ("--threads", "-1"), ("--exclude", "[")])
def test_a_bad_option_value_is_a_usage_error(tmp_path, option, value):
    (tmp_path / "x").write_bytes(b"x")
    done = run_program("torrent", "create", tmp_path / "x", option, value, cwd=tmp_path)
    assert done.returncode == 2 and done.stderr, (option, value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x"]


def test_where_the_output_goes(tmp_path):
    (tmp_path / "x.iso").write_bytes(b"x")
    (tmp_path / "y.iso").write_bytes(b"y")
    (tmp_path / "out").mkdir()
    assert run_program("torrent", "create", "x.iso", cwd=tmp_path).returncode == 0
    assert (tmp_path / "x.iso.torrent").exists()
    before = (tmp_path / "x.iso.torrent").read_bytes()
    assert "exists already; --force replaces it" in refused("create", "x.iso", cwd=tmp_path)
    assert (tmp_path / "x.iso.torrent").read_bytes() == before
    assert run_program("torrent", "create", "x.iso", "--force", "--name", "z.iso", "-o", "x.iso.torrent",
                       cwd=tmp_path).returncode == 0
    assert b"4:name5:z.iso" in (tmp_path / "x.iso.torrent").read_bytes()
    done = run_program("torrent", "create", "x.iso", "y.iso", "-o", "out", "--json", cwd=tmp_path)
    assert [made["name"] for made in json.loads(done.stdout)] == ["x.iso", "y.iso"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["x.iso.torrent", "y.iso.torrent"]
    assert "must be a folder" in refused("create", "x.iso", "y.iso", "-o", "z", status=2, cwd=tmp_path)
    assert run_program("torrent", "create", ".", "--force", "-o", "out/all.torrent", cwd=tmp_path).returncode == 0
    said = json.loads(run_program("torrent", "show", "out/all.torrent", "--json", cwd=tmp_path).stdout)
    assert said["name"] == tmp_path.name
    # The torrent that is replaced is no part of what it describes.
    assert "out/all.torrent" not in {f["path"] for f in said["files"]}
    again = run_program("torrent", "create", ".", "--force", "-o", "out/all.torrent", "--json", cwd=tmp_path)
    assert json.loads(again.stdout)["info_hash_v1"] == said["info_hash_v1"]


def test_an_output_never_replaces_what_it_is_made_from(tmp_path):
    (tmp_path / "x.iso").write_bytes(b"x")
    (tmp_path / "rel").mkdir()
    (tmp_path / "rel" / "y").write_bytes(b"y")
    (tmp_path / "link").symlink_to("x.iso")
    for output in ["x.iso", "./rel/../x.iso", "link"]:
        assert "what would be written" in refused("create", "x.iso", "-o", output, "--force", cwd=tmp_path)
    assert (tmp_path / "x.iso").read_bytes() == b"x"
    # Through a link, too, the file that is replaced is no part of the torrent.
    (tmp_path / "rel" / "old").write_bytes(b"old")
    (tmp_path / "into").symlink_to("rel/old")
    done = run_program("torrent", "create", "rel", "-o", "into", "--force", "--json", cwd=tmp_path)
    assert [f["path"] for f in json.loads(done.stdout)["files"]] == ["y"]


def test_two_paths_never_have_one_output(tmp_path):
    for folder in ["a", "b"]:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x").write_text(folder)
    said = refused("create", "a/x", "b/x", "--force", status=2, cwd=tmp_path)
    assert "both be written to x.torrent" in said
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]
    assert "the output" in refused("create", "a/x", "-o", "", cwd=tmp_path)


def test_mode_and_owner_of_the_output(tmp_path):
    (tmp_path / "x").write_bytes(b"x")
    run_program("torrent", "create", "x", cwd=tmp_path)
    assert stat.S_IMODE((tmp_path / "x.torrent").stat().st_mode) & 0o444 == 0o444
    (tmp_path / "x.torrent").chmod(0o600)
    run_program("torrent", "create", "x", "--force", cwd=tmp_path)
    assert stat.S_IMODE((tmp_path / "x.torrent").stat().st_mode) == 0o600
