"""What an upstream's torrents beside a release may cost before one of them becomes its torrent, or none."""
import hashlib
import pathlib
import random

import pytest
from support.releasing import IMAGES, SET, Releasing, info_of
from support.torrents import bencode, random_bytes, torrent_of

ADOPT = 'upstream_torrents = "adopt"\n'
SIZE = 24 << 20


@pytest.fixture
def mirror(tmp_path):
    made = Releasing(tmp_path)
    yield made
    made.stop()


def bytes_read():
    """By this process, and by all that it waited for."""
    return int(pathlib.Path("/proc/self/io").read_text().split()[1])


def pieces_of(content, length):
    return [hashlib.sha1(content[at:at + length]).digest() for at in range(0, len(content), length)]


def torrent_with(content, length, pieces):
    return bencode({"info": {"name": "a.iso", "piece length": length, "pieces": b"".join(pieces), "length": len(content)}})


def almost(content, length):
    """All of its pieces are right but one, which a glance rarely meets."""
    pieces = pieces_of(content, length)
    pieces[len(pieces) // 2] = bytes(20)
    return torrent_with(content, length, pieces)


def sync_reads(mirror):
    before = bytes_read()
    done = mirror.good("sync", "--log-format", "text")
    return bytes_read() - before, done.stderr


def test_torrents_of_other_bytes_cost_a_piece_each(mirror):
    content = random.Random(1).randbytes(SIZE)
    mirror.configure(ADOPT + IMAGES)
    mirror.write("iso/a.iso", content)
    for number in range(20):
        length = 16384 * (20 + number)  # none has the pieces of another, which were known then
        mirror.write(f"iso/x{number:02}.torrent", torrent_with(content, length, [bytes(20)] * -(-SIZE // length)))
    theirs = torrent_with(content, 16384 * 50, pieces_of(content, 16384 * 50))
    mirror.write("iso/y.torrent", theirs)
    read, said = sync_reads(mirror)
    assert said.count("its pieces are not ours") == 20
    assert read < 8 * SIZE, f"{read / SIZE:.1f} times the image"
    mirror.serve()
    listed = mirror.releases()["iso/a.iso"]
    assert listed["adopted"] and listed["info_hash_v1"] == hashlib.sha1(info_of(theirs)).hexdigest()


def test_a_release_is_read_whole_for_a_few_torrents_only(mirror):
    content = random.Random(2).randbytes(SIZE)
    mirror.configure(ADOPT + IMAGES)
    mirror.write("iso/a.iso", content)
    for number in range(12):
        mirror.write(f"iso/x{number:02}.torrent", almost(content, 16384 * (1 + number)))
    read, said = sync_reads(mirror)
    assert said.count("is no torrent of iso/a.iso to offer") == 12
    assert "3 others fit as well, were looked at whole and are not of it" in said
    assert read < 8 * SIZE, f"{read / SIZE:.1f} times the image"
    mirror.serve()
    assert not mirror.releases()["iso/a.iso"]["adopted"], "ours is made"
    # What was refused is not read again.
    mirror.write("other", "x")
    read, said = sync_reads(mirror)
    assert read < SIZE and "no torrent of" not in said


def test_a_torrent_is_read_for_what_it_is_of_alone(mirror):
    mirror.configure(ADOPT + IMAGES)
    for name in ("a", "b", "c"):
        content = random_bytes(50_000, ord(name))
        mirror.write(f"iso/{name}.iso", content)
        mirror.write(f"iso/{name}.iso.torrent", torrent_of(content, [], name=f"{name}.iso"))
    mirror.write("iso/broken.torrent", "x")
    _, said = sync_reads(mirror)
    assert "is no torrent of" not in said
    mirror.serve()
    assert all(item["adopted"] for item in mirror.releases().values())


def test_pads_that_nobody_needs_are_neither_made_nor_hashed(mirror):
    mirror.configure(ADOPT + SET)
    mirror.write("sets/one/a", random_bytes(50_000, 1))
    length = 128 << 20
    files = [{"path": ["a"], "length": 50_000}, {"path": [".pad", "1"], "length": 40 << 30, "attr": "p"}]
    pieces = bytes(20 * ((40 << 30) // length + 1))
    mirror.write("sets/one.torrent", bencode({"info": {"name": "one", "piece length": length, "pieces": pieces,
                                                       "files": files}}))
    _, said = sync_reads(mirror)
    assert "it has a pad that is a piece or more" in said
    mirror.serve()
    assert not mirror.releases()["sets/one"]["adopted"]
