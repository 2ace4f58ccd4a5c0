"""Of large files only what is new comes by rsync: what has changed, or what a run that was cut off has not brought yet."""
import random
import signal

import pytest

from support.mirror import OLD
from support.rsync_mirror import write_image
from support.trees import tree_of
from support.waiting import wait_for


@pytest.mark.parametrize("options", ["", "checkout = false"])
def test_a_small_change_of_a_large_file_sends_little(mirror, options):
    write_image(mirror)
    mirror.write("small", "1")
    mirror.configure(options)
    server = mirror.daemon()
    mirror.sync()
    server.mark_when_idle()
    assert server.sent() > 30 << 20
    write_image(mirror, changed=True)
    mirror.write("small", "2", OLD + 1)
    mark = server.mark_when_idle()
    report = mirror.sync()
    assert report["outcome"] == "published"
    assert report["delta"]["files"] == 1 and report["delta"]["bytes_saved"] > 29 << 20
    assert report["transferred_bytes"] < 200_000
    server.mark_when_idle()
    assert 1000 < server.sent(mark) < 200_000
    served = mirror.serve()
    assert served.get("/tree/disk.img")[2] == (mirror.upstream / "disk.img").read_bytes()
    assert mirror.json("verify")["damaged"] == []


def test_where_deltas_are_off_the_whole_is_sent(mirror):
    write_image(mirror)
    mirror.configure('delta_min = "never"')
    server = mirror.daemon()
    mirror.sync()
    write_image(mirror, changed=True)
    mark = server.mark()
    mirror.sync()
    server.mark_when_idle()
    assert server.sent(mark) > 30 << 20
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["kill", "interrupt"])
def test_a_large_file_goes_on_where_a_run_was_cut_off(mirror, how):
    mirror.write("deep/disk.iso", random.Random(2).randbytes(60 << 20))
    mirror.write("small", "small")
    mirror.configure('rate_limit = "16 MiB/s"')
    server = mirror.daemon()
    process = mirror.begin()
    wait_for(lambda: mirror.fetched() > 25 << 20, "half the file")
    process.send_signal(how)
    _, errors = process.communicate(timeout=20)
    if how == signal.SIGINT:
        assert process.returncode == 1 and "stopped" in errors, errors
    mark = server.mark_when_idle()
    mirror.configure()
    report = mirror.sync()
    assert report["outcome"] == "published"
    server.mark_when_idle()
    assert server.sent(mark) < 45 << 20
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert list((mirror.store / "staging/tree").iterdir()) == []


def test_a_part_of_another_file_does_no_harm(mirror):
    mirror.write("disk.iso", random.Random(2).randbytes(40 << 20))
    mirror.configure('rate_limit = "16 MiB/s"')
    mirror.daemon()
    process = mirror.begin()
    wait_for(lambda: mirror.fetched() > 15 << 20, "a part")
    process.kill()
    process.communicate()
    mirror.write("disk.iso", random.Random(5).randbytes(35 << 20), OLD + 5)
    mirror.configure()
    assert mirror.sync()["outcome"] == "published"
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
