"""A release that came through a sync is known: its torrents are made, and its damage is narrowed, without reading it."""
import json
import os
import random
import re
import sqlite3

import pytest

from support.program import run_program
from support.releasing import Releasing


@pytest.fixture
def mirror(tmp_path):
    made = Releasing(tmp_path)
    rng = random.Random(1)
    made.write("iso/a.iso", rng.randbytes(3_000_001), time=1000)
    made.write("set/b", rng.randbytes(1_000_001), time=1000)
    made.write("set/c", rng.randbytes(400_000), time=1000)
    made.write("other/d.iso", rng.randbytes(2_000_000), time=1000)
    return made


def releases(**keys):
    extra = "\n".join(f'{key} = "{value}"' for key, value in keys.items())
    return f'[[tree.release]]\nmatch = "iso/*.iso"\n{extra}\n[[tree.release]]\nmatch = "set/"\n{extra}\n'


def create(mirror, path, *options, config=True):
    """The torrent's bytes, and how many reads of file contents it took."""
    out, log = mirror.folder / "out.torrent", mirror.folder / "log"
    prefix = ["strace", "-f", "-qq", "-o", log, "-e", "trace=preadv2"]
    done = run_program(*(["-c", mirror.config] if config else []), "torrent", "create", path, "-o", out, "--force",
                       "--date", "none", *options, prefix=prefix, cwd=mirror.folder if config else "/")
    assert done.returncode == 0, done.stderr
    return out.read_bytes(), len(re.findall(r"preadv2\(", log.read_text()))


@pytest.mark.parametrize("form", ["v1", "v2", "hybrid"])
def test_a_torrent_of_a_synced_release_reads_nothing(mirror, form):
    mirror.configure(releases(format=form))
    mirror.good("sync")
    path = mirror.checkout / "iso/a.iso"
    read, reads = create(mirror, path, "--format", form, config=False)
    assert reads > 0
    assert create(mirror, path, "--format", form) == (read, 0)
    # The tree answers for every piece length.
    for length in ("16KiB", "256KiB") if form == "v2" else ():
        read, _ = create(mirror, path, "--format", form, "--piece-length", length, config=False)
        assert create(mirror, path, "--format", form, "--piece-length", length) == (read, 0)
    # What no release names is read.
    assert create(mirror, mirror.checkout / "other/d.iso", "--format", form)[1] > 0


@pytest.mark.parametrize("form", ["v2", "hybrid"])
def test_a_torrent_of_a_synced_folder_reads_nothing(mirror, form):
    mirror.configure(releases(format=form, piece_length="64 KiB"))
    mirror.good("sync")
    options = ("--format", form, "--piece-length", "64KiB")
    read, reads = create(mirror, mirror.checkout / "set", *options, config=False)
    assert reads > 0
    assert create(mirror, mirror.checkout / "set", *options) == (read, 0)


def test_what_somebody_wrote_to_is_read(mirror):
    mirror.configure(releases(format="v2"))
    mirror.good("sync")
    path = mirror.checkout / "iso/a.iso"
    with open(path, "r+b") as file:
        file.write(b"edited")
    read, _ = create(mirror, path, "--format", "v2", config=False)
    assert create(mirror, path, "--format", "v2")[0] == read


def test_adopted_releases_are_known_too(mirror):
    mirror.configure(releases(format="v2"))
    mirror.good("adopt", "tree", mirror.upstream)
    path = mirror.checkout / "iso/a.iso"
    read, _ = create(mirror, path, "--format", "v2", config=False)
    assert create(mirror, path, "--format", "v2") == (read, 0)


def test_what_was_tampered_with_is_read(mirror):
    mirror.configure(releases(format="v2"))
    mirror.good("sync")
    path = mirror.checkout / "iso/a.iso"
    content = bytearray(path.read_bytes())
    content[5] ^= 1
    path.unlink()
    path.write_bytes(content)
    os.utime(path, (1000, 1000))
    read, _ = create(mirror, path, "--format", "v2", config=False)
    assert create(mirror, path, "--format", "v2")[0] == read


def test_verify_narrows_damage_to_blocks(mirror):
    mirror.configure(releases(format="v2"))
    mirror.good("sync")
    create(mirror, mirror.checkout / "iso/a.iso", "--format", "v2", "--piece-length", "1MiB")
    copy = mirror.folder / "a.iso"
    content = bytearray((mirror.checkout / "iso/a.iso").read_bytes())
    for at in 40_000, 1_500_000, 3_000_000:
        content[at] ^= 1
    copy.write_bytes(content)
    done = mirror.run("torrent", "verify", mirror.folder / "out.torrent", copy, "--json")
    assert done.returncode == 3
    said = json.loads(done.stdout)
    assert said["bad_pieces"] == [0, 1, 2]
    assert said["files"][0]["damaged"] == [
        {"offset": 2 * 16384, "length": 16384}, {"offset": 91 * 16384, "length": 16384},
        {"offset": 183 * 16384, "length": 3_000_001 - 183 * 16384}]


def test_hashes_go_with_their_content(mirror):
    mirror.configure(releases(format="v1"))
    mirror.good("sync")
    os.remove(mirror.upstream / "iso/a.iso")
    mirror.configure('keep_generations = 1\ngrace = "0s"\nmax_delete = "100%"\n' + releases(format="v1", keep="0s"))
    mirror.good("sync")
    mirror.good("gc")
    with sqlite3.connect(mirror.store / "catalogue.db") as database:
        left = database.execute("select count(*) from content_pieces where blob not in (select id from blobs)")
        assert left.fetchone() == (0,)
        assert database.execute("select count(*) from content_pieces").fetchone() == (0,)


def test_a_config_that_is_not_usable_does_not_stop_a_torrent(mirror):
    (mirror.folder / "x").write_bytes(b"x")
    mirror.config.write_text("nonsense")
    done = run_program("torrent", "create", "x", cwd=mirror.folder)
    assert done.returncode == 0 and (mirror.folder / "x.torrent").exists()
    assert run_program("-c", mirror.config, "torrent", "create", "x", "--force", cwd=mirror.folder).returncode == 2
