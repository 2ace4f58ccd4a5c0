"""`torrent show` against libtorrent's parser: what it accepts, refuses, and says."""
import copy
import json
import random
import re
import resource
import subprocess
import urllib.parse

import libtorrent as lt
import pytest

from support.program import PROGRAM
from support.torrent_corpus import PIECE, bend, bombs, encode, good_torrents, make

BENT = 3000
PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_ -]*\Z")


def show(data, memory=1 << 30):
    return subprocess.run([PROGRAM, "torrent", "show", "--json", "-"], input=data, capture_output=True, timeout=20,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory)))


def libtorrent_reads(data):
    """libtorrent's torrent_info, or why there is none. Where it gives up without a word, it leaves an invalid one."""
    try:
        read = lt.torrent_info(data)
    except RuntimeError as refusal:
        return None, str(refusal)
    return (read, "") if read.is_valid() and read.num_files() else (None, "nothing was loaded")


def is_refused_by_us_alone(line):
    """libtorrent 2.0.8 checks piece layers against their roots only once the torrent is added, and takes a length that
    is too large for it as 0."""
    return "does not hash to its root" in line or "a v2 file's length does not fit into 64 bits" in line


def same_url(url):
    """libtorrent escapes, cuts space, adds the slash of folders, and keeps one of each."""
    while (decoded := urllib.parse.unquote(url, errors="surrogateescape")) != url:
        url = decoded
    return url.lstrip().rstrip("/ ")


def strings(get):
    """Its Python binding cannot give texts that are no UTF-8."""
    try:
        return get()
    except UnicodeDecodeError:
        return None


def assert_same(shown, read, context):
    hashes = read.info_hashes()
    assert shown["info_hash_v1"] == (str(hashes.v1) if hashes.has_v1() else None), context
    assert shown["info_hash_v2"] == (str(hashes.v2) if hashes.has_v2() else None), context
    assert shown["piece_length"] == read.piece_length() and shown["private"] == read.priv(), context
    storage = read.orig_files()
    flags = [storage.file_flags(i) for i in range(storage.num_files())]
    is_pad = [bool(flag & lt.file_flags_t.flag_pad_file) for flag in flags]
    sizes = [(storage.file_size(i), is_pad[i]) for i in range(len(flags))]
    ours = [(file["length"], file.get("pad", False)) for file in shown["files"]]
    if shown["format"] == "v2":  # where pads are libtorrent's own addition
        sizes = [size for size in sizes if not size[1]]
    if shown["format"] == "hybrid" and len(sizes) == len(ours) + 1:
        sizes.pop()  # and so is the last pad of a single file
    assert ours == sizes, context
    paths = strings(lambda: [storage.file_path(i) for i in range(len(flags)) if not is_pad[i]])
    is_single = len(shown["files"]) == 1 and paths and "/" not in paths[0]
    if any(warning["code"] == "unsafe-name" for warning in shown["warnings"]):
        paths = []  # libtorrent renames these
    for mine, theirs in zip([file["path"] for file in shown["files"] if not file.get("pad")], paths or []):
        mine = mine if is_single else shown["name"] + "/" + mine
        if all(PLAIN.match(part) for part in mine.split("/")) and len(mine) < 200:
            assert mine == theirs, context
    trackers = strings(lambda: [(tracker.tier, tracker.url) for tracker in read.trackers()])
    tiers = {}
    for tier, url in trackers or []:
        tiers.setdefault(tier, []).append(url)
    if trackers is not None:
        assert [sorted(tier) for tier in shown["trackers"]] == [sorted(tiers[tier]) for tier in sorted(tiers)], context
    seeds = strings(lambda: [(seed["url"], seed["type"]) for seed in read.web_seeds()])
    if seeds is not None:
        for kind, key in ((0, "web_seeds"), (1, "http_seeds")):
            theirs = {same_url(url) for url, sort in seeds if sort == kind}
            assert {same_url(url) for url in shown[key]} == theirs, context


def assert_agreement(data, context):
    read, refusal = libtorrent_reads(data)
    done = show(data)
    line = done.stderr.decode()
    if done.returncode == 0:
        assert read is not None, (context, refusal)
        assert_same(json.loads(done.stdout), read, context)
        return True
    assert done.returncode == 1 and line.count("\n") == 1 and re.search(r"byte \d+: ", line), (context, line)
    assert done.stdout == b"" and line[:-1].isprintable(), (context, line)
    assert read is None or is_refused_by_us_alone(line), (context, line)
    return False


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return good_torrents(tmp_path_factory.mktemp("torrents"))


