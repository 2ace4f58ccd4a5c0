"""The program as systemd runs it: sockets passed, readiness, reload and watchdog told."""
import os
import re
import signal
import socket
import subprocess
import urllib.request

import pytest

from support.folders import short_name_of
from support.program import PROGRAM, ROOT, need
from support.waiting import wait_for

FIRST = 3  # where passed descriptors begin


class Service:
    """Passes a listening socket as systemd does, and hears what the program says."""

    def __init__(self, folder, arguments, environment=()):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(str(folder / "notify"))
        self.notify.settimeout(20)
        fd = self.listener.fileno()
        shell = f'exec {FIRST}<&{fd} {fd}<&-; LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"'
        self.process = subprocess.Popen(
            ["bash", "-c", shell, "service", PROGRAM, *map(str, arguments)], pass_fds=[fd],
            env={**os.environ, "NOTIFY_SOCKET": str(folder / "notify"), **dict(environment)})

    def hear(self):
        return self.notify.recv(4096).decode().split("\n")

    def hear_until(self, word):
        heard = self.hear()
        while word not in heard:
            heard = self.hear()
        return heard

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=20) as answer:
            return answer.read()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(40)
        finally:
            self.process.kill()


@pytest.fixture
def start(tmp_path):
    services = []
    with short_name_of(tmp_path) as folder:
        def begin(*arguments, **environment):
            services.append(Service(folder, arguments, environment.items()))
            return services[-1]
        yield begin
        for service in services:
            service.stop()


def serve(start, tmp_path, **environment):
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "a").write_text("text")
    (tmp_path / "config.toml").write_text("[server]\n")
    return start("serve", tmp_path / "www", "-c", tmp_path / "config.toml", **environment)


def test_a_server_uses_the_socket_that_it_was_passed_and_says_when_it_is_ready(start, tmp_path):
    service = serve(start, tmp_path)
    assert service.hear() == ["READY=1"]
    assert service.get("/a") == b"text"
    service.process.send_signal(signal.SIGHUP)
    assert service.hear()[0] == "RELOADING=1"
    assert service.hear() == ["READY=1"]
    service.process.terminate()
    assert service.hear() == ["STOPPING=1"]
    assert service.process.wait(40) == 0


def test_a_connection_that_came_before_the_server_is_answered(start, tmp_path):
    service = serve(start, tmp_path)
    assert service.get("/a") == b"text"
    assert service.stop() == 0
    early = socket.create_connection(service.listener.getsockname(), timeout=20)
    early.sendall(b"GET /a HTTP/1.0\r\n\r\n")
    service.listener.settimeout(20)
    taken, _ = service.listener.accept()
    assert taken.recv(3) == b"GET", "the socket still listens when the server has gone"


def test_a_server_feeds_the_watchdog(start, tmp_path):
    service = serve(start, tmp_path, WATCHDOG_USEC="200000")
    assert service.hear() == ["READY=1"]
    assert [service.hear() for _ in range(3)] == [["WATCHDOG=1"]] * 3


def test_a_keeper_passes_its_sockets_to_its_server(start, tmp_path, mirror):
    mirror.configure()
    mirror.write("a", "text")
    mirror.sync()
    service = start("-c", mirror.config, "run", WATCHDOG_USEC="2000000")
    service.hear_until("READY=1")
    wait_for(lambda: service.get("/tree/a") == b"text", "the server")
    service.hear_until("WATCHDOG=1")
    service.process.terminate()
    service.hear_until("STOPPING=1")
    assert service.process.wait(40) == 0


def test_alerts_are_on_what_is_told(start, mirror):
    mirror.write("a", "text")
    mirror.sync()
    mirror.config.write_text(mirror.config.read_text().replace(
        "[server]", '[server]\npublic_url = "http://localhost"\ntracker = true', 1))
    told = start("-c", mirror.config, "serve").get("/-/metrics").decode()
    rules = (ROOT / "etc/prometheus/mirrorseed.rules.yml").read_text()
    named = set(re.findall(r"\bmirrorseed_\w+", rules))
    assert len(named) >= 4 and named <= set(re.findall(r"^(mirrorseed_\w+)", told, re.M))


def test_logs_are_rotated_by_the_sample(start, tmp_path):
    (tmp_path / "www").mkdir()
    (tmp_path / "config.toml").write_text(f'[server]\naccess_log = "{tmp_path}/logs/access.log"\n')
    (tmp_path / "logs").mkdir(mode=0o755)
    service = start("-c", tmp_path / "config.toml", "serve", tmp_path / "www")
    service.get("/-/health")
    log = tmp_path / "logs/access.log"
    wait_for(lambda: log.exists() and log.read_text(), "the first line")
    sample = (ROOT / "etc/logrotate.d/mirrorseed").read_text()
    there, signal_line = "/var/log/mirrorseed/", "systemctl kill --kill-whom=main --signal=HUP mirrorseed.service"
    assert there in sample and signal_line in sample
    (tmp_path / "rotate").write_text(sample.replace(there, f"{tmp_path}/logs/").replace(
        signal_line, f"kill -HUP {service.process.pid}"))
    (tmp_path / "rotate").chmod(0o644)
    done = subprocess.run([need("logrotate"), "--force", "--state", tmp_path / "state", tmp_path / "rotate"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    wait_for(log.exists, "a new log")
    service.get("/-/health?after")
    wait_for(lambda: "after" in log.read_text(), "a line in the new log")
    assert "after" not in (tmp_path / "logs/access.log.1").read_text()
