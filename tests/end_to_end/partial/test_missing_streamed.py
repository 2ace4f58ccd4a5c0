"""Large files that a tree chose not to hold: who asks reads them along while they come."""
import contextlib
import hashlib
import os
import shutil
import signal

import pytest

from support.apt import Apt
from support.debian_archive import select
from support.faucet import Faucet
from support.processes import children_of
from support.raw_http import Wire, ask, request
from support.rsync_servers import Rsyncd
from support.store import blobs_in
from support.waiting import wait_for

PATH = "/tree/pool/main/l/large/large_1.0_amd64.deb"
MIB = 1 << 20
KEPT_BACK = 64 << 10


@pytest.fixture
def faucet(mirror, archive, key):
    archive.package("large", size=66 * MIB)
    archive.publish()
    faucet = mirror.from_server(Faucet(mirror.upstream))
    select(mirror, key, 'packages = "none"', missing='"fetch"', timeout='"20s"', retries="0")
    mirror.sync()
    faucet.content = (mirror.upstream / PATH[6:]).read_bytes()
    return faucet


class Reader(Wire):
    """Of one large body."""

    def begin(self, *lines):
        self.send(request(PATH, *lines))
        head = self.head()
        self.body = bytearray(self.received)
        return head

    def read(self, size=1 << 40):
        """All that came, once it is so much or the connection ends."""
        while len(self.body) < size:
            got = self.socket.recv(MIB)
            if not got:
                break
            self.body += got
        return len(self.body)

    def waits(self, seconds=0.5):
        self.socket.settimeout(seconds)
        with pytest.raises(TimeoutError):
            self.socket.recv(1)
        self.socket.settimeout(20)
        return True


@contextlib.contextmanager
def reading(keeper):
    """Somebody who has what has come."""
    with Reader(keeper) as reader:
        reader.begin()
        assert reader.read(MIB) == MIB
        yield reader


def test_it_is_read_along_but_for_its_end(mirror, faucet):
    keeper = mirror.keep()
    whole = faucet.content
    with Reader(keeper) as reader, Reader(keeper) as later, Reader(keeper) as of_a_part:
        head = reader.begin()
        assert head.status == 200 and head["Content-Length"] == str(len(whole)) and head["Cache-Control"] == "no-store"
        assert not {"etag", "last-modified", "repr-digest", "accept-ranges", "link"} & set(head.fields)
        assert reader.read(MIB) == MIB and reader.waits(), "what has come"
        assert later.begin("If-None-Match: *").status == 200 and later.read(MIB) == MIB
        of_a_part.send(request(PATH, "Range: bytes=0-9"))
        faucet.may_give = len(whole) - 1
        assert reader.read(len(whole) - KEPT_BACK) == len(whole) - KEPT_BACK
        assert reader.waits() and of_a_part.waits()
        faucet.may_give = len(whole)
        for one in (reader, later):
            assert one.read(len(whole)) == len(whole) and one.body == whole
        part = of_a_part.answer()
        assert part.status == 206 and part.body == whole[:10] and part["ETag"], "of what is whole"
    assert len(faucet.asked) == 1, faucet.asked
    answer = ask(keeper, PATH, "Range: bytes=-9")
    assert answer.body == whole[-9:] and answer["ETag"] == f'"{hashlib.sha256(whole).hexdigest()}"'


def test_what_is_another_is_cut(mirror, archive, faucet):
    archive.edit(PATH[6:], lambda data: data[:-1] + b"?")
    keeper = mirror.keep()
    here = blobs_in(mirror)
    with Reader(keeper) as reader:
        reader.begin()
        faucet.may_give = len(faucet.content)
        assert reader.read() == len(faucet.content) - KEPT_BACK
    assert ask(keeper, PATH).status == 503 and blobs_in(mirror) == here
    assert "what is brought of it did not come whole" in keeper.read_log()


def test_it_goes_on_where_it_broke_off(mirror, faucet):
    keeper = mirror.keep()
    with reading(keeper) as reader:
        faucet.breaks = 1
        wait_for(lambda: len(faucet.asked) == 2, "another attempt")
        faucet.may_give = len(faucet.content)
        assert reader.read(len(faucet.content)) == len(faucet.content) and reader.body == faucet.content
    assert faucet.asked == [(PATH[5:], 0), (PATH[5:], MIB)]


def test_what_begins_anew_is_cut(mirror, faucet):
    """Nobody is given the beginning of one file and the end of another."""
    keeper = mirror.keep()
    with reading(keeper) as reader:
        faucet.mark = "b"
        faucet.breaks = 1
        assert reader.read() == MIB
        assert [at for _, at in faucet.asked] == [0, 0]
    faucet.may_give = len(faucet.content)
    wait_for(lambda: ask(keeper, PATH, "Range: bytes=0-9").status == 206, "the other attempt")


def test_what_never_comes_is_cut(mirror, faucet):
    keeper = mirror.keep()
    with reading(keeper) as reader:
        faucet.breaks = 1000
        assert reader.read() == MIB
    assert ask(keeper, PATH).status == 503


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_an_end_of_the_keeper_cuts_it(mirror, faucet, how):
    keeper = mirror.keep()
    with reading(keeper) as reader:
        servers = children_of(keeper.process.pid)
        os.kill(keeper.process.pid, how)
        assert reader.read() == MIB
    keeper.process.wait(timeout=30)
    if how == signal.SIGKILL:  # it serves on
        assert os.system(f"kill {' '.join(map(str, servers))}") == 0


