"""Files that a tree chose not to hold, and whose readers are sent to its upstream."""
import hashlib

import pytest

from support.apt import Apt
from support.debian_archive import select
from support.raw_http import ask
from support.web_servers import Nginx


def redirecting(mirror, archive, key, debian="", **tree):
    upstream = mirror.from_server(Nginx(mirror.folder / "nginx", mirror.upstream))
    select(mirror, key, debian, missing='"redirect"', **tree)
    return upstream


def where(server, path):
    """The place that a reader is sent to, or the answer's status."""
    answer = ask(server, f"/tree/{path}")
    if answer.status != 302:
        return answer.status
    assert answer["Cache-Control"] == "no-store"
    return answer["Location"]


def published(archive):
    archive.package("a")
    archive.package("b", section="games")
    archive.package("c", component="contrib")
    archive.publish(components=("main", "contrib"))


def test_what_the_metadata_names_is_elsewhere(mirror, archive, key):
    published(archive)
    upstream = redirecting(mirror, archive, key, 'packages = ["a"]')
    mirror.sync()
    server = mirror.serve()
    assert where(server, "pool/main/a/a/a_1.0_amd64.deb") == 200
    for path in ("pool/main/b/b/b_1.0_amd64.deb", "dists/stable/contrib/binary-amd64/Packages.gz",
                 "dists/stable/main/binary-amd64/Packages"):
        assert where(server, path) == f"{upstream.url}{path}"
    for path in ("pool/contrib/c/c/c_1.0_amd64.deb", "pool/main/b/b/", "pool/main/b", "pool/main/x.deb",
                 "pool/main/b/b/b_1.0_amd64.deb/", "../secret", "%2e%2e/secret"):
        assert where(server, path) in (400, 404), path


def test_credentials_stay_here(mirror, archive, key):
    published(archive)
    upstream = redirecting(mirror, archive, key, 'packages = "none"')
    mirror.sync()
    mirror.urls = [upstream.url.replace("http://", "http://user:secret@")]
    select(mirror, key, 'packages = "none"', missing='"redirect"')
    path = "pool/main/a/a/a_1.0_amd64.deb"
    assert where(mirror.serve(), path) == f"{upstream.url}{path}"


def test_apt_installs_from_metadata_alone(mirror, archive, key, tmp_path):
    archive.package("a", depends="b")
    archive.package("b")
    archive.publish()
    redirecting(mirror, archive, key, 'packages = "none"')
    mirror.sync()
    apt = Apt(tmp_path / "apt", f"deb [signed-by={key.keyring}] {mirror.serve().url}/tree stable main\n")
    apt.get("update")
    apt.get("install", "--download-only", "-y", "a")
    assert len(list((tmp_path / "apt/cache/archives").glob("*.deb"))) == 2


def test_nobody_is_led_from_https_to_http(mirror, archive, key):
    published(archive)
    redirecting(mirror, archive, key, 'packages = "none"')
    mirror.sync()
    server = mirror.serve()
    path = "/tree/pool/main/a/a/a_1.0_amd64.deb"
    assert ask(server, path).status == 302
    for field in ("X-Forwarded-Proto: https", "X-Forwarded-Proto: HTTPS", "Forwarded: for=192.0.2.1;proto=https"):
        assert ask(server, path, field).status == 404


@pytest.mark.parametrize("urls, more, good", [
    (["http://127.0.0.1:9/"], "", True),
    (["file:///srv/tree/"], "", False),
    (["rsync://127.0.0.1/tree/"], "", False),
    (["http://127.0.0.1:9/"], '[server]\npublic_url = "https://mirror.example.org/"', False),
    (["http://127.0.0.1:9/", "https://127.0.0.1:9/"], '[server]\npublic_url = "https://mirror.example.org/"', True)])
def test_somewhere_to_go_is_asked_for(mirror, urls, more, good):
    mirror.urls = urls
    mirror.configure('missing = "redirect"')
    text = mirror.config.read_text()
    if more:
        text = text.replace("[server]", more)
    mirror.config.write_text(text)
    done = mirror.run("check-config")
    assert done.returncode == (0 if good else 2), done.stderr
    assert good or 'missing: "redirect" needs an upstream by https' in done.stderr


def test_what_is_excluded_is_elsewhere(mirror):
    mirror.write("a.iso", "a")
    mirror.write("a.part", "b")
    mirror.write("sources/x.tar", "c")
    mirror.write("secret.part", "d", mode=0o600)
    upstream = mirror.from_server(Nginx(mirror.folder / "nginx", mirror.upstream))
    mirror.configure('missing = "redirect"\nexclude = ["*.part", "sources/**"]\nmax_delete = "100%"')
    mirror.sync()
    server = mirror.serve()
    assert where(server, "a.iso") == 200
    for path in ("a.part", "sources/x.tar"):
        assert where(server, path) == f"{upstream.url}{path}"
    for path in ("b.part", "sources/y.tar"):
        assert where(server, path) == 404
    mirror.configure('missing = "redirect"\nexclude = ["*.part"]\nmax_delete = "100%"')
    mirror.sync()
    assert where(server, "sources/x.tar") == 200
    (mirror.upstream / "a.part").unlink()
    mirror.sync()
    assert where(server, "a.part") == 404, "it was in the last listing no more"


def test_a_rollback_goes_by_the_metadata_that_it_restores(mirror, archive, key):
    archive.package("a")
    archive.publish()
    redirecting(mirror, archive, key, 'packages = "none"')
    mirror.sync()
    archive.package("b")
    archive.publish()
    mirror.sync()
    server = mirror.serve()
    path = "pool/main/b/b/b_1.0_amd64.deb"
    assert where(server, path) == f"{mirror.urls[0]}{path}"
    mirror.good("rollback", "tree")
    assert where(server, path) == 404
    mirror.sync("tree")
    assert where(server, path) == f"{mirror.urls[0]}{path}"


def test_a_broken_package_is_asked_for_elsewhere(mirror, archive, key):
    published(archive)
    upstream = redirecting(mirror, archive, key, on_bad_file='"hold-back"')
    path = "pool/main/b/b/b_1.0_amd64.deb"
    archive.edit(path, lambda data: data[:-1])
    mirror.sync(status=3)
    assert where(mirror.serve(), path) == f"{upstream.url}{path}"


def test_withdrawn_contents_are_nowhere(mirror, archive, key):
    published(archive)
    redirecting(mirror, archive, key)
    mirror.sync()
    path = "pool/main/b/b/b_1.0_amd64.deb"
    server = mirror.serve()
    digest = hashlib.sha256((mirror.checkout / path).read_bytes()).hexdigest()
    mirror.good("withdraw", digest)
    assert where(server, path) == 404
    mirror.sync("--full")
    assert where(server, path) == 404
