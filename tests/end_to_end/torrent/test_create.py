"""Torrents made by the real program, held against libtorrent and mktorrent, and downloaded by libtorrent."""
import os
import random
import subprocess
import time

import libtorrent
import pytest

from support.program import run_program
from support.server import Server
from support.torrent_clients import complete, session
from support.torrents import FORMATS, create, refused
from support.waiting import wait_for

FLAGS = {"v1": libtorrent.create_torrent.v1_only, "v2": libtorrent.create_torrent.v2_only, "hybrid": 0}


def random_release(rng, root):
    """A file, or a folder with names and sizes that are hard to get right."""
    path = root / "rel"
    sizes = [0, 1, 100, 16383, 16384, 16385, 65536, 65537, 200_000]
    if rng.random() < 0.25:
        path.write_bytes(rng.randbytes(rng.choice(sizes[1:])))
        return path
    for _ in range(rng.randint(1, 12)):
        place = path.joinpath(*(rng.choice(["a", "a-b", "B", "c.d", "é"]) for _ in range(rng.randint(0, 2))))
        place.mkdir(parents=True, exist_ok=True)
        file = place / (rng.choice(["x", "Z", "x-1", "a", "0", "10", "é"]) + str(rng.randint(0, 9)))
        file.write_bytes(rng.randbytes(rng.choice(sizes)))
        file.chmod(rng.choice([0o644, 0o644, 0o755]))
    (path / "last").write_bytes(b"so that it is not empty")
    return path


def by_libtorrent(path, form, piece_length):
    files = libtorrent.file_storage()
    every = [path] if path.is_file() else [f for f in path.rglob("*") if f.is_file()]
    for file in sorted(every, key=lambda f: [os.fsencode(p) for p in f.relative_to(path.parent).parts]):
        executable = libtorrent.file_flags_t.flag_executable if file.stat().st_mode & 0o100 else 0
        files.add_file(str(file.relative_to(path.parent)), file.stat().st_size, executable)
    torrent = libtorrent.create_torrent(files, piece_length, flags=FLAGS[form])
    libtorrent.set_piece_hashes(torrent, str(path.parent))
    return torrent.generate()


@pytest.mark.parametrize("seed", range(20))
def test_info_is_byte_for_byte_libtorrents(tmp_path, seed):
    rng = random.Random(seed)
    path = random_release(rng, tmp_path)
    for form in FORMATS:
        piece_length = rng.choice([16384, 32768, 65536])
        said, made = create(path, "--format", form, "--piece-length", piece_length)
        ours, theirs = libtorrent.bdecode(made), by_libtorrent(path, form, piece_length)
        assert libtorrent.bencode(ours[b"info"]) == libtorrent.bencode(theirs[b"info"])
        assert ours.get(b"piece layers") == theirs.get(b"piece layers")
        assert libtorrent.bencode(libtorrent.bdecode(made)) == made  # canonical
        hashes = libtorrent.torrent_info(libtorrent.bdecode(made)).info_hashes()
        assert said["info_hash_v1"] == (str(hashes.v1) if form != "v2" else None)
        assert said["info_hash_v2"] == (str(hashes.v2) if form != "v1" else None)


