"""The access log tells what was really sent, to whom and whether that was all of it; at once, also while the connection
goes on."""
import json
import re
import signal

import pytest

from support.raw_http import Wire, request
from support.server import Server
from support.waiting import wait_for

LARGE = 40 << 20


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    (folder / "small").write_bytes(b"text")
    (folder / "large").write_bytes(bytes(LARGE))
    (folder / "many").mkdir()
    for number in range(30_000):
        (folder / f"many/{number}").touch()
    return folder


@pytest.fixture
def started(served, tmp_path):
    servers = []

    def start(form="json"):
        (tmp_path / "config.toml").write_text(
            f'[server]\naccess_log = "{tmp_path}/log"\naccess_log_format = "{form}"\nlisten = ["127.0.0.1:0"]\n')
        servers.append(Server("-c", tmp_path / "config.toml", "serve", served))
        return servers[-1]
    yield start
    for server in servers:
        server.stop()


def lines(tmp_path, count):
    """The log's first lines, once there are so many."""
    return wait_for(lambda: (found := (tmp_path / "log").read_text().splitlines())[count - 1:] and found, "the log")


@pytest.mark.parametrize("asked, status, size", [
    (request("/small"), 200, 4),
    (request("/small", method="HEAD"), 200, 0),
    (request("/large"), 200, LARGE),
    (request("/large", "Range: bytes=7-30000000"), 206, 29_999_994),
    (request("/large", "Range: bytes=0-9,1000000-30000000"), 206, None),
    (request("/large", "Range: bytes=99999999-"), 416, 0),
    (request("/many/"), 200, None),
    (request("/nothing"), 404, 14)], ids=lambda value: value.split(b"\r\n\r\n")[0].decode().replace("\r\n", " ")
    if isinstance(value, bytes) else None)
def test_an_answer_is_told_of_when_it_is_sent(started, tmp_path, asked, status, size):
    with Wire(started()) as wire:
        answer = wire.send(asked).answer(asked.split(b" ")[0].decode())
        # The connection stays open, and asks for nothing more.
        told = json.loads(lines(tmp_path, 1)[0])
    assert answer.status == told["status"] == status
    assert told["bytes"] == len(answer.body) and size in (None, told["bytes"])
    assert told["completed"] is True


def test_a_download_that_breaks_off_is_told_of_with_what_was_sent(started, tmp_path):
    server = started()
    with Wire(server, receive_buffer=4096) as wire:
        wire.send(request("/large")).head()
    told = json.loads(lines(tmp_path, 1)[0])
    assert told["completed"] is False and 0 < told["bytes"] < LARGE
    assert "mirrorseed_answers_broken_off_total 1" in server.get("/-/metrics")[2].decode()


def test_pipelined_requests_are_told_of_one_by_one(started, tmp_path):
    with Wire(started()) as wire:
        wire.send(b"".join([request("/small"), request("/large"), request("/small")]))
        for _ in range(3):
            wire.answer()
        told = [json.loads(line) for line in lines(tmp_path, 3)]
    assert [(one["target"], one["bytes"], one["completed"]) for one in told] == [
        ("/small", 4, True), ("/large", LARGE, True), ("/small", 4, True)]


def test_the_combined_form_is_apaches(started, tmp_path):
    with Wire(started("combined")) as wire:
        wire.send(request("/small?a=%22", "Referer: http://e/\"x", "User-Agent: a\\b\x80")).answer()
    line = lines(tmp_path, 1)[0]
    assert re.fullmatch(r'127\.0\.0\.1 - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\] '
                        r'"GET /small\?a=%22 HTTP/1\.1" 200 4 "http://e/\\"x" "a\\\\b\\x80"', line), line


def test_sighup_begins_a_new_file(started, tmp_path):
    server = started()
    with Wire(server) as wire:
        wire.send(request("/small")).answer()
        lines(tmp_path, 1)
        (tmp_path / "log").rename(tmp_path / "log.1")
        server.process.send_signal(signal.SIGHUP)
        wait_for((tmp_path / "log").exists, "a new log")
        wire.send(request("/large")).answer()
        assert '"/large"' in lines(tmp_path, 1)[0]
    assert (tmp_path / "log.1").read_text().count("\n") == 1


def test_a_server_ends_at_once_when_every_download_is_over(started):
    server = started()
    with Wire(server) as wire:
        assert len(wire.send(request("/many/")).answer().body) > 3_000_000
        assert len(wire.send(request("/large")).answer().body) == LARGE
        # Long before the 30 seconds that it would wait for a download.
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=10) == 0
