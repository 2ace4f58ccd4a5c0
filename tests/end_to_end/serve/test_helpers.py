"""What has to wait for a disk, for the catalogue or for the keeper keeps nobody else waiting."""
import contextlib
import os
import re
import socket
import subprocess
import threading
import time

import pytest

from support.program import need
from support.raw_http import Wire, ask, request
from support.server import Server
from support.waiting import wait_for

DOWNLOADS = 40
LONG_AGO = 1_700_000_000


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "www"
    root.mkdir()
    for number in range(DOWNLOADS):
        with open(root / f"cold{number}", "wb") as file:
            file.write(os.urandom(1 << 20))
            file.flush()
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        os.utime(root / f"cold{number}", (LONG_AGO, LONG_AGO))
    return root


@pytest.fixture
def serve(folder, tmp_path):
    with contextlib.ExitStack() as stack:
        def start(config=""):
            (tmp_path / "c.toml").write_text("[server]\nthreads = 1\n" + config)
            server = Server("-c", tmp_path / "c.toml", "serve", folder, "--listen", "127.0.0.1:0")
            stack.callback(server.stop)
            return server
        yield start


@contextlib.contextmanager
def slow_disk(server, seconds):
    """Each read from the disk takes so long."""
    tracer = subprocess.Popen([need("strace"), "-f", "-qq", "-o", "/dev/null", "-e", "trace=pread64", "-e",
                               f"inject=pread64:delay_enter={int(seconds * 1e6)}", "-p", str(server.process.pid)])
    tasks = f"/proc/{server.process.pid}/task"

    def is_traced():
        return all("TracerPid:\t0" not in open(f"{tasks}/{task}/status").read() for task in os.listdir(tasks))
    wait_for(is_traced, "the tracer")
    try:
        yield
    finally:
        tracer.kill()  # it would see its delays to their end
        tracer.wait()


def number_of(server, metric, pool):
    text = server.get("/-/metrics")[2].decode()
    return int(re.search(rf'^mirrorseed_{metric}{{pool="{pool}"}} (\d+)$', text, re.M)[1])


def begin_downloads(server, stack):
    wires = [stack.enter_context(Wire(server)) for _ in range(DOWNLOADS)]
    for number, wire in enumerate(wires):
        wire.send(request(f"/cold{number}"))
    return wires


def test_cold_downloads_keep_nobody_from_a_listing(serve):
    server = serve()
    with slow_disk(server, 1), contextlib.ExitStack() as stack:
        begin_downloads(server, stack)
        time.sleep(0.1)  # for them to come before it
        began = time.monotonic()
        assert b"cold1" in ask(server, "/").body
        assert ask(server, "/-/health").status == ask(server, "/-/metrics").status == 200
        assert time.monotonic() - began < 0.9


@pytest.mark.parametrize("config, readers", [("disk_readers = 36", 36), ("disk_readers = 2", 2), ("", 32)],
                         ids=["many", "few", "by the machine"])
def test_as_many_reads_are_under_way_as_the_config_says(serve, config, readers):
    server = serve(config)
    with slow_disk(server, 1), contextlib.ExitStack() as stack:
        begin_downloads(server, stack)
        wait_for(lambda: number_of(server, "helper_threads_busy", "disk_readers") >= min(readers, 32), "the readers")
        threads = number_of(server, "helper_threads", "disk_readers")
        assert threads == readers if config else threads >= 32
        # What no thread has begun waits, and can be seen to.
        assert number_of(server, "helper_queue", "disk_readers") >= DOWNLOADS - threads - 2


def test_the_status_waits_apart(mirror):
    """Many who ask for it while the keeper does not answer keep nobody from a file."""
    mirror.write("file", "file")
    mirror.configure('schedule = "manual"')
    mirror.sync()
    server = mirror.serve()
    # A keeper that was stopped: it takes connections and says nothing.
    control = mirror.store / "control.sock"
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket(socket.AF_UNIX))
        listener.bind(str(control))
        listener.listen(64)
        askers = [threading.Thread(target=lambda: server.get("/-/status.json")) for _ in range(12)]
        for asker in askers:
            asker.start()
        wait_for(lambda: listener.accept(), "a question")
        began = time.monotonic()
        assert server.get("/tree/file")[2] == b"file"
        assert server.get("/-/health")[2] == b"ok\n"
        assert time.monotonic() - began < 1
        listener.close()
        for asker in askers:
            asker.join()