@pytest.mark.parametrize("form", FORMATS)
def test_threads_lanes_and_the_order_on_disk_change_nothing(tmp_path, form):
    rng = random.Random(7)
    release, copy = tmp_path / "one" / "rel", tmp_path / "two" / "rel"
    contents = {f"d{i % 5}/f{i}": rng.randbytes(rng.choice([0, 5, 70_000, 400_000])) for i in range(60)}
    for place, names in (release, list(contents)), (copy, list(reversed(contents))):
        for name in names:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(contents[name])
    env = {"SOURCE_DATE_EPOCH": "1234567890"}
    expected = create(release, "--format", form, "--threads", 1, env=env)[1]
    assert create(copy, "--format", form, "--threads", 7, env=env)[1] == expected
    tried = 0
    for lanes in "avx512", "avx2", "sha-ni", "openssl":
        done = run_program("torrent", "create", release, "-o", "-", "--format", form, text=False,
                           env={**os.environ, **env, "MIRRORSEED_LANES": lanes})
        if b"this processor has no" in done.stderr:
            continue
        tried += 1
        assert done.stdout == expected, lanes
    assert tried > 0
    assert "none of avx512" in refused("create", release, status=2, env={**os.environ, "MIRRORSEED_LANES": "mmx"})


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_v1_pieces_are_mktorrents(tmp_path, kind):
    rng = random.Random(3)
    path = tmp_path / "rel"
    if kind == "file":
        path.write_bytes(rng.randbytes(5_000_000))
    else:
        path.mkdir()
        for name in "abcdef":  # both put these in the same order
            (path / name).write_bytes(rng.randbytes(rng.randint(1, 900_000)))
    subprocess.run(["mktorrent", "-l", "18", "-o", tmp_path / "peer.torrent", path], check=True, capture_output=True)
    theirs = libtorrent.bdecode((tmp_path / "peer.torrent").read_bytes())[b"info"]
    ours = libtorrent.bdecode(create(path, "--piece-length", "256KiB")[1])[b"info"]
    assert ours[b"pieces"] == theirs[b"pieces"]
    assert ours.get(b"files") == theirs.get(b"files") and ours[b"name"] == theirs[b"name"]


@pytest.mark.parametrize("form", FORMATS)
def test_libtorrent_checks_our_torrents_to_the_last_byte(tmp_path, form):
    rng = random.Random(11)
    path = random_release(rng, tmp_path)
    (path / "big").write_bytes(rng.randbytes(1_000_000))
    made = create(path, "--format", form, "--piece-length", "32KiB")[1]
    client = session()
    handle = client.add_torrent({"ti": libtorrent.torrent_info(libtorrent.bdecode(made)), "save_path": str(tmp_path)})
    wait_for(lambda: complete(handle), "checking")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_libtorrent_downloads_our_torrents_from_our_web_seed(tmp_path, form, kind):
    rng = random.Random(5)
    place, saved = tmp_path / "published", tmp_path / "saved"
    path = place / ("disk image.iso" if kind == "file" else "rel ease")
    place.mkdir()
    if kind == "file":
        path.write_bytes(rng.randbytes(700_001))
    else:
        for name in "a file", "sub/ünicode", "sub/empty", "z~(1)":
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(rng.randbytes(0 if name.endswith("empty") else 100_003))
    server = Server("serve", place, "--listen", "127.0.0.1:0")
    try:
        # To a v2 file libtorrent adds the name in any case.
        seed = server.url + ("/disk%20image.iso" if kind == "file" and form != "v2" else "/")
        made = create(path, "--format", form, "-w", seed, "--piece-length", "64KiB")[1]
        client = session()
        handle = client.add_torrent({"ti": libtorrent.torrent_info(libtorrent.bdecode(made)),
                                     "save_path": str(saved)})
        wait_for(lambda: complete(handle), "downloading", seconds=60)
    finally:
        server.stop()
    for file in [path] if kind == "file" else [f for f in path.rglob("*") if f.is_file()]:
        assert (saved / file.relative_to(place)).read_bytes() == file.read_bytes()


def test_links_stand_with_their_targets(tmp_path):
    path = tmp_path / "rel"
    (path / "sub").mkdir(parents=True)
    (path / "sub" / "x").write_bytes(b"x" * 20_000)
    (path / "sub" / "l").symlink_to("x")
    (path / "up").symlink_to("sub/../sub/x")
    for form in FORMATS:
        said, made = create(path, "--format", form)
        links = {f["path"]: f["symlink"] for f in said["files"] if "symlink" in f}
        assert links == {"sub/l": "sub/x", "up": "sub/x"}
        read = libtorrent.torrent_info(libtorrent.bdecode(made)).files()
        seen = {read.file_path(i): read.symlink(i) for i in range(read.num_files())
                if read.file_flags(i) & libtorrent.file_flags_t.flag_symlink}
        assert seen == {"rel/sub/l": os.path.join("rel", "sub", "x"), "rel/up": os.path.join("rel", "sub", "x")}
        assert run_program("torrent", "verify", tmp_path / "out.torrent", path).returncode == 0
    (path / "out").symlink_to("../../etc/passwd")
    assert "rel/out" in refused("create", path, "-o", tmp_path / "never.torrent")
    assert not (tmp_path / "never.torrent").exists()
    assert create(path, "--exclude", "out")[0]["pieces"] > 0


