"""`torrent verify`: each kind of harm to what a torrent describes is found and told."""
import json
import os
import random
import shutil

import libtorrent
import pytest

from support.program import run_program
from support.torrents import FORMATS, create, refused


class TestVerify:
    @pytest.fixture(params=FORMATS)
    def release(self, request, tmp_path):
        rng = random.Random(1)
        path = tmp_path / "rel"
        for name, size in ("a", 100_000), ("b/c", 40_000), ("d", 0), ("e", 200_000):
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(rng.randbytes(size))
        create(path, "--format", request.param, "--piece-length", "16KiB")
        return path

    def verify(self, path, status):
        torrent = path.parent / "out.torrent"
        done = run_program("torrent", "verify", torrent, path, "--json")
        assert done.returncode == status, done.stderr
        for_people = run_program("torrent", "verify", torrent, path)
        assert for_people.returncode == status
        return json.loads(done.stdout), for_people.stdout

    def test_good(self, release):
        said, text = self.verify(release, 0)
        assert said["pieces"]["bad"] == said["pieces"]["missing"] == 0 and said["pieces"]["good"] > 20
        assert [(f["path"], f["state"]) for f in said["files"]] == [(n, "good") for n in ("a", "b/c", "d", "e")]
        assert "pieces are good" in text

    def test_each_kind_of_harm_is_told_apart(self, release):
        (release / "d").unlink()
        with (release / "a").open("ab") as file:
            file.write(b"more")
        os.truncate(release / "b/c", 39_999)
        with (release / "e").open("r+b") as file:
            file.seek(5 * 16384)
            file.write(bytes(10))
        said, text = self.verify(release, 3)
        assert [(f["path"], f["state"]) for f in said["files"]] == [
            ("a", "long"), ("b/c", "short"), ("d", "missing"), ("e", "bad")]
        assert said["pieces"]["missing"] == 1
        assert said["pieces"]["bad"] == len(said["bad_pieces"]) == 1
        damaged = said["files"][3]["damaged"]
        # Pieces of 16 KiB are blocks; in v1 they do not begin with the file.
        assert len(damaged) == 1 and damaged[0]["length"] == 16384
        assert damaged[0]["offset"] <= 5 * 16384 < damaged[0]["offset"] + 16384
        assert "missing  d" in text and "long     a" in text and "damaged: bytes" in text

    def test_nothing_outside_is_read(self, release, tmp_path):
        meta = libtorrent.bdecode((tmp_path / "out.torrent").read_bytes())
        if b"files" in meta[b"info"]:
            meta[b"info"][b"files"][0][b"path"] = [b"..", b"secret"]
        if b"file tree" in meta[b"info"]:
            tree = meta[b"info"][b"file tree"]
            tree[b".."] = {b"secret": tree.pop(b"a")}
        (tmp_path / "out.torrent").write_bytes(libtorrent.bencode(meta))
        (tmp_path / "secret").write_bytes((release / "a").read_bytes())
        log = tmp_path / "log"
        prefix = ["strace", "-f", "-qq", "-o", log, "-e", "trace=openat,openat2,open"]
        assert "unsafe name" in refused("verify", tmp_path / "out.torrent", release, prefix=prefix)
        assert "secret" not in log.read_text()


def test_verify_follows_no_link_out(tmp_path):
    path = tmp_path / "rel"
    path.mkdir()
    (path / "a").write_bytes(b"x" * 50_000)
    (path / "b").write_bytes(b"y" * 50_000)
    create(path)
    shutil.move(path / "a", tmp_path / "elsewhere")
    (path / "a").symlink_to("../elsewhere")
    done = run_program("torrent", "verify", tmp_path / "out.torrent", path, "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["files"][0]["state"] == "missing"
