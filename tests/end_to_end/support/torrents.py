"""Torrents made by the program, and by hand."""
import hashlib
import json
import os
import pathlib

from support.program import run_program

FORMATS = ["v1", "v2", "hybrid"]


def bencode(value):
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, list):
        return b"l" + b"".join(map(bencode, value)) + b"e"
    pairs = sorted((key.encode() if isinstance(key, str) else key, item) for key, item in value.items())
    return b"d" + b"".join(bencode(key) + bencode(item) for key, item in pairs) + b"e"


def torrent_of(files, seeds, name="data", piece=16384):
    """A v1 torrent: of a folder when `files` is {path: bytes}, of one file when it is bytes."""
    run = files if isinstance(files, bytes) else b"".join(files.values())
    pieces = b"".join(hashlib.sha1(run[at:at + piece]).digest() for at in range(0, len(run), piece))
    info = {"name": name, "piece length": piece, "pieces": pieces}
    if isinstance(files, bytes):
        info["length"] = len(files)
    else:
        info["files"] = [{"path": path.split("/"), "length": len(content)} for path, content in files.items()]
    return bencode({"info": info, "url-list": list(seeds)})


def random_bytes(size, seed=1):
    return b"".join(hashlib.sha256(b"%d %d" % (seed, at)).digest() for at in range(size // 32 + 1))[:size]


def create(path, *options, env=None, cwd=None):
    """What --json says of it, and the torrent's bytes."""
    out = pathlib.Path(cwd or path.parent) / "out.torrent"
    done = run_program("torrent", "create", path, "-o", out, "--force", "--json", *options, cwd=cwd,
                       env={**os.environ, **(env or {})})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), out.read_bytes()


def refused(*arguments, status=1, **more):
    """The one line that says why."""
    done = run_program("torrent", *arguments, **more)
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    assert done.stdout == "" and done.stderr.count("\n") == 1, done.stderr
    return done.stderr
