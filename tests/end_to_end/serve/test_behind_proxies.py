"""Whom a request comes from when proxies stand between."""
import contextlib
import json
import signal
import socket

import pytest

from support.server import Server
from support.waiting import wait_for

V1 = b"PROXY TCP4 192.0.2.7 198.51.100.1 5000 80\r\n"
V2 = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x08\x7f\0\0\x01\0\1\0\2"
REQUEST = b"GET /file HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"


@pytest.fixture
def serve(tmp_path):
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "file").write_text("text")
    with contextlib.ExitStack() as stack:
        def start(config):
            (tmp_path / "config.toml").write_text(
                f'[server]\naccess_log = "{tmp_path}/log"\naccess_log_format = "json"\n{config}\n')
            server = Server("-c", tmp_path / "config.toml", "serve", tmp_path / "www", "--listen", "127.0.0.1:0")
            stack.callback(server.stop)
            return server
        yield start


def exchange(server, *parts):
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for part in parts:
            connection.sendall(part)
        answer = b""
        with contextlib.suppress(ConnectionResetError):  # closed with what was sent unread
            while more := connection.recv(65536):
                answer += more
        return answer


def remotes(tmp_path, count):
    lines = wait_for(lambda: len(found := (tmp_path / "log").read_text().splitlines()) >= count and found, "the log")
    return [json.loads(line)["remote"] for line in lines]


@pytest.mark.parametrize("header, client", [(V1, "192.0.2.7"), (V2, "192.0.2.8")], ids=["version 1", "version 2"])
def test_the_proxy_protocol_tells_the_client(serve, tmp_path, header, client):
    server = serve('proxy_protocol = true\ntrusted_proxies = ["127.0.0.0/8"]')
    assert exchange(server, header + REQUEST + b"\r\n").endswith(b"text")
    every_byte = [bytes([byte]) for byte in header]
    assert exchange(server, *every_byte, REQUEST, b"\r\n").endswith(b"text")
    assert remotes(tmp_path, 2) == [client, client]


def test_without_its_header_a_trusted_proxy_is_not_served(serve):
    server = serve('proxy_protocol = true\ntrusted_proxies = ["127.0.0.1"]')
    assert exchange(server, REQUEST + b"\r\n") == b""


def test_a_proxy_that_has_said_nothing_yet_keeps_no_server_from_ending(serve):
    server = serve('threads = 1\nproxy_protocol = true\ntrusted_proxies = ["127.0.0.1"]')
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20):
        # Accepted before this one, by the same loop.
        assert exchange(server, V1 + REQUEST + b"\r\n").endswith(b"text")
        # Long before the 30 seconds that it would wait for a download.
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=10) == 0


def test_nobody_else_speaks_the_proxy_protocol(serve):
    server = serve('proxy_protocol = true\ntrusted_proxies = ["192.0.2.0/24"]')
    assert exchange(server, REQUEST + b"\r\n").endswith(b"text")
    assert exchange(server, V1 + REQUEST + b"\r\n").startswith(b"HTTP/1.1 400 ")


def test_forwarded_for_counts_from_trusted_proxies_alone(serve, tmp_path):
    field = b"X-Forwarded-For: 6.6.6.6, 192.0.2.9, 127.0.0.2\r\n\r\n"
    server = serve('trusted_proxies = ["127.0.0.0/8"]')
    exchange(server, REQUEST + field)
    assert remotes(tmp_path, 1) == ["192.0.2.9"]
    server.stop()
    server = serve("")
    exchange(server, REQUEST + field)
    assert remotes(tmp_path, 2)[1] == "127.0.0.1"


def test_a_limit_holds_for_those_whom_a_proxy_speaks_for(serve):
    server = serve('proxy_protocol = true\ntrusted_proxies = ["127.0.0.1"]\nmax_connections_per_client = 1')
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as first:
        first.sendall(V1 + b"GET /file HTTP/1.1\r\nHost: a\r\n\r\n")
        assert first.recv(12) == b"HTTP/1.1 200"
        with socket.create_connection((host, int(port)), timeout=0.5) as second:
            second.sendall(V1 + REQUEST + b"\r\n")
            with pytest.raises(TimeoutError):
                second.recv(12)
            assert exchange(server, V2 + REQUEST + b"\r\n").endswith(b"text")
            first.close()
            second.settimeout(20)
            assert second.recv(12) == b"HTTP/1.1 200"
