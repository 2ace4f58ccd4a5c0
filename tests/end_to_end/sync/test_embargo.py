"""What an upstream does not let everybody read is stored, and stays out of everybody's sight."""
import hashlib
import os

import pytest

from support.mirror import OLD
from support.trees import read, served

ISO = "the image of next week " * 100


def embargoed(mirror, name):
    mirror.write(name, ISO, time=OLD, mode=0o600)


def list_of(name):
    return f"{hashlib.sha256(ISO.encode()).hexdigest()}  {name}\n"


@pytest.mark.parametrize("rule", ["auto", "require"])
@pytest.mark.parametrize("where", ["the same tree", "another tree"])
def test_a_list_that_names_its_digest_does_not_open_it(mirror, where, rule):
    """Whoever knows a digest does not have the content."""
    other = mirror.folder / "stranger"
    options = f'checksum_lists = "{rule}"\nmax_delete = "100%"\non_bad_file = "hold-back"'
    mirror.configure(options, more=f'[[tree]]\nname = "stranger"\nupstreams = ["file://{other}/"]\n{options}')
    other.mkdir()
    embargoed(mirror, "next.iso")
    mirror.write("README", "hello", time=OLD)
    assert mirror.sync("tree")["outcome"] == "published"
    names = mirror.upstream if where == "the same tree" else other
    tree = "tree" if where == "the same tree" else "stranger"
    (names / "mine.iso").write_text("x" * len(ISO))
    (names / "SHA256SUMS").write_text(list_of("mine.iso"))
    for path in names.iterdir():
        os.utime(path, (OLD, OLD))
    mirror.run("sync", tree)
    server = mirror.serve()
    assert server.get(f"/{tree}/mine.iso")[2] != ISO.encode()
    assert server.get("/tree/next.iso")[0] == 404
    assert ISO.encode() not in served(server).values()
    # The upstream itself has to send it.
    (names / "mine.iso").write_text(ISO)
    os.utime(names / "mine.iso", (OLD + 1, OLD + 1))
    report = mirror.sync(tree)
    assert report["transferred_bytes"] >= len(ISO)
    assert server.get(f"/{tree}/mine.iso")[2] == ISO.encode()


def test_its_lift_needs_no_transfer(mirror):
    embargoed(mirror, "next.iso")
    mirror.sync()
    os.chmod(mirror.upstream / "next.iso", 0o644)
    report = mirror.sync()
    assert report["outcome"] == "published" and report["transferred_bytes"] == 0
    server = mirror.serve()
    assert server.get("/tree/next.iso")[2] == ISO.encode() and read(mirror, "next.iso") == ISO
