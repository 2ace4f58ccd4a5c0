"""Files that change while they are sent."""
import os
import random

import pytest

from support.raw_http import Wire, ask, request

BIG = random.Random(3).randbytes(32 << 20)


@pytest.fixture
def big(folder):
    path = folder / "big"
    path.write_bytes(BIG)
    yield path
    path.unlink(missing_ok=True)


@pytest.fixture
def begun(server, big):
    """A download of `big` that has begun, and is far from done because the client reads no further."""
    with Wire(server, receive_buffer=1 << 16) as wire:
        answer = wire.send(request("/big")).head()
        assert int(answer["Content-Length"]) == len(BIG)
        yield wire


def test_a_file_replaced_while_it_is_sent_comes_as_it_was(server, big, begun):
    other = big.with_name("other")
    other.write_bytes(BIG[::-1])
    other.replace(big)
    begun.send(request("/A", "Connection: close"))
    rest = begun.rest()
    assert rest[:len(BIG)] == BIG and rest.endswith(b"\r\n\r\nA")
    assert ask(server, "/big").body == BIG[::-1]


def test_a_file_removed_while_it_is_sent_comes_whole(server, big, begun):
    big.unlink()
    begun.send(request("/big", "Connection: close"))
    rest = begun.rest()
    assert rest[:len(BIG)] == BIG and rest[len(BIG):].startswith(b"HTTP/1.1 404 ")


def test_a_file_that_grows_while_it_is_sent_ends_where_it_was_said_to(big, begun):
    with open(big, "ab") as file:
        file.write(b"more" * 1000)
    begun.send(request("/A", "Connection: close"))
    rest = begun.rest()
    assert rest[:len(BIG)] == BIG and rest[len(BIG):].startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("size", [0, (20 << 20) + 1000])
def test_a_file_cut_while_it_is_sent_ends_the_connection_short(server, big, begun, size):
    os.truncate(big, size)
    begun.send(request("/A"))
    try:
        rest = begun.rest()
    except ConnectionResetError:
        rest = begun.received
    assert len(rest) < len(BIG), "it was padded"
    assert BIG.startswith(rest), "other bytes than the file's came"
    assert ask(server, "/A").body == b"A"
