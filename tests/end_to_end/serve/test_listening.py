"""Both versions of IP, at one port and at several, and what a reload makes of them."""
import signal
import socket

import pytest

from support.ports import free_port
from support.raw_http import request
from support.server import Server
from support.waiting import wait_for

FOUR, SIX = "127.0.0.1", "::1"


class Listening:
    def __init__(self, folder):
        self.config, self.port = folder / "config.toml", free_port()
        (folder / "file").write_text("text")
        self.folder = folder

    def write(self, *addresses, threads=2):
        listen = ", ".join(f'"{address}"' for address in ("127.0.0.1:0", *addresses))
        self.config.write_text(f"[server]\nlisten = [{listen}]\nthreads = {threads}\n".replace("PORT", str(self.port)))

    def start(self):
        self.server = Server("-c", self.config, "serve", self.folder)

    def reload(self):
        before = self.server.read_log().count("read ")
        self.server.process.send_signal(signal.SIGHUP)
        wait_for(lambda: self.server.read_log().count("read ") > before, "the reload")

    def answers(self, host):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            if probe.connect_ex((host, self.port)) != 0:
                return False
            probe.settimeout(20)
            probe.sendall(request("/-/health"))
            return probe.recv(100).startswith(b"HTTP/1.1 200")


@pytest.fixture
def listening(tmp_path):
    made = Listening(tmp_path)
    yield made
    made.server.stop()


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("addresses", [["0.0.0.0:PORT", "[::]:PORT"], ["[::]:PORT", "0.0.0.0:PORT"],
                                       ["127.0.0.1:PORT", "[::]:PORT"], ["[::]:PORT"],
                                       ["0.0.0.0:PORT", "127.0.0.1:PORT", "[::1]:PORT"]], ids=" ".join)
def test_both_families_are_served_at_one_port(listening, addresses, threads):
    listening.write(*addresses, threads=threads)
    listening.start()
    assert listening.answers(FOUR) and listening.answers(SIX)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_reload_names_one_family_more_and_one_less(listening, threads):
    listening.write("[::]:PORT", threads=threads)
    listening.start()
    for addresses in (["0.0.0.0:PORT", "[::]:PORT"], ["[::]:PORT"], ["127.0.0.1:PORT"], ["[::]:PORT", "127.0.0.1:PORT"]):
        listening.write(*addresses, threads=threads)
        listening.reload()
        assert "the addresses stay as they were" not in listening.server.read_log()
        assert listening.answers(FOUR), addresses
        wait_for(lambda: listening.answers(SIX) == ("[::]:PORT" in addresses), f"what IPv6 gets of {addresses}")


def test_one_address_named_twice_is_refused(listening):
    listening.write("[::]:PORT", "[::0]:PORT")
    with pytest.raises(AssertionError, match="Address already in use"):
        listening.start()
    listening.write("[::]:PORT")
    listening.start()


def test_a_strangers_port_is_not_shared(listening):
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        stranger.bind(("0.0.0.0", listening.port))
        stranger.listen()
        listening.write("0.0.0.0:PORT", "[::]:PORT")
        with pytest.raises(AssertionError, match="Address already in use"):
            listening.start()
    listening.write("127.0.0.1:0")
    listening.start()