def test_what_is_said_stands_outside_of_info(tmp_path):
    path = tmp_path / "x.iso"
    path.write_bytes(b"x" * 100_000)
    plain, _ = create(path)
    said, made = create(path, "-t", "http://a.example/,http://b.example/", "-t", "udp://c.example:1",
                        "-w", "https://m.example/x.iso", "-w", "https://n.example/x.iso", "--node", "r.example:6881",
                        "--node", "[2001:db8::1]:6882", "--comment", "hello", "--similar", "ab" * 20,
                        "--collection", "isos", "--date", "1000")
    assert said["info_hash_v1"] == plain["info_hash_v1"]
    assert said["trackers"] == [["http://a.example/", "http://b.example/"], ["udp://c.example:1"]]
    assert said["nodes"] == ["r.example:6881", "[2001:db8::1]:6882"]
    assert said["creation_date"] == 1000
    read = libtorrent.torrent_info(libtorrent.bdecode(made))
    assert sorted((t.url, t.tier) for t in read.trackers()) == [  # it shuffles a tier
        ("http://a.example/", 0), ("http://b.example/", 0), ("udp://c.example:1", 1)]
    assert sorted(s["url"] for s in read.web_seeds()) == ["https://m.example/x.iso", "https://n.example/x.iso"]
    assert sorted(read.nodes()) == [("2001:db8::1", 6882), ("r.example", 6881)]
    assert (read.comment(), read.creation_date()) == ("hello", 1000)
    assert [str(h) for h in read.similar_torrents()] == ["ab" * 20] and read.collections() == ["isos"]
    assert b"httpseeds" not in made
    private, _ = create(path, "--private", "--source", "S")
    assert private["private"] and private["source"] == "S" and private["info_hash_v1"] != plain["info_hash_v1"]


def test_dates(tmp_path):
    folder = tmp_path / "rel"
    folder.mkdir()
    for name, time_ in ("old", 1000), ("new", 2000):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (time_, time_))
    os.utime(folder, (9000, 9000))
    assert create(folder, "--date", "file")[0]["creation_date"] == 2000
    assert create(folder / "old", "--date", "file")[0]["creation_date"] == 1000
    os.utime(folder / "old", (-1000, -1000))  # readers take no date before 1970
    assert create(folder / "old", "--date", "file")[0]["creation_date"] is None
    assert create(folder, "--date", "none")[0]["creation_date"] is None
    epoch = {"SOURCE_DATE_EPOCH": "1234567890"}
    assert create(folder, env=epoch)[0]["creation_date"] == 1234567890
    assert abs(create(folder, "--date", "now", env=epoch)[0]["creation_date"] - time.time()) < 600
    assert create(folder, "--date", "5", env=epoch)[0]["creation_date"] == 5
    assert "SOURCE_DATE_EPOCH=soon" in refused("create", folder, "-o", tmp_path / "x", status=2,
                                               env={**os.environ, "SOURCE_DATE_EPOCH": "soon"})


def test_names_need_not_be_utf_8(tmp_path):
    folder = tmp_path / "rel"
    folder.mkdir()
    (folder / os.fsdecode(b"\xff\xfe")).write_bytes(b"x" * 20_000)
    (folder / "normal").write_bytes(b"y")
    for form in FORMATS:
        said, made = create(folder, "--format", form)
        assert b"2:\xff\xfe" in made
        assert any("\\xFF\\xFE" in f["path"] or "\\xff\\xfe" in f["path"] for f in said["files"])
        assert run_program("torrent", "verify", tmp_path / "out.torrent", folder).returncode == 0
