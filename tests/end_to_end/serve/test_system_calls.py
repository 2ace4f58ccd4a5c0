"""How the server moves bytes, by its system calls: by sendfile, in few writes, and never waiting for the disk in a loop."""
import os
import re
import subprocess
from contextlib import contextmanager

import pytest

from support.program import need
from support.raw_http import Wire, ask, parts_of, request
from support.server import Server
from support.waiting import wait_for

LARGE = 24 << 20
CALLS = "sendfile,sendto,sendmsg,write,writev,read,pread64,preadv2,recvfrom,openat2"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("served")
    (place / "large").write_bytes(os.urandom(LARGE))
    (place / "small").write_bytes(b"s" * 1000)
    (place / "a/b/c").mkdir(parents=True)
    (place / "a/b/c/small").write_bytes(b"s" * 1000)
    # What was written just now might be written again within the same second, and is not kept in memory.
    for name in ("large", "small", "a/b/c/small"):
        os.utime(place / name, (1_700_000_000, 1_700_000_000))
    return place


@pytest.fixture
def server(folder, tmp_path):
    # Each loop keeps what it has seen.
    (tmp_path / "config.toml").write_text('[server]\nlisten = ["127.0.0.1:0"]\nthreads = 1\n')
    started = Server("-c", tmp_path / "config.toml", "serve", folder)
    yield started
    started.stop()


class Call:
    def __init__(self, line):
        self.thread, self.name, self.arguments, self.result = re.fullmatch(
            r"(\d+) +(\w+)\((.*)\) += (-?\d+|\?).*", line).groups()
        self.moved = max(0, int(self.result)) if self.result != "?" else 0


@contextmanager
def traced(server, folder):
    """The calls between entry and exit, filled in at the end."""
    log, calls = folder.parent / f"{server.process.pid}.calls", []
    tracer = subprocess.Popen([need("strace"), "-f", "-qq", "-s", "16", "-o", log, "-e", "trace=" + CALLS, "-p",
                               str(server.process.pid)])

    def of_threads(what):
        tasks = f"/proc/{server.process.pid}/task"
        return [re.search(rf"{what}:\t(\w+)", open(f"{tasks}/{task}/status").read())[1] for task in os.listdir(tasks)]
    wait_for(lambda: "0" not in of_threads("TracerPid"), "the tracer")
    yield calls
    # An answer may be here before its call has ended there.
    wait_for(lambda: set(of_threads("State")) == {"S"}, "the last calls")
    tracer.terminate()
    tracer.wait()
    unfinished = {}
    for line in log.read_text().splitlines():
        thread = line.split()[0]
        if line.endswith("<detached ...>"):
            continue
        if line.endswith("<unfinished ...>"):
            unfinished[thread] = line.removesuffix("<unfinished ...>")
        elif "resumed>" in line:
            calls.append(Call(unfinished.pop(thread) + line.split("resumed>")[1]))
        elif re.match(r"\d+ +\w+\(", line):
            calls.append(Call(line))


def moved(calls, *names):
    return sum(call.moved for call in calls if call.name in names)


def test_bodies_leave_by_sendfile(server, folder):
    with traced(server, folder) as calls:
        whole = ask(server, "/large")
        part = ask(server, "/large", f"Range: bytes=1000000-{LARGE - 1}")
        several = ask(server, "/large", "Range: bytes=0-2000000,4000000-9000000")
    body = LARGE + LARGE - 1_000_000 + 2_000_001 + 5_000_001
    assert len(whole.body) == LARGE and len(part.body) == LARGE - 1_000_000 and len(parts_of(several)) == 2
    assert moved(calls, "sendfile") == body
    assert moved(calls, "sendto", "sendmsg", "writev") < 5000  # heads, and what stands between parts
    assert moved(calls, "read", "pread64", "preadv2") < 5000   # but for a byte to see that it is in memory


def test_long_bodies_leave_in_portions_that_the_kernel_makes_segments_of(server, folder):
    with traced(server, folder) as calls:
        assert len(ask(server, "/large").body) == LARGE
    # Nothing has been tried yet. A socket may take less of a portion, and then what was left of it.
    asked = [int(call.arguments.split(", ")[3]) for call in calls if call.name == "sendfile"]
    assert asked[:8] == [60 << 10] * 8
    assert max(asked) <= 1020 << 10


def test_kept_answers_of_deep_folders_open_nothing(server, folder):
    ask(server, "/a/b/c/small")
    with traced(server, folder) as calls, Wire(server) as wire:
        for _ in range(10):
            assert wire.send(request("/a/b/c/small")).answer().body == b"s" * 1000
    # Also where root serves and looks at the modes of the folders each time.
    assert not [call for call in calls if call.name == "openat2"]


def test_a_small_answer_leaves_in_one_write(server, folder):
    ask(server, "/small")
    with traced(server, folder) as calls, Wire(server) as wire:
        for _ in range(10):
            assert wire.send(request("/small")).answer().body == b"s" * 1000
    sent = [call for call in calls if call.name in ("sendto", "sendmsg", "writev", "sendfile")]
    assert len(sent) == 10 and moved(calls, "sendfile") == 0
    assert not [call for call in calls if call.name == "openat2"], "it was looked up again"


def test_pipelined_answers_leave_together(server, folder):
    for asked in (request("/small"), request("/large", "Range: bytes=5-1004")):
        ask(server, "/small"), ask(server, "/large", "Range: bytes=0-0")
        with traced(server, folder) as calls, Wire(server) as wire:
            wire.send(asked * 16)
            for _ in range(16):
                assert len(wire.answer().body) == 1000
        sent = [call for call in calls if call.name in ("sendto", "sendmsg", "writev", "sendfile")]
        # One, or two where the requests did not come together.
        assert len(sent) <= 2, [call.name for call in sent]


def drop_from_memory(file):
    with open(file, "rb") as opened:
        os.fsync(opened.fileno())
        os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def test_no_loop_waits_for_the_disk(server, folder):
    on_disk = subprocess.run(["stat", "-f", "-c", "%T", folder], capture_output=True, text=True).stdout.strip()
    if on_disk == "tmpfs":
        pytest.fail("the temporary folder is in memory, where nothing is ever cold; set --basetemp")
    ask(server, "/large", "Range: bytes=0-0")
    drop_from_memory(folder / "large")
    with traced(server, folder) as calls:
        assert len(ask(server, "/large").body) == LARGE
    loops = {call.thread for call in calls if call.name == "sendfile"}
    readers = {call.thread for call in calls if call.name == "pread64" and call.moved > 1}
    assert readers and not loops & readers
