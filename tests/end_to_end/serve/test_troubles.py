"""What goes wrong while requests are answered: told apart, and each kind once a minute."""
import contextlib
import shutil
import subprocess

import pytest

from support.raw_http import Wire, request
from support.server import Server
from support.store import blob_of

FILES = 40


def without_descriptors(server):
    """From now on nothing can be opened; what is open stays."""
    subprocess.run(["prlimit", "--pid", str(server.process.pid), "--nofile=3:"], check=True)


def answers(server, stack, prefix):
    """Of clients that are connected already, each asking for many files."""
    wires = [stack.enter_context(Wire(server)) for _ in range(4)]
    for wire in wires:
        assert wire.send(request("/-/health")).answer().status == 200
    without_descriptors(server)
    return [wire.send(request(f"{prefix}{number}")).answer() for wire in wires for number in range(FILES)]


def told(server):
    return [line for line in server.read_log().splitlines() if " error: " in line or " warning: " in line]


@pytest.fixture
def folder_server(tmp_path):
    root = tmp_path / "www"
    (root / "deep").mkdir(parents=True)
    (root / "link").symlink_to("deep")
    for number in range(FILES):
        (root / "deep" / str(number)).write_text(str(number))
    server = Server("serve", root, "--listen", "127.0.0.1:0")
    yield server
    server.stop()


def test_want_of_descriptors_is_no_damage(mirror):
    for number in range(FILES):
        mirror.write(str(number), f"file {number}")
    mirror.sync()
    server = mirror.serve()
    before = len(told(server))
    with contextlib.ExitStack() as stack:
        for answer in answers(server, stack, "/tree/"):
            assert (answer.status, answer["Retry-After"]) == (503, "5")
            assert b"too many files are open" in answer.body
    lines = told(server)[before:]
    assert len([line for line in lines if "no descriptors are left" in line]) == 1
    assert len(lines) <= 2  # that, and of connections that cannot be accepted
    assert not [line for line in lines if "verify" in line or "damage" in line or "keeper" in line]


@pytest.mark.parametrize("way", ["/deep/", "/link/"])
def test_want_of_descriptors_does_not_make_a_file_absent(folder_server, way):
    with contextlib.ExitStack() as stack:
        assert {answer.status for answer in answers(folder_server, stack, way)} == {503}
    assert len([line for line in told(folder_server) if "no descriptors are left" in line]) == 1


def test_each_kind_of_damage_is_told_once_a_minute(mirror):
    for number in range(FILES):
        mirror.write(f"gone{number}", f"gone {number}")
        mirror.write(f"edited{number}", f"edited {number}")
    mirror.sync()
    for number in range(FILES):
        blob_of(mirror, f"gone {number}".encode()).unlink()
        with open(mirror.checkout / f"edited{number}", "a") as file:
            file.write("more")
    server = mirror.serve()
    before = len(told(server))
    for kind in ("gone", "edited"):
        for number in range(FILES):
            assert server.get(f"/tree/{kind}{number}")[0] == 503
    lines = told(server)[before:]
    assert len(lines) == 2, lines
    assert "gone0 is not in the store" in lines[0] and "verify --repair" in lines[0]
    assert "edited0 is not as it was left" in lines[1]


def test_a_catalogue_that_fails_is_told_once_a_minute(mirror):
    mirror.write("a", "a")
    mirror.sync()
    server = mirror.serve()
    assert server.get("/tree/a")[0] == 200
    before = len(told(server))
    shutil.move(mirror.store / "catalogue.db", mirror.store / "elsewhere.db")
    with contextlib.suppress(FileNotFoundError):
        (mirror.store / "catalogue.db-wal").unlink()
    assert {server.get(f"/tree/a?{number}")[0] for number in range(20)} == {500}
    assert len(told(server)[before:]) == 1