def test_a_withdrawal_cuts_it(mirror, faucet):
    keeper = mirror.keep()
    digest = hashlib.sha256(faucet.content).hexdigest()
    with reading(keeper) as reader:
        mirror.good("withdraw", digest)
        assert reader.read() == MIB
    faucet.may_give = len(faucet.content)
    assert ask(keeper, PATH).status == 404 and digest not in blobs_in(mirror)


def test_apt_reads_along(mirror, key, faucet, tmp_path):
    faucet.may_give = len(faucet.content)
    keeper = mirror.keep()
    apt = Apt(tmp_path / "apt", f"deb [signed-by={key.keyring}] {keeper.url}/tree stable main\n")
    apt.get("update")
    apt.get("install", "--download-only", "-y", "large")
    packages = list((tmp_path / "apt/cache/archives").glob("*.deb"))
    assert [package.read_bytes() for package in packages] == [faucet.content]


def of_two_upstreams(mirror, key, first, second):
    select(mirror, key, 'packages = "none"', missing='"fetch"', timeout='"20s"', retries="0")
    text = mirror.config.read_text()
    mirror.config.write_text(text.replace(f'"{first.url}"', f'"{first.url}", "{second.url}"'))


def test_what_another_upstream_sends_is_no_end_of_what_was_read(mirror, archive, key, faucet):
    """The second sends the right bytes by a way of its own, which nobody reads along."""
    second = Rsyncd(mirror.folder / "rsyncd", shutil.copytree(mirror.upstream, mirror.folder / "good"))
    mirror.servers.append(second)
    of_two_upstreams(mirror, key, faucet, second)
    archive.edit(PATH[6:], lambda data: data[:-1] + b"?")
    keeper = mirror.keep()
    with reading(keeper) as reader:
        faucet.may_give = len(faucet.content)
        assert reader.read() == len(faucet.content) - KEPT_BACK
    wait_for(lambda: ask(keeper, PATH, "Range: bytes=-9").body == faucet.content[-9:], "the second upstream")


def test_another_upstream_is_asked_for_all_of_it(mirror, archive, key, faucet):
    """A first one that sends rubbish under the same mark, and breaks off, spoils nothing."""
    good = shutil.copytree(mirror.upstream, mirror.folder / "good")
    second = mirror.from_server(Faucet(good))
    of_two_upstreams(mirror, key, second, second)
    text = mirror.config.read_text()
    mirror.config.write_text(text.replace(f'"{second.url}", "{second.url}"', f'"{faucet.url}", "{second.url}"'))
    archive.edit(PATH[6:], lambda data: b"?" * len(data))
    faucet.may_give, faucet.breaks, second.may_give = 3 * MIB, 2, len(faucet.content)
    keeper = mirror.keep()
    wait_for(lambda: ask(keeper, PATH, "Range: bytes=0-99").body == faucet.content[:100], "the second upstream")
    assert [at for _, at in second.asked] == [0]


def test_another_content_under_the_name_is_another_file(mirror, archive, key, faucet):
    keeper = mirror.keep()
    with reading(keeper) as reader:
        shutil.rmtree(archive.build / "large_1.0_amd64")
        archive.package("large", size=65 * MIB)
        archive.publish()
        mirror.sync()
        content = (mirror.upstream / PATH[6:]).read_bytes()
        assert content != faucet.content
        with Reader(keeper) as later:
            assert later.begin()["Content-Length"] == str(len(content))
            faucet.may_give = len(faucet.content)
            assert later.read(len(content)) == len(content) and later.body == content
        assert reader.read(len(faucet.content)) == len(faucet.content) and reader.body == faucet.content


def test_a_withdrawal_of_something_else_only_holds_it_up(mirror, faucet):
    mirror.write("other", "withdrawn")
    keeper = mirror.keep()
    with reading(keeper) as reader:
        mirror.good("withdraw", hashlib.sha256(b"anything").hexdigest())
        faucet.may_give = len(faucet.content)
        assert reader.read(len(faucet.content)) == len(faucet.content) and reader.body == faucet.content
    assert [at for _, at in faucet.asked] == [0, MIB]


def test_gc_waits_for_none_of_it(mirror, faucet):
    keeper = mirror.keep()
    with reading(keeper) as reader:
        assert mirror.json("gc")
        faucet.may_give = len(faucet.content)
        assert reader.read(len(faucet.content)) == len(faucet.content) and reader.body == faucet.content


def test_whoever_has_gone_holds_nothing(mirror, faucet):
    keeper = mirror.keep()
    server = children_of(keeper.process.pid)[0]
    with reading(keeper) as reader:
        before = len(os.listdir(f"/proc/{server}/fd"))
        for _ in range(20):
            with Reader(keeper) as another:
                another.begin()
                assert another.read(MIB) == MIB
        wait_for(lambda: len(os.listdir(f"/proc/{server}/fd")) <= before + 2, "their descriptors")
