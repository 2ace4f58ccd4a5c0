"""An rsync server or the run itself stops in the midst."""
import contextlib
import json
import os
import pathlib
import random
import re
import signal

import pytest

from support.rsync_mirror import the_line
from support.rsync_servers import Stalling
from support.trees import tree_of
from support.waiting import wait_for


def test_the_next_upstream_goes_on_where_one_is_lost(mirror):
    for number in range(40):
        mirror.write(f"pool/{number}", random.Random(number).randbytes(400_000))
    server = mirror.daemon()
    with Stalling(server.port, connection=2, after=6 << 20) as proxy:
        stalls = f"rsync://127.0.0.1:{proxy.port}/tree/"
        mirror.configure('timeout = "1s"\nretries = 0', stalls, server.url)
        done = mirror.good("sync", "--json")
    report = json.loads(done.stdout)
    assert report["outcome"] == "published" and report["upstream"] == server.url
    assert "the upstream is lost" in done.stderr
    assert report["transferred_bytes"] < 14 << 20  # what came from the first is not fetched again
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


@pytest.mark.parametrize("after", [600, 1 << 20], ids=["before the first byte", "within a file"])
def test_a_server_that_stops_sending_is_not_waited_for(mirror, after):
    """Within a file rsync's own --timeout does not see it."""
    mirror.write("disk.iso", random.Random(1).randbytes(10 << 20))
    server = mirror.daemon()
    with Stalling(server.port, connection=2, after=after) as proxy:
        mirror.configure('timeout = "1s"\nretries = 0', f"rsync://127.0.0.1:{proxy.port}/tree/")
        report = mirror.sync(status=1)
    assert re.search("nothing came for 1 s|io timeout after 1 seconds", report["error"])
    mirror.configure("", server.url)
    assert mirror.sync()["outcome"] == "published"
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


class Slow:
    """Large files, and a rate at which they take a few seconds."""
    FILES, SIZE = 4, 10 << 20

    def __init__(self, mirror):
        for number in range(self.FILES):
            mirror.write(f"iso/{number}.iso", random.Random(number).randbytes(self.SIZE))
        mirror.write("small", "small")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
def test_a_server_that_vanishes_and_comes_back_costs_no_run(mirror, how):
    slow = Slow(mirror)
    mirror.configure('rate_limit = "16 MiB/s"\ntimeout = "2s"')
    server = mirror.daemon()
    process = mirror.begin("--json")
    wait_for(lambda: mirror.fetched() > slow.SIZE * 3 // 2, "more than the first file")
    server.signal(how)
    if how == signal.SIGKILL:
        server.process.wait()
        server.start()
    else:
        wait_for(lambda: not fetches(mirror), "giving up", 60)
        server.signal(signal.SIGCONT)
    output, errors = process.communicate(timeout=100)
    assert process.returncode == 0, errors
    assert json.loads(output)["outcome"] == "published"
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def fetches(mirror):
    """The processes that write into the store's staging."""
    staging = str(mirror.store / "staging")
    found = []
    for process in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if process.name.isdigit() and os.readlink(process / "cwd").startswith(staging):
                found.append(int(process.name))
    return found


def test_a_server_that_stays_away_ends_the_run_and_what_came_is_kept(mirror):
    slow = Slow(mirror)
    mirror.configure('rate_limit = "16 MiB/s"\nretries = 1')
    server = mirror.daemon()
    process = mirror.begin("--json")
    wait_for(lambda: mirror.fetched() > slow.SIZE * 5 // 2, "more than two files")
    server.stop()
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 1 and json.loads(output)["outcome"] == "failed"
    assert "the upstream is lost" in the_line(errors)
    mark = server.mark()
    server.start()
    mirror.configure()
    report = mirror.sync()
    assert report["outcome"] == "published" and report["reuse"]["files"] >= 2
    server.mark_when_idle()
    assert not {"iso/0.iso", "small"} & set(server.files_sent(mark))
    assert server.sent(mark) < 2 * slow.SIZE
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_soon_and_the_next_run_goes_on(mirror, how):
    slow = Slow(mirror)
    mirror.configure('rate_limit = "8 MiB/s"')
    server = mirror.daemon()
    process = mirror.begin()
    wait_for(lambda: mirror.fetched() > slow.SIZE * 3 // 2, "more than the first file")
    process.send_signal(how)
    _, errors = process.communicate(timeout=15)
    assert process.returncode not in (0, 3) and "stopped" in errors, errors
    assert fetches(mirror) == []
    assert not mirror.checkout.exists()
    mark = server.mark_when_idle()
    mirror.configure()
    assert mirror.sync()["outcome"] == "published"
    server.mark_when_idle()
    assert server.sent(mark) < (slow.FILES - 1) * slow.SIZE
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_nothing_is_left_running_when_it_is_killed(mirror):
    slow = Slow(mirror)
    mirror.configure('rate_limit = "4 MiB/s"')
    mirror.daemon()
    process = mirror.begin()
    wait_for(lambda: mirror.fetched() > slow.SIZE // 2, "a part")
    assert len(fetches(mirror)) >= 2
    process.kill()
    process.communicate()
    wait_for(lambda: fetches(mirror) == [], "the end of what it started", 5)