def test_what_libtorrent_makes_is_shown_as_libtorrent_reads_it(good):
    for name, torrent in good.items():
        assert assert_agreement(encode(torrent), name), name
        assert encode(torrent) == lt.bencode(torrent)


SIZES = {"0 first": 0, "a": 5, "b": 40_000, "c empty": 0, "d empty": 0, "e": PIECE, "f": 7, "g empty": 0, "h/empty": 0}


@pytest.mark.parametrize("flags", [lt.create_torrent.canonical_files, lt.create_torrent.canonical_files_no_tail_padding],
                         ids=["padded to the end", "not padded at the end"])
@pytest.mark.parametrize("names", [list(SIZES), list(SIZES)[:-2], list(SIZES)[:6], ["b", "c empty"], ["0 first", "b"],
                                   ["0 first", "b", "g empty", "h/empty"], ["e", "g empty"], ["b"]], ids=len)
def test_hybrids_with_empty_files_between_others_are_read(tmp_path, names, flags):
    for name in names:
        (tmp_path / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / name).write_bytes(random.Random(name).randbytes(SIZES[name]))
    torrent = encode(make(tmp_path / "tree", flags))
    assert assert_agreement(torrent, names)
    (tmp_path / "made.torrent").write_bytes(torrent)
    done = subprocess.run([PROGRAM, "torrent", "verify", tmp_path / "made.torrent", tmp_path / "tree"],
                          capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, done


@pytest.mark.parametrize("length", [2**63, 2**64, 2**64 + 5, -2**63 - 1, 10**19])
def test_a_v2_length_that_no_file_has_is_refused(good, length):
    for name in ("v2 tree", "hybrid tree"):
        torrent = copy.deepcopy(good[name])
        at = encode(torrent).index(b"6:length", encode(torrent).index(b"9:file tree")) + len(b"6:length")
        torrent[b"info"][b"file tree"][b"a"][b""][b"length"] = length
        done = show(encode(torrent))
        assert done.returncode == 1
        assert f"bad torrent at byte {at}: a v2 file's length does not fit into 64 bits" in done.stderr.decode()


@pytest.mark.parametrize("seed", range(4))
def test_bent_torrents_are_accepted_or_refused_as_by_libtorrent(good, seed):
    accepted = 0
    for number in range(BENT // 4):
        bits = random.Random(f"{seed} {number}")
        name = bits.choice(sorted(good))
        data = bend(good[name], bits)
        accepted += assert_agreement(data, (name, seed, number, data[:2000]))
    assert 20 < accepted < BENT // 4 - 20  # or this is no test


@pytest.mark.parametrize("name", bombs())
def test_bombs_are_refused_in_one_line_and_little_memory(name):
    done = show(bombs()[name], memory=400 << 20)
    line = done.stderr.decode()
    assert done.returncode == 1 and line.count("\n") == 1 and re.search(r"byte \d+: ", line), line
    assert len(line) < 400 and libtorrent_reads(bombs()[name])[0] is None


def test_a_mere_magnet_uri_is_no_torrent():
    """libtorrent makes a torrent without files of it; there is nothing in it to show."""
    done = show(encode({b"magnet-uri": b"magnet:?xt=urn:btih:" + b"a" * 40}))
    assert done.returncode == 1 and b"it has no info" in done.stderr


def test_names_that_would_multiply_do_not_take_the_memory():
    """libtorrent cuts names at 240 bytes; we show them as they stand, and so must stop somewhere."""
    leaf = {b"": {b"length": 0}}
    tree = {b"n" * 1_000_000: {b"%05d" % i: leaf for i in range(50_000)},
            b"x": {b"": {b"length": 1, b"pieces root": b"r" * 32}}}
    data = encode({b"info": {b"file tree": tree, b"meta version": 2, b"name": b"f", b"piece length": 16384}})
    done = show(data)
    assert done.returncode == 1 and b"names take more memory" in done.stderr, done.stderr


def test_paths_of_a_million_parts_take_no_time():
    files = [{b"length": 1, b"path": [b"a"] * 1_000_000}, {b"length": 4, b"path": [b"a"] * 1_000_001},
             {b"length": 0, b"attr": b"l", b"path": [b"l"], b"symlink path": [b"a"] * 500_000}]
    data = encode({b"info": {b"files": files, b"name": b"f", b"piece length": 16384, b"pieces": b"p" * 20}})
    done = show(data)
    codes = {warning["code"] for warning in json.loads(done.stdout)["warnings"]}
    assert {"long-name", "file-as-folder"} <= codes and "dangling-link" not in codes
    assert all(len(line) < 400 for line in done.stderr.splitlines())
