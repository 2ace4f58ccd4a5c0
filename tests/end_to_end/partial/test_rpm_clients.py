"""dnf on a part of an RPM archive, by each kind of upstream."""
import threading

import pytest

from support.dnf import Dnf
from support.raw_http import ask
from support.rpm_archive import rpms, select
from support.upstream_kinds import EVERY_KIND
from support.web_servers import Nginx

A, A2, B = "a-1.0-1.x86_64.rpm", "a-2.0-1.x86_64.rpm", "b-1.0-1.noarch.rpm"


def dnf_of(tmp_path, server, key=None, name="dnf", repo="os"):
    signed = f"repo_gpgcheck=1\ngpgkey=file://{key.armoured}" if key else ""
    return Dnf(tmp_path / name, {"tree": f"baseurl={server.url}/tree/{repo}\n{signed}"})


@pytest.mark.parametrize("upstream", EVERY_KIND)
def test_dnf_installs_from_it(mirror, repos, key, tmp_path, upstream):
    repos.package("a", requires="b >= 1.0")
    repos.package("b", architecture="noarch")
    repos.package("c", architecture="i686")
    repos.publish()
    repos.add_metadata("updateinfo", b"<updates></updates>")
    upstream(mirror)
    select(mirror, key)
    assert mirror.sync()["outcome"] == "published"
    dnf = dnf_of(tmp_path, mirror.serve(), key)
    dnf.good("makecache")
    assert dnf.good("repoquery", "--available", "--qf", "%{name}.%{arch}").split() == ["a.x86_64", "b.noarch", "c.i686"]
    assert dnf.download("a") == rpms(mirror) == [A, B]
    repos.package("a", "2.0", requires="b")
    repos.publish()
    repos.add_metadata("updateinfo", b"<updates></updates>")
    assert mirror.sync()["outcome"] == "published"
    dnf.good("makecache", "--refresh")
    assert dnf.download("a") == [A, A2, B]
    again = mirror.sync()
    assert again["outcome"] == "unchanged", again
    assert mirror.sync("--full")["outcome"] == "unchanged"


def test_dnf_refuses_what_the_mirror_did_not_check(mirror, repos, stranger, tmp_path):
    """Were it not for the mirror's keyring, clients would see it."""
    select(mirror, None)
    repos.package("a")
    repos.publish()
    mirror.sync()
    done = dnf_of(tmp_path, mirror.serve(), stranger).run("makecache")
    assert done.returncode != 0 and "repomd.xml" in done.stdout + done.stderr, done


def test_dnf_installs_from_metadata_alone(mirror, repos, key, tmp_path):
    repos.package("a", requires="b")
    repos.package("b")
    repos.publish()
    upstream = mirror.from_server(Nginx(mirror.folder / "nginx", mirror.upstream))
    select(mirror, key, 'packages = "none"', missing='"redirect"')
    mirror.sync()
    assert rpms(mirror) == []
    server = mirror.serve()
    answer = ask(server, f"/tree/os/Packages/a/{A}")
    assert (answer.status, answer["Location"]) == (302, f"{upstream.url}os/Packages/a/{A}")
    assert ask(server, "/tree/os/Packages/a/x.rpm").status == 404
    assert dnf_of(tmp_path, server, key).download("a") == [A, "b-1.0-1.x86_64.rpm"]


def test_updates_under_running_clients(mirror, repos, key, tmp_path):
    repos.package("a")
    repos.publish()
    mirror.sync()
    server = mirror.serve()
    faults, rounds, is_over = [], [0], threading.Event()

    def update(number):
        dnf = dnf_of(tmp_path, server, name=f"dnf{number}")
        while not is_over.is_set():
            done = dnf.run("makecache", "--refresh")
            rounds[0] += 1
            if done.returncode != 0:
                faults.append(done.stdout + done.stderr)

    threads = [threading.Thread(target=update, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for number in range(8):
        repos.package("a", f"2.{number}")
        repos.publish()
        assert mirror.sync()["outcome"] == "published"
    is_over.set()
    for thread in threads:
        thread.join()
    assert not faults and rounds[0] >= 4, (rounds, faults[:1])


def test_metadata_of_an_older_state_stays_for_a_day(mirror, repos, key):
    select(mirror, key, grace='"0s"')
    repos.package("a")
    repos.publish()
    mirror.sync()
    old = {path: (mirror.upstream / path).read_bytes() for path in map(repos.repodata, ("primary", "filelists", "other"))}
    server = mirror.serve()
    repos.package("b")
    repos.publish()
    mirror.sync()
    mirror.good("gc")
    for path, content in old.items():
        assert server.get("/tree/" + path)[::2] == (200, content)
