"""Torrents made by the real program, held against libtorrent and mktorrent, and downloaded by libtorrent."""
import json
import os
import pathlib
import random
import shutil
import stat
import subprocess
import time

import libtorrent
import pytest

from support.people import as_nobody, let_everybody_pass
from support.program import PROGRAM, run_program
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


def harms(path):
    return {"shrinks": lambda: os.truncate(path, 100_000), "grows": lambda: os.truncate(path, 2_000_000),
            "is emptied": lambda: os.truncate(path, 0),
            "is written to": lambda: path.open("r+b").write(b"y"),
            "is replaced": lambda: (path.with_name("new").write_bytes(path.read_bytes()),
                                    os.replace(path.with_name("new"), path))}


@pytest.mark.parametrize("harm", list(harms(pathlib.Path())))
@pytest.mark.parametrize("form", FORMATS)
def test_a_file_that_changes_while_it_is_hashed_is_an_error(tmp_path, harm, form):
    path = tmp_path / "rel" / "x"
    path.parent.mkdir()
    path.write_bytes(bytes(1_000_000))
    out, log = tmp_path / "out.torrent", tmp_path / "log"
    # The first look at the file's pages takes a second; what happens meanwhile must be seen.
    process = subprocess.Popen(
        ["strace", "-f", "-qq", "-o", log, "-e", "trace=preadv2", "-e", "inject=preadv2:delay_exit=1000000:when=1",
         PROGRAM, "torrent", "create", path.parent, "-o", out, "--format", form, "--threads", "1"],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    wait_for(lambda: log.exists() and "preadv2" in log.read_text(), "the first read")
    harms(path)[harm]()
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 1, said
    assert "rel/x" in said and ("changed while it was read" in said or "became shorter" in said), said
    assert not out.exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["log", "rel"]


def test_an_output_that_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "x").write_bytes(b"x")
    prefix = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "-e",
              "inject=fdatasync:error=ENOSPC"]
    done = run_program("torrent", "create", "x", cwd=tmp_path, prefix=prefix)
    assert done.returncode == 1 and "No space left" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_ctrl_c_ends_it_soon_and_leaves_nothing(tmp_path):
    path = tmp_path / "x"
    with path.open("wb") as file:
        file.truncate(200 << 30)  # all holes
    process = subprocess.Popen([PROGRAM, "torrent", "create", "x"], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(0.5)
        process.send_signal(2)
        said = process.communicate(timeout=20)[1]
    finally:
        process.kill()
    assert process.returncode == 1, said
    assert said.endswith("mirrorseed: stopped; no torrent of x was written\n")  # behind what tells of progress
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_what_a_killed_run_left_behind_is_in_nobodys_way(tmp_path):
    (tmp_path / "x").write_bytes(b"x")
    done = subprocess.run(["sh", "-c", f"echo left > .mirrorseed.$$.new; exec '{PROGRAM}' torrent create x -q"],
                          cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert [p.read_text() for p in tmp_path.glob(".mirrorseed.*")] == ["left\n"]
    assert (tmp_path / "x.torrent").exists()


def test_no_file_takes_the_place_of_a_closed_stream(tmp_path):
    with (tmp_path / "x").open("wb") as file:
        file.truncate(200 << 30)
    process = subprocess.Popen(["sh", "-c", f"exec '{PROGRAM}' torrent create x <&- >&- 2>&-"], cwd=tmp_path)

    def opened(number):
        try:
            return os.readlink(f"/proc/{process.pid}/fd/{number}")
        except FileNotFoundError:  # closed again meanwhile
            return None

    try:
        wait_for(lambda: str(tmp_path / "x") in map(opened, range(20)), "reading")
        assert [opened(stream) for stream in range(3)] == ["/dev/null"] * 3
    finally:
        process.send_signal(2)
        assert process.wait(timeout=20) == 1


def most_memory(*arguments, cwd):
    """Of a run of the program, in MiB. A process between it and us, as a child starts with its parent's."""
    script = """import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
status, usage = os.wait4(child, 0)[1:]
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)"""
    done = subprocess.run(["/usr/bin/python3", "-c", script, PROGRAM, "torrent", "create", *map(str, arguments)],
                          cwd=cwd, capture_output=True, text=True, timeout=100)
    status, kilobytes = done.stdout.splitlines()[-1].split()
    assert status == "0", done.stderr
    return int(kilobytes) / 1024


@pytest.mark.parametrize("threads", [8, 32, 1000])
def test_memory_does_not_grow_with_what_the_cache_holds_in_one_piece(tmp_path, threads):
    path = tmp_path / "x"
    with path.open("wb") as file:
        for _ in range(256):
            file.write(random.randbytes(1 << 20))
        file.flush()
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    path.read_bytes()  # read ahead, it comes back in large pages
    for form in FORMATS:
        assert most_memory("x", "-o", form, "--format", form, "--threads", threads, "-q", cwd=tmp_path) < 64
    assert most_memory("x", "-o", "long", "--format", "v2", "--threads", threads, "--piece-length", "8MiB", "-q",
                       cwd=tmp_path) < 64


def test_threads_share_few_open_files(tmp_path):
    rel = tmp_path / "rel"
    rel.mkdir()
    for number in range(48):
        (rel / str(number)).touch()
        os.truncate(rel / str(number), 4_000_000 + number)
    for form in FORMATS:
        made = [run_program("torrent", "create", "rel", "-o", "-", "--format", form, "--threads", threads,
                            "--date", "none", "-q", "--piece-length", "4MiB", cwd=tmp_path, text=False,
                            prefix=["prlimit", "--nofile=30"]) for threads in [1, 64]]
        assert [done.returncode for done in made] == [0, 0], made[1].stderr
        assert made[0].stdout == made[1].stdout


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


def test_mode_and_owner_of_the_output(tmp_path):
    (tmp_path / "x").write_bytes(b"x")
    run_program("torrent", "create", "x", cwd=tmp_path)
    assert stat.S_IMODE((tmp_path / "x.torrent").stat().st_mode) & 0o444 == 0o444
    (tmp_path / "x.torrent").chmod(0o600)
    run_program("torrent", "create", "x", "--force", cwd=tmp_path)
    assert stat.S_IMODE((tmp_path / "x.torrent").stat().st_mode) == 0o600


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
