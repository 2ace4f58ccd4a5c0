"""What operators set bounds to: connections, rates, and who may see the status."""
import contextlib
import os
import select
import signal
import socket
import threading
import time
import urllib.error

import pytest

from support.server import Server
from support.waiting import wait_for

TOKEN = "s3cret"


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "www"
    root.mkdir()
    (root / "small").write_text("small")
    (root / "large").write_bytes(os.urandom(1 << 20))
    return root


@pytest.fixture
def serve(tmp_path, folder):
    with contextlib.ExitStack() as stack:
        def start(config):
            file = tmp_path / "limits.toml"
            file.write_text("[server]\n" + config)
            server = Server("-c", file, "serve", folder, "--listen", "127.0.0.1:0")
            stack.callback(server.stop)
            return server
        yield start


def connect(server, source="127.0.0.1"):
    host, port = server.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=20, source_address=(source, 0))


def ask(connection, path="/small"):
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())


def is_answered(connection, within):
    return bool(select.select([connection], [], [], within)[0]) and connection.recv(12) == b"HTTP/1.1 200"


def metric(server, name):
    for line in server.get("/-/metrics")[2].decode().splitlines():
        if line.startswith(f"mirrorseed_{name} "):
            return int(line.split()[1])
    raise AssertionError(f"no metric {name}")


def test_a_client_over_its_limit_is_served_when_another_of_its_connections_has_ended(serve):
    server = serve("max_connections_per_client = 2")
    first, second = connect(server), connect(server)
    for connection in (first, second):
        ask(connection)
        assert is_answered(connection, 20)
    third = connect(server)
    ask(third)
    assert not is_answered(third, 0.5)
    first.close()
    assert is_answered(third, 20)
    second.close()
    assert metric(server, "connections_kept_waiting_total") >= 1


def test_a_client_over_its_limit_keeps_nobody_out(serve):
    server = serve("max_connections = 8\nmax_connections_per_client = 2\nthreads = 1")
    with contextlib.ExitStack() as stack:
        greedy = [stack.enter_context(connect(server)) for _ in range(20)]
        for connection in greedy:
            connection.sendall(b"GET /small HTTP/1.1\r\n")  # a head that has begun
        other = stack.enter_context(connect(server, source="127.0.0.2"))
        ask(other)
        assert is_answered(other, 20)
        # Those that are within the limit lose nothing by it.
        greedy[0].sendall(b"Host: a\r\n\r\n")
        assert is_answered(greedy[0], 20)


def test_an_idle_connection_makes_room_for_one_more(serve):
    server = serve("max_connections = 4\nthreads = 1")
    connections = [connect(server) for _ in range(12)]
    for connection in connections:
        ask(connection)
        assert is_answered(connection, 20)


def test_a_full_server_takes_a_connection_when_one_ends(serve):
    server = serve("max_connections = 1\nthreads = 1")
    busy = connect(server)
    busy.sendall(b"GET /small HTTP/1.1\r\n")  # a head that has begun
    waiting = connect(server)
    ask(waiting)
    assert not is_answered(waiting, 0.5)
    busy.close()
    assert is_answered(waiting, 20)


def test_a_server_that_ends_refuses_newcomers_while_downloads_finish(serve, folder):
    with open(folder / "huge", "wb") as file:
        file.truncate(32 << 20)
    server = serve("")

    def is_refused():
        try:
            connect(server).close()
        except (ConnectionRefusedError, ConnectionResetError):
            return True
        return False

    with connect(server) as download:
        ask(download, "/huge")
        assert is_answered(download, 20)
        server.process.send_signal(signal.SIGTERM)
        wait_for(is_refused, "refusing")
        assert sum(map(len, iter(lambda: download.recv(1 << 20), b""))) > 32 << 20


