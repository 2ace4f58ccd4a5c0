"""SIGHUP: the server takes on its config as it is now, whatever is being downloaded meanwhile."""
import signal
import socket
import ssl

import pytest

from support.certificates import Certificates
from support.ports import free_port
from support.raw_http import Wire, ask, request
from support.server import Server
from support.waiting import wait_for

LARGE = 30 << 20


class Reloading:
    def __init__(self, folder):
        self.served, self.config = folder / "served", folder / "config.toml"
        self.served.mkdir()
        (self.served / "large").write_bytes(bytes(LARGE))
        self.ports = [free_port() for _ in range(3)]
        self.write([self.ports[0]])
        self.server = Server("-c", self.config, "serve", self.served)

    def write(self, ports, more=""):
        listen = ", ".join(f'"127.0.0.1:{port}"' for port in ports)
        self.config.write_text(f"[server]\nlisten = [{listen}]\n{more}\n")

    def reload(self, says):
        # The same words may have been said before.
        before = self.server.read_log().count(says)
        self.server.process.send_signal(signal.SIGHUP)
        wait_for(lambda: self.server.read_log().count(says) > before, says)

    def answers(self, port):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return False
            probe.settimeout(20)
            probe.sendall(request("/-/health"))
            return probe.recv(100).startswith(b"HTTP/1.1 200")


@pytest.fixture
def reloading(tmp_path):
    made = Reloading(tmp_path)
    yield made
    made.server.stop()


def test_addresses_come_and_go_and_downloads_go_on(reloading):
    first, second, third = reloading.ports
    with Wire(reloading.server) as wire:
        wire.send(request("/large"))
        wire.head()
        reloading.write([second, third])
        reloading.reload(f"serving on 127.0.0.1:{third}")
        assert reloading.answers(second) and reloading.answers(third)
        wait_for(lambda: not reloading.answers(first), "the end of the first address")
        while len(wire.received) < LARGE:
            assert wire._more()
        # And the next request of that connection too.
        wire.received = b""
        assert wire.send(request("/-/health")).answer().body == b"ok\n"
    reloading.write([first])
    reloading.reload(f"serving on 127.0.0.1:{first}")
    assert reloading.answers(first)


def test_an_address_that_cannot_be_had_changes_no_address(reloading):
    first, second, taken = reloading.ports
    with socket.socket() as other:
        other.bind(("127.0.0.1", taken))
        other.listen()
        reloading.write([second, taken])
        reloading.reload(f"the addresses stay as they were: cannot listen on 127.0.0.1:{taken}: Address already in use")
    assert reloading.answers(first) and not reloading.answers(second)


def test_a_faulty_config_changes_nothing(reloading):
    first, second, _ = reloading.ports
    reloading.write([second], "threads = -1")
    reloading.reload("the config stays as it was")
    assert reloading.answers(first) and not reloading.answers(second)


def test_tls_is_turned_on_and_off(reloading, tmp_path):
    first, secure, _ = reloading.ports
    certificates = Certificates(tmp_path / "certificates")
    certificates.make("server", "IP:127.0.0.1")
    pem = tmp_path / "certificates/server"
    reloading.write([first], f'tls_listen = ["127.0.0.1:{secure}"]\ntls_certificate = "{pem}.pem"\n'
                             f'tls_key = "{pem}.key"')
    reloading.reload(f"serving on 127.0.0.1:{secure} by TLS")
    context = ssl.create_default_context(cafile=certificates.authority)
    with context.wrap_socket(socket.create_connection(("127.0.0.1", secure)), server_hostname="127.0.0.1") as stream:
        stream.sendall(request("/-/health"))
        assert stream.recv(10_000).startswith(b"HTTP/1.1 200")
        reloading.write([first])
        reloading.reload("read ")
        wait_for(lambda: not reloading.answers(secure), "the end of TLS")
        stream.sendall(request("/-/health"))
        assert stream.recv(10_000).startswith(b"HTTP/1.1 200")
    assert ask(reloading.server, "/-/health").body == b"ok\n"


def test_a_store_is_described_anew(mirror):
    mirror.write("a", b"text")
    mirror.sync()
    server = mirror.serve()
    assert ask(server, "/tree/a")["Link"].startswith("</tree/a.meta4>")
    mirror.config.write_text(mirror.config.read_text().replace(
        "[server]\n", '[server]\npublic_url = "https://mirror.example"\n'))
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: ask(server, "/tree/a")["Link"].startswith("<https://mirror.example/tree/a.meta4>"), "the reload")
