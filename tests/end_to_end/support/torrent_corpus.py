"""Torrents to read: good ones made by libtorrent, and bent ones made from those."""
import copy
import os
import random

import libtorrent as lt

PIECE = 16384
V1, V2 = lt.create_torrent.v1_only, lt.create_torrent.v2_only
LINKS = lt.create_torrent.symlinks


class Raw(bytes):
    """Bytes that stand in the encoding as they are."""


class Pairs(list):
    """A dictionary whose keys may be in any order and there twice."""


def encode(value):
    if isinstance(value, Raw):
        return bytes(value)
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, Pairs):
        return b"d" + b"".join(encode(key) + encode(item) for key, item in value) + b"e"
    if isinstance(value, list):
        return b"l" + b"".join(map(encode, value)) + b"e"
    if isinstance(value, dict):
        return encode(Pairs(sorted(value.items())))
    raise TypeError(type(value))


def as_pairs(value):
    if isinstance(value, dict):
        return Pairs([key, as_pairs(item)] for key, item in sorted(value.items()))
    if isinstance(value, list):
        return [as_pairs(item) for item in value]
    return value


def make(path, flags=0, trackers=(), seeds=(), piece=PIECE, **outer):
    """The torrent of a path, as the dictionary that libtorrent makes."""
    files = lt.file_storage()
    lt.add_files(files, str(path), flags=flags)
    made = lt.create_torrent(files, piece, flags)
    lt.set_piece_hashes(made, os.path.dirname(path))
    for tier, url in enumerate(trackers):
        made.add_tracker(url, tier)
    for url in seeds:
        made.add_url_seed(url)
    torrent = made.generate()
    torrent.update({key.replace("_", " ").encode(): value for key, value in outer.items()})
    return torrent


def good_torrents(folder):
    """By name: files and folders in each format, with pads, links, trackers and seeds."""
    tree = folder / "tree"
    (tree / "sub/deeper").mkdir(parents=True)
    bits = random.Random(1)
    for name, size in (("a", 40000), ("b", 5), ("empty", 0), ("sub/c", 100000), ("sub/deeper/d", PIECE),
                       ("z same", 100000)):
        (tree / name).write_bytes(random.Random(size).randbytes(size))
    (tree / "link").symlink_to("sub/c")
    one = folder / "one"
    one.mkdir()
    (one / "x").write_bytes(bits.randbytes(50000))
    sources = dict(trackers=["http://t/announce", "udp://u:1/announce"], seeds=["http://w/x/", "https://v/y/"])
    made = {}
    for name, flags in (("v1", V1), ("v2", V2), ("hybrid", 0)):
        made[f"{name} tree"] = make(tree, flags | LINKS, **sources, comment=b"for people", created_by=b"a test")
        made[f"{name} file"] = make(tree / "a", flags, trackers=["http://t/announce"], seeds=["http://w/a"])
        made[f"{name} one"] = make(one, flags, nodes=[[b"h", 1], [b"1.2.3.4", 65535]])
        made[f"{name} large pieces"] = make(tree, flags, piece=4 * PIECE)
    made["v1 private"] = made["v1 file"] | {b"info": made["v1 file"][b"info"] | {b"private": 1, b"source": b"S"}}
    made["v1 related"] = made["v1 file"] | {b"similar": [b"s" * 20], b"collections": [b"c"],
                                            b"httpseeds": [b"http://h/"]}
    return made


TEXTS = [b"", b".", b"..", b"...", b"/", b"//", b"a/b", b"/a", b"a\\b", b"\xff\xfe", b"\0", b"\x1b[2J", b"A", b"a",
         "\u202e".encode(), "é".encode(), b"x" * 300, b" http://s/ ", b"http://w/x", b"_____padding_file_0",
         b"p", b"lx", b"l"]
NUMBERS = [-1, 0, 1, 2, 3, 5, 16383, 16384, 32768, 2**30 - 1, 2**30, 2**31, 2**32 + 2, 2**44, 2**48, 2**63 - 1]
RAWS = [Raw(text) for text in (
    b"i-0e", b"i00e", b"i-01e", b"i007e", b"i9223372036854775808e", b"i99999999999999999999e",
    b"i999999999999999999999e", b"03:abc", b"00:", b"000000000000:", b"99999999999999999999:", b"4294967296:", b"5:abc",
    b"i1", b"ie", b"e", b"l", b"d", b"le", b"de", b"d1:ae", b"di1ei2ee", b"-1:a", b"\0", b"x", b"d1:bi1e1:ai2ee",
    b"d1:ai1e1:ai2ee")]