@pytest.mark.parametrize("limit", ["rate_limit_per_client", "rate_limit"])
def test_a_rate_holds_over_all_connections_together(serve, folder, limit):
    server = serve(f'{limit} = "4 MB/s"')
    bodies = []
    begin = time.monotonic()
    threads = [threading.Thread(target=lambda: bodies.append(server.get("/large")[2])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Eight MiB at four MB in a second, less what may go at once; a slow machine only makes it longer.
    assert time.monotonic() - begin > 1.5
    assert bodies == [(folder / "large").read_bytes()] * 8


@pytest.mark.parametrize("limit", ["rate_limit_per_client", "rate_limit"])
def test_downloads_share_a_rate(serve, folder, limit):
    """Each comes to its first MiB long before one of them has come to its end."""
    with open(folder / "huge", "wb") as file:
        file.truncate(1 << 30)
    server = serve(f'threads = 1\n{limit} = "8 MB/s"')
    with contextlib.ExitStack() as stack:
        downloads = [stack.enter_context(connect(server)) for _ in range(4)]
        for download in downloads:
            ask(download, "/huge")
        received = dict.fromkeys(downloads, 0)
        while min(received.values()) < 1 << 20:
            assert max(received.values()) < 256 << 20
            for download in select.select(downloads, [], [], 20)[0]:
                received[download] += len(download.recv(1 << 20))


@pytest.mark.parametrize("limit", ["rate_limit_per_client", "rate_limit"])
def test_a_rate_holds_for_many_short_answers(serve, limit):
    server = serve(f'{limit} = "4 MB/s"')
    begin = time.monotonic()
    with connect(server) as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\nRange: bytes=0-16383\r\n\r\n" * 512)
        received = 0
        while received < 8 << 20:
            received += len(connection.recv(1 << 20))
    # Eight MiB at four MB in a second, less what may go at once; a slow machine only makes it longer.
    assert time.monotonic() - begin > 1.5


def test_a_small_answer_is_not_held_up_by_a_limited_download_of_another_kind(serve):
    server = serve('rate_limit_per_client = "100 KB/s"')
    slow = connect(server)
    ask(slow, "/large")
    assert is_answered(slow, 20)
    assert server.get("/-/health")[2] == b"ok\n"
    slow.close()


@pytest.mark.parametrize("asked", [b"GET /large HTTP/1.1\r\nHost: a\r\nRange: bytes=0-11999\r\n\r\n",
                                   b"GET /small HTTP/1.1\r\nHost: a\r\n\r\n" * 16], ids=["long", "short"])
@pytest.mark.parametrize("limit", ["rate_limit_per_client", "rate_limit"])
def test_a_new_connection_is_no_way_round_a_rate(serve, folder, limit, asked):
    """One that asks, takes what comes at once, and hangs up."""
    (folder / "small").write_bytes(b"s" * 4000)
    os.utime(folder / "small", (1_700_000_000, 1_700_000_000))
    server = serve(f'{limit} = "20 KB/s"')
    received, end = 0, time.monotonic() + 2
    while time.monotonic() < end:
        with connect(server) as connection:
            connection.sendall(asked)
            while time.monotonic() < end and select.select([connection], [], [], 0.02)[0]:
                received += len(connection.recv(1 << 20))
        time.sleep(0.01)  # until nobody of this client is there
    # Two seconds' worth, what may go at once, what may be owed, and as much again.
    assert received < 40_000 + (16 << 10) + 2 * (64 << 10)
    server.process.kill()  # it would send what is asked for first


def proxied(stack, server, client):
    """A connection that a trusted proxy makes for a client."""
    connection = stack.enter_context(connect(server))
    connection.sendall(f"PROXY TCP6 {client} 2001:db8:ffff::1 4711 80\r\n".encode())
    ask(connection)
    return connection


def test_an_ipv6_site_may_have_four_and_sixteen_times_what_a_64_may(serve):
    server = serve('max_connections_per_client = 2\nproxy_protocol = true\ntrusted_proxies = ["127.0.0.1"]\nthreads = 1')
    with contextlib.ExitStack() as stack:
        def answered(clients):
            connections = [proxied(stack, server, client) for client in clients for _ in range(3)]
            time.sleep(0.3)  # for those that wait for a place of their client's
            return sum(is_answered(connection, 0) for connection in connections)
        # Two for each /64; eight for a /56 and thirty-two for a /48 with all of them together.
        assert answered(["2001:db8:1:a00::1"]) == 2
        assert answered([f"2001:db8:1:a{number:02x}::1" for number in range(1, 12)]) == 6
        assert answered([f"2001:db8:1:{number:02x}00::{host}" for number in range(1, 9) for host in (1, 2)]) == 16
        assert answered([f"2001:db8:1:{number:02x}{half}0::1" for number in range(32, 40) for half in (0, 1)]) == 8
        assert answered(["2001:db8:2::1"]) == 2


def test_metrics_count_what_happened(serve):
    server = serve("")
    server.get("/small")
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(server.url + "/missing")
    text = server.get("/-/metrics")[2].decode()
    assert 'mirrorseed_answers_total{status="2xx"} 1' in text
    assert 'mirrorseed_answers_total{status="4xx"} 1' in text
    assert "# TYPE mirrorseed_connections gauge" in text


def test_the_status_wants_its_token(serve, tmp_path):
    (tmp_path / "token").write_text(TOKEN + "\n")
    server = serve(f'status_access = "token"\nadmin_token_file = "{tmp_path}/token"')
    status, headers, _ = server.get("/-/metrics")
    assert (status, headers["WWW-Authenticate"]) == (401, "Bearer")
    assert server.get("/-/metrics", Authorization="Bearer wrong!")[0] == 403
    assert server.get("/-/metrics", Authorization="Bearer " + TOKEN)[0] == 200
    assert server.get("/-/health")[0] == 200


def test_a_reload_changes_limits_without_dropping_a_connection(serve, tmp_path):
    server = serve("cors = true")
    kept = connect(server)
    ask(kept)
    assert is_answered(kept, 20)
    assert server.get("/small")[1]["Access-Control-Allow-Origin"] == "*"
    (tmp_path / "limits.toml").write_text("[server]\ncors = false")
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "Access-Control-Allow-Origin" not in server.get("/small")[1], "the new config")
    kept.recv(65536)
    ask(kept)
    assert is_answered(kept, 20)
    (tmp_path / "limits.toml").write_text("[server]\ncors = 7")
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "the config stays as it was" in server.read_log(), "the complaint")
    assert "Access-Control-Allow-Origin" not in server.get("/small")[1]
