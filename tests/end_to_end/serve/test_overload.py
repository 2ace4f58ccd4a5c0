"""More than there is room for: nobody is left out, and memory stays bounded."""
import contextlib
import os
import pathlib
import resource
import select
import socket

import pytest

from support.raw_http import Wire
from support.server import Server

# As many as this process and the server may have, at most.
MANY = min(18_000, resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 1500)


@pytest.fixture
def serve(tmp_path):
    root = tmp_path / "www"
    root.mkdir()
    (root / "small").write_text("small")
    with open(root / "large", "wb") as file:
        for _ in range(64):
            file.write(os.urandom(1 << 20))
    (tmp_path / "config.toml").write_text('[server]\nthreads = 1\n')
    with contextlib.ExitStack() as stack:
        def start(**options):
            server = Server("-c", tmp_path / "config.toml", "serve", root, "--listen", "127.0.0.1:0", **options)
            stack.callback(server.stop)
            return server
        yield start


@pytest.fixture(autouse=True)
def descriptors():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextlib.contextmanager
def connections(server, count):
    host, port = server.url.removeprefix("http://").split(":")
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(socket.create_connection((host, int(port)), timeout=30)) for _ in range(count)]


def ask(connection, path):
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())


def resident(server):
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) << 10


def test_every_one_of_many_connections_is_answered_and_costs_little(serve):
    server = serve()
    with connections(server, 1) as (first,):
        ask(first, "/small")
        assert first.recv(12) == b"HTTP/1.1 200"
    before = resident(server)
    with connections(server, MANY) as many:
        for connection in many:
            ask(connection, "/small")
        for connection in many:
            assert connection.recv(12) == b"HTTP/1.1 200"
        each = (resident(server) - before) / MANY
        print(f"{each:.0f} bytes for each idle connection")
        assert each < 4096


def test_a_lower_limit_on_descriptors_is_told(serve):
    server = serve(prefix=["prlimit", "--nofile=1000:1000"])
    assert "leaves room for 898 connections; [server] max_connections asks for 20000" in server.read_log()


@pytest.mark.measures
def test_a_connection_that_asked_for_much_at_once_costs_little_afterwards(serve):
    """Requests in two pieces, the second of which is as large as the server reads at once."""
    server = serve()
    request = b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"
    requests = request * (60_000 // len(request))
    with connections(server, 300) as many:
        for connection in many:
            connection.sendall(request)
            assert connection.recv(12) == b"HTTP/1.1 204"
        before = resident(server)
        for connection in many:
            connection.sendall(request[:5])
            # Answered on another connection, so the piece has been read.
            assert server.get("/small")[2] == b"small"
            connection.sendall(request[5:] + requests)
        for connection in many:
            with connection.makefile("rb") as answers:
                for _ in range(1 + requests.count(request)):
                    while answers.readline().strip():
                        pass
        each = (resident(server) - before) / len(many)
        print(f"{each:.0f} bytes for each idle connection")
        assert each < 8192


def test_without_descriptors_idle_connections_make_room(serve):
    server = serve(prefix=["prlimit", "--nofile=96:96"])
    with connections(server, 400) as many:
        for connection in many:
            ask(connection, "/small")
        for connection in many:
            assert connection.recv(12) == b"HTTP/1.1 200"
    assert server.get("/small")[2] == b"small"


@pytest.mark.measures
def test_slow_readers_hold_nobody_up_and_take_no_memory(serve):
    server = serve()
    with connections(server, 200) as readers:
        for reader in readers:
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            ask(reader, "/large")
        for reader in readers:
            assert reader.recv(12) == b"HTTP/1.1 200"
        for _ in range(50):
            assert server.get("/small")[2] == b"small"
        assert resident(server) < 64 << 20


@pytest.mark.measures
def test_a_client_that_asks_and_never_reads_is_left_with_its_answers(serve):
    """Answers that nobody takes are not piled up: the server stops reading the requests."""
    server = serve()
    with connections(server, 1) as (greedy,):
        greedy.setblocking(False)
        request = b"GET /small HTTP/1.1\r\nHost: a\r\n\r\n" * 1000
        sent = 0
        while select.select([], [greedy], [], 1)[1] and sent < 1 << 30:
            sent += greedy.send(request)
        assert sent < 1 << 30
        assert resident(server) < 64 << 20
        assert server.get("/small")[2] == b"small"


def test_who_wants_the_same_at_once_shares_a_look_up(mirror):
    for number in range(5000):
        mirror.write(f"pool/{number}", b"text")
    mirror.sync()
    mirror.config.write_text(mirror.config.read_text().replace("[server]\n", "[server]\nthreads = 1\n"))
    server = mirror.serve()
    with connections(server, 40) as many:
        for connection in many:
            ask(connection, "/tree/pool/?sort=size")
        pages = {Wire(server, over=connection).answer().body for connection in many}
    assert len(pages) == 1 and len(pages.pop()) > 500_000
    told = dict(line.split() for line in server.get("/-/metrics")[2].decode().splitlines() if " " in line and line[0] != "#")
    # And one for the metrics.
    assert int(told["mirrorseed_look_ups_total"]) <= 2
    assert int(told["mirrorseed_cache_hits_total"]) + int(told["mirrorseed_cache_misses_total"]) >= 40


@pytest.mark.measures
def test_a_listing_is_in_memory_once_however_many_ask_for_it_and_never_read(serve, tmp_path):
    folder = tmp_path / "www/many"
    folder.mkdir()
    for i in range(20_000):
        (folder / f"some-package-name_{i:06}_amd64.deb").touch()
    server = serve()
    host, port = server.url.removeprefix("http://").split(":")
    assert len(server.get("/many/")[2]) > 3 << 20
    before = resident(server)
    with contextlib.ExitStack() as stack:
        for i in range(60):
            connection = stack.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect((host, int(port)))
            ask(connection, f"/many/?{i}")
            if i % 10 == 0:
                # Those who come later do not share with those who came first what nobody knows to hold.
                select.select([connection], [], [], 20)
        assert server.get("/small")[2] == b"small"
        select.select([connection], [], [], 20)
        assert resident(server) - before < 120 << 20, "half of what sixty copies take"