KEYS = TEXTS + [b"length", b"pieces", b"attr", b"path.utf-8", b"name.utf-8", b"files", b"symlink path"]
OTHERS = [0, 7, b"", b"text", [], [b"x"], Pairs(), Pairs([[b"k", 1]]), Pairs([[b"", Pairs()]])]
INSERTS = [b"\0", b"e", b"i", b"9", b"0", b"d", b"l1:x"]


def containers(value, found):
    if isinstance(value, (Pairs, list)):
        found.append(value)
        for item in value:
            containers(item[1] if isinstance(value, Pairs) else item, found)
    return found


def bent_text(old, bits):
    flipped = old[:1] + bytes([old[1] ^ 1]) + old[2:] if len(old) > 1 else b"y"
    return bits.choice([old[:-1], old + b"x", old[:-20], old[20:], old[:-32], bytes(len(old)), flipped,
                        bits.choice(TEXTS), bits.choice(TEXTS)])


def bend_structure(holder, bits):
    """One change to a list or a dictionary that holds something."""
    at = bits.randrange(len(holder))
    place, index = (holder[at], 1) if isinstance(holder, Pairs) else (holder, at)
    old = place[index]
    what = bits.randrange(11)
    if what == 0:
        del holder[at]
    elif what == 1:
        place[index] = copy.deepcopy(bits.choice(OTHERS))
    elif what == 2:
        place[index] = bits.choice(RAWS)
    elif what == 3 and isinstance(holder, Pairs):
        place[0] = bits.choice(KEYS)
    elif what == 4:
        holder.insert(bits.randrange(len(holder) + 1), holder[bits.randrange(len(holder))])
    elif what == 5:
        bits.shuffle(holder)
    elif isinstance(old, int):
        place[index] = bits.choice(NUMBERS + [old + 1, old - 1])
    elif isinstance(old, bytes) and not isinstance(old, Raw):
        place[index] = bent_text(old, bits)
    else:
        holder.append([b"attr", bits.choice(TEXTS)] if isinstance(holder, Pairs) else bits.choice(TEXTS))


def bend_bytes(data, bits):
    at = bits.randrange(len(data))
    return bits.choice([data[:at], data[:at] + bits.choice(INSERTS) + data[at:], data[:at] + data[at + 1:],
                        data + b"behind"])


def bend(torrent, bits):
    """One torrent's bytes with one to three things changed, from its structure or in its bytes."""
    value = as_pairs(torrent)
    if bits.random() < 0.5:  # where most of the rules are
        value = Pairs([key, item] for key, item in value if key in (b"info", b"piece layers"))
    for _ in range(bits.choice((1, 1, 1, 2, 3))):
        everything = containers(value, [])
        holder = bits.choice(everything[:12] if bits.random() < 0.5 else everything)
        if not holder:
            holder.append([b"k", b"v"] if isinstance(holder, Pairs) else b"v")
        bend_structure(holder, bits)
    data = encode(value)
    return bend_bytes(data, bits) if bits.random() < 0.25 else data


def bombs():
    """What is made to exhaust a reader."""
    info = b"d4:name1:f12:piece lengthi16384e6:lengthi5e6:pieces20:" + b"a" * 20
    return {
        "lists": b"l" * 1_000_000, "dictionaries": b"d1:a" * 1_000_000,
        "just too deep": b"d4:info" + info + b"1:x" + b"l" * 98 + b"e" * 100,
        "giant length": b"d4:info999999999999:", "length of 2^64": b"d18446744073709551616:",
        "zeros": b"\0" * 100_000, "nothing": b"", "empty": b"de", "many parts": b"l" + b"0:" * 3_000_001 + b"e",
        "digits": b"1" * 1_000_000, "number": b"i" + b"1" * 1_000_000 + b"e",
        "unended": b"d4:info" + info, "huge file": b"d4:info" + info.replace(b"i5e", b"i%de" % 2**62) + b"ee",
        "deep tree": b"d4:infod9:file tree" + b"d1:a" * 97 + b"e" * 97 +
                     b"12:meta versioni2e4:name1:f12:piece lengthi16384eee",
    }
