"""Partial trees where other rules have a hand in it: what is withdrawn, adopted, rebuilt, damaged, and who serves it."""
import hashlib
import os
import pwd
import shutil
import urllib.request

import pytest

from support import debian_archive, rpm_archive
from support.apt import Apt
from support.debian_archive import DebianArchive
from support.dnf import Dnf
from support.people import let_everybody_pass
from support.processes import only_child, statuses
from support.rpm_archive import RpmArchive
from support.store import blob_of
from support.trees import contents_of, served
from support.upstream_kinds import by_http, by_rsync
from support.waiting import wait_for
from support.web_servers import Nginx


class Debian:
    def __init__(self, mirror, key):
        self.mirror, self.key = mirror, key
        self.archive = DebianArchive(mirror.upstream, mirror.folder / "build", key)
        self.select()

    def select(self, section="", **tree):
        debian_archive.select(self.mirror, self.key, section, max_delete='"100%"', **tree)

    def package(self, name):
        return self.archive.package(name)

    def installs(self, url, folder, name):
        """What a client gets that installs a package."""
        if not folder.exists():
            self.client = Apt(folder, f"deb [signed-by={self.key.keyring}] {url}/tree stable main\n")
        self.client.get("update")
        self.client.get("install", "--download-only", "-y", name)
        [got] = (folder / "cache/archives").glob(f"{name}_*.deb")
        return got.read_bytes()


class Rpm:
    def __init__(self, mirror, key):
        self.mirror, self.key = mirror, key
        self.archive = RpmArchive(mirror.upstream, key)
        self.select()

    def select(self, section="", **tree):
        rpm_archive.select(self.mirror, self.key, section, max_delete='"100%"', **tree)

    def package(self, name):
        return self.archive.package(name)

    def installs(self, url, folder, name):
        if not folder.exists():
            self.client = Dnf(folder, {"tree": f"baseurl={url}/tree/os\nrepo_gpgcheck=1\ngpgkey=file://{self.key.armoured}"})
        self.client.good("makecache", "--refresh")
        self.client.download(name)
        [got] = (folder / "down").glob(f"{name}-*.rpm")
        return got.read_bytes()


@pytest.fixture(params=[Debian, Rpm])
def part(request, mirror, key):
    """An archive of two packages, a part of which is mirrored; `a` and `b` are where they are."""
    made = request.param(mirror, key)
    made.a, made.b = made.package("a"), made.package("b")
    made.archive.publish()
    return made


def content(mirror, path):
    return (mirror.upstream / path).read_bytes()


def goes_on(mirror, part):
    """The next package comes, and then nothing is new."""
    c = part.package("c")
    part.archive.publish()
    report = mirror.sync("tree")
    assert report["outcome"] == "published", report
    assert (mirror.checkout / c).read_bytes() == content(mirror, c)
    assert mirror.sync()["outcome"] == "unchanged"
    assert mirror.json("verify")["damaged"] == []


def test_a_withdrawn_package_is_left_out_of_whatever_comes(mirror, part):
    mirror.sync()
    server = mirror.serve()
    secret = content(mirror, part.a)
    mirror.good("withdraw", hashlib.sha256(secret).hexdigest())
    assert server.get(f"/tree/{part.a}")[0] == 404 and server.get(f"/tree/{part.b}")[0] == 200
    again = mirror.sync("--full")
    assert again["outcome"] == "unchanged" and [item["path"] for item in again["left_out"]] == [part.a], again
    part.package("c")
    part.archive.publish()
    report = mirror.sync()
    assert report["outcome"] == "published" and [item["path"] for item in report["left_out"]] == [part.a], report
    assert server.get(f"/tree/{part.a}")[0] == 404 and not blob_of(mirror, secret).exists()


def test_a_plain_mirror_is_adopted(mirror, part, tmp_path):
    """What its own metadata names of it, which is what an upstream's would."""
    plain = tmp_path / "plain"
    shutil.copytree(mirror.upstream, plain)
    (plain / "stray").write_bytes(b"nobody names it")
    by_rsync(mirror)
    assert mirror.json("adopt", "tree", plain)["outcome"] == "published"
    assert (plain / "stray").exists() and not (mirror.checkout / "stray").exists()
    assert os.stat(plain / part.a).st_ino == os.stat(mirror.checkout / part.a).st_ino
    report = mirror.sync()
    assert report["outcome"] == "unchanged" and report["fetch"]["files"] == 0, report
    goes_on(mirror, part)


