"""Open files: each once, no longer than something of it is left to send, and enough left for who comes next."""
import contextlib
import os
import re
import socket
import time

import pytest

from support.raw_http import Wire, ask, request
from support.server import Server
from support.waiting import wait_for

FILES = 400
LONG_AGO = 1_700_000_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("files")
    for number in range(FILES):
        with open(root / str(number), "wb") as file:
            file.write(b"%d " % number)
            file.truncate(8 << 20)  # what no socket's buffer takes
        os.utime(root / str(number), (LONG_AGO, LONG_AGO))
    return root


@pytest.fixture
def serve(folder, tmp_path):
    with contextlib.ExitStack() as stack:
        def start(most):
            (tmp_path / "c.toml").write_text("[server]\nthreads = 1\n")
            server = Server("-c", tmp_path / "c.toml", "serve", folder, "--listen", "127.0.0.1:0",
                            prefix=["prlimit", f"--nofile={most}:{most}"])
            stack.callback(server.stop)
            return server
        yield start


def files_of(server):
    """What the server has open below the folder."""
    there = f"/proc/{server.process.pid}/fd"
    names = []
    for fd in os.listdir(there):
        with contextlib.suppress(FileNotFoundError):
            names.append(os.readlink(f"{there}/{fd}"))
    return [name for name in names if re.search(r"/files\d*/\d+$", name)]


def never_reads(server, stack):
    wire = Wire(server, receive_buffer=4096)
    stack.callback(wire.socket.close)
    wire.socket.settimeout(0.5)
    return wire


def is_at_rest(server):
    """It takes no processor for a while."""
    def used():
        return open(f"/proc/{server.process.pid}/stat").read().split(") ")[1].split()[11:13]
    before = used()
    time.sleep(0.2)
    return used() == before


def send_what_fits(wire, data):
    with contextlib.suppress(TimeoutError):
        wire.socket.sendall(data)


def is_served(wire, name):
    answer = wire.send(request(f"/{name}", "Range: bytes=0-3")).answer()
    return answer.status == 206 and answer.body.startswith(name.encode())


def test_answers_that_nobody_reads_keep_no_file_open(serve):
    server = serve(1024)
    with contextlib.ExitStack() as stack:
        honest = stack.enter_context(Wire(server))
        assert is_served(honest, "1")
        for number in range(12):
            # Short answers: the socket's buffer takes thousands, and behind these many wait for the reader.
            asked = b"".join(request(f"/{at}?{number}", method="HEAD") for at in range(2, FILES))
            send_what_fits(never_reads(server, stack), asked * 25)
        wait_for(lambda: is_at_rest(server), "the server to have answered what it can")
        assert is_served(honest, "397")
        assert ask(server, "/398", "Range: bytes=0-3").status == 206
        assert len(files_of(server)) < 150
    assert "damage" not in server.read_log()


def test_a_file_is_open_once_whatever_it_is_asked_for_by(serve):
    server = serve(1024)
    with contextlib.ExitStack() as stack:
        readers = [never_reads(server, stack) for _ in range(60)]
        for number, reader in enumerate(readers):
            reader.send(request(f"/7?{number}"))
        for reader in readers:
            assert reader.head().status == 200
        assert len(files_of(server)) == 1


def test_readers_of_many_files_leave_room_for_who_was_let_in(serve):
    server = serve(300)
    with contextlib.ExitStack() as stack:
        honest = [stack.enter_context(Wire(server)) for _ in range(8)]
        for name, wire in enumerate(honest):
            assert is_served(wire, str(name))
            wire.send(b"GET /")  # whoever has not begun to ask may be ended to make room
        for number in range(250):
            host, port = server.url.removeprefix("http://").split(":")
            greedy = stack.enter_context(socket.create_connection((host, int(port))))
            greedy.sendall(request(f"/{number + 100}"))
        wait_for(lambda: "cannot accept connections" in server.read_log(), "all that there is room for")
        for name, wire in enumerate(honest, 20):
            answer = wire.send(request(f"/{name}", "Range: bytes=0-3").removeprefix(b"GET /")).answer()
            assert answer.status == 206 and answer.body.startswith(b"%d" % name)
    # They have gone, and whoever waited is served.
    assert ask(server, "/5", "Range: bytes=0-3").status == 206
    wait_for(lambda: len(files_of(server)) < 40, "their files to be closed")
    assert "Too many open files" not in server.read_log()
