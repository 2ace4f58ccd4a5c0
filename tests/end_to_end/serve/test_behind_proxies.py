"""Whom a request comes from when proxies stand between."""
import contextlib
import json
import os
import signal
import socket
import subprocess

import pytest

from support.people import as_nobody, let_everybody_pass
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


def connect(server, timeout=20):
    host, port = server.url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=timeout)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def connect_to(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(20)
    connection.connect(str(path))
    return connection


def exchange(server, *parts):
    return exchange_over(connect(server), *parts)


def exchange_over(connection, *parts):
    with connection:
        for part in parts:
            connection.sendall(part)
        answer = b""
        with contextlib.suppress(ConnectionResetError):  # closed with what was sent unread
            while more := connection.recv(65536):
                answer += more
        return answer


def metrics(*fields, host="127.0.0.1", target="/-/metrics", version="1.1"):
    lines = [f"GET {target} HTTP/{version}", "Connection: close", *fields]
    return "\r\n".join([*lines, *([f"Host: {host}"] if host else []), "", ""]).encode()


def is_told(answer):
    assert answer.startswith((b"HTTP/1.1 200 ", b"HTTP/1.1 403 ")), answer
    return answer.startswith(b"HTTP/1.1 200 ")


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


@pytest.mark.parametrize("field", [
    "X-Forwarded-For: 192.0.2.7", "X-Forwarded-For: unknown", "X-Forwarded-For: fe80::1%eth0", "X-Forwarded-For:",
    "X-Forwarded-For: 192.0.2.7, 127.0.0.1", "Forwarded: for=192.0.2.7", "Via: 1.1 proxy", "X-Forwarded-Host: a",
    "X-Real-IP: 127.0.0.1"])
def test_who_was_sent_by_a_proxy_is_not_of_this_machine(serve, tmp_path, field):
    server = serve("")
    assert is_told(exchange(server, metrics()))
    assert not is_told(exchange(server, metrics(field)))
    server.stop()
    unix = Server("-c", tmp_path / "config.toml", "serve", tmp_path / "www", "--listen", "127.0.0.1:0", "--listen",
                  f"unix:{tmp_path}/socket")
    try:
        assert is_told(exchange_over(connect_to(tmp_path / "socket"), metrics(host="anything.example")))
        assert not is_told(exchange_over(connect_to(tmp_path / "socket"), metrics(field)))
    finally:
        unix.stop()


def test_a_trusted_proxy_is_not_of_this_machine_whatever_it_says(serve, tmp_path):
    server = serve('trusted_proxies = ["127.0.0.1"]')
    for fields in ([], ["X-Forwarded-For: 127.0.0.1"], ["X-Forwarded-For: 127.0.0.5"]):
        assert not is_told(exchange(server, metrics(*fields)))
    server.stop()
    server = serve('proxy_protocol = true\ntrusted_proxies = ["127.0.0.1"]')
    for header in (b"PROXY UNKNOWN\r\n", b"PROXY TCP4 127.0.0.9 127.0.0.1 5 80\r\n"):
        assert not is_told(exchange(server, header + metrics()))


def test_a_name_of_somebody_elses_does_not_lead_a_browser_to_the_status(serve):
    server = serve("")
    for host in ("localhost", "LOCALHOST:8080", "127.0.0.1:80", "[::1]", "[2001:db8::1]:8080", "192.0.2.1"):
        assert is_told(exchange(server, metrics(host=host))), host
    for host in ("mirror.example.org", "localhost.example.org", "127.0.0.1.example.org", "a.localhost", "1.2.3"):
        assert not is_told(exchange(server, metrics(host=host))), host
    assert not is_told(exchange(server, metrics(host=None, version="1.0")))
    # Which counts rather than Host.
    assert not is_told(exchange(server, metrics(target="http://evil.example/-/metrics")))
    assert is_told(exchange(server, metrics(target="http://127.0.0.1/-/metrics", host="evil.example")))


def test_proxies_at_a_unix_socket_may_be_trusted(tmp_path):
    (tmp_path / "file").write_text("text")
    (tmp_path / "config.toml").write_text(f'[server]\naccess_log = "{tmp_path}/log"\naccess_log_format = "json"\n'
                                          'trusted_proxies = ["unix:"]\n')
    server = Server("-c", tmp_path / "config.toml", "serve", tmp_path, "--listen", "127.0.0.1:0", "--listen",
                    f"unix:{tmp_path}/socket")
    try:
        asked = REQUEST + b"X-Forwarded-For: 192.0.2.9\r\n\r\n"
        assert exchange_over(connect_to(tmp_path / "socket"), asked).endswith(b"text")
        assert exchange(server, asked).endswith(b"text")
        assert remotes(tmp_path, 2) == ["192.0.2.9", "127.0.0.1"]
        assert not is_told(exchange_over(connect_to(tmp_path / "socket"), metrics()))
        assert is_told(exchange(server, metrics()))
    finally:
        server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_a_unix_socket_tells_the_status_to_root_and_its_own_user_alone(tmp_path):
    (tmp_path / "sockets").mkdir()
    let_everybody_pass(tmp_path / "sockets" / "socket")
    ask = ("import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); "
           "s.sendall(sys.stdin.buffer.read()); sys.stdout.buffer.write(s.recv(65536))")

    def told_to(prefix):
        command = [*prefix, "/usr/bin/python3", "-c", ask, tmp_path / "sockets/socket"]
        return is_told(subprocess.run(command, input=metrics(), capture_output=True, check=True, timeout=20).stdout)

    daemon = ["setpriv", "--reuid=1", "--regid=1", "--clear-groups"]
    for user, others in (("root", [as_nobody(), daemon]), ("nobody", [daemon])):
        (tmp_path / "config.toml").write_text(f'[server]\nuser = "{user}"\n')
        server = Server("-c", tmp_path / "config.toml", "serve", tmp_path / "sockets", "--listen", "127.0.0.1:0",
                        "--listen", f"unix:{tmp_path}/sockets/socket")
        try:
            assert told_to([])
            assert told_to(as_nobody()) == (user == "nobody")
            assert not any(told_to(other) for other in others)
        finally:
            server.stop()
            (tmp_path / "sockets/socket").unlink(missing_ok=True)