def test_a_lost_catalogue_is_rebuilt(mirror, part):
    mirror.sync()
    part.package("d")
    part.archive.publish()
    mirror.sync()
    before = contents_of(mirror.checkout)
    for suffix in ("", "-wal", "-shm"):
        (mirror.store / f"catalogue.db{suffix}").unlink(missing_ok=True)
    mirror.good("recover")
    assert served(mirror.serve()) == before
    assert mirror.sync()["outcome"] == "unchanged"
    goes_on(mirror, part)


@pytest.mark.parametrize("upstream", [by_http, by_rsync])
def test_a_damaged_package_is_repaired(mirror, part, upstream):
    upstream(mirror)
    mirror.sync()
    wanted = contents_of(mirror.checkout)
    lost = content(mirror, part.b)
    for path in (part.a, part.b):
        blob = blob_of(mirror, content(mirror, path))
        blob.chmod(0o644)
        blob.write_bytes(b"?" + content(mirror, path)[1:])
    (mirror.upstream / part.b).unlink()
    assert {item["path"] for item in mirror.json("verify", status=3)["damaged"]} == {part.a, part.b}
    report = mirror.json("verify", "--repair", status=3)
    assert [item["path"] for item in report["repaired"]] == [part.a], report
    assert [item["path"] for item in report["damaged"]] == [part.b], report
    mirror.write(part.b, lost, part.archive.seconds)
    report = mirror.json("verify", "--repair")
    assert [item["path"] for item in report["repaired"]] == [part.b] and report["damaged"] == [], report
    assert contents_of(mirror.checkout) == wanted
    goes_on(mirror, part)


def test_root_that_became_nobody_serves_it(mirror, part, tmp_path):
    assert os.geteuid() == 0, "what root gives up is shown by root"
    let_everybody_pass(mirror.config)
    part.select('packages = ["a", "c"]', schedule='"every 1s"', missing='"fetch"')
    mirror.config.write_text(mirror.config.read_text().replace("[server]", '[server]\nuser = "nobody"', 1))
    server = mirror.keep()
    wait_for(lambda: server.get(f"/tree/{part.a}")[0] == 200, "the first generation")
    nobody = str(pwd.getpwnam("nobody").pw_uid)
    assert {status["Uid"].split()[0] for status in statuses(only_child(server.process.pid))} == {nobody}
    assert part.installs(server.url, tmp_path / "client", "a") == content(mirror, part.a)
    c = part.package("c")
    part.archive.publish()
    wait_for(lambda: server.get(f"/tree/{c}")[0] == 200, "the next generation")
    assert part.installs(server.url, tmp_path / "client", "c") == content(mirror, c)
    assert not (mirror.checkout / part.b).exists()
    assert part.installs(server.url, tmp_path / "client", "b") == content(mirror, part.b), "it is brought when it is asked for"


def test_a_proxy_that_keeps_packages_gives_one_generation(mirror, part, tmp_path):
    """What is one content for ever it keeps; each index comes from us, ranges and conditions as they are."""
    mirror.sync()
    server = mirror.serve()
    proxy = Nginx(tmp_path / "proxy", tmp_path, around=f"proxy_cache_path {tmp_path}/kept keys_zone=kept:1m;", more=(
        f"location /tree/ {{ proxy_pass {server.url}; }} "
        f"location ~ [.](deb|rpm)$ {{ proxy_pass {server.url}; proxy_cache kept; proxy_cache_valid 200 1d; "
        "add_header X-Kept $upstream_cache_status; }"))
    mirror.servers.append(proxy)
    url = proxy.url.rstrip("/")
    assert part.installs(url, tmp_path / "client", "a") == content(mirror, part.a)
    for name in ("c", "d"):
        path = part.package(name)
        part.archive.publish()
        assert mirror.sync()["outcome"] == "published"
        assert part.installs(url, tmp_path / "client", name) == content(mirror, path)
    kept = urllib.request.urlopen(f"{url}/tree/{part.a}", timeout=20)
    assert kept.headers["X-Kept"] == "HIT" and kept.read() == content(mirror, part.a)
