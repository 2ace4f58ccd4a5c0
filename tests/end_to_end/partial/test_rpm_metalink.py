"""A metalink in place of an upstream: what it says of repomd.xml is believed before any mirror is."""
import hashlib
import json
import shutil

import pytest

from support import raw_http
from support.certificates import Certificates
from support.ports import free_port
from support.rpm_archive import rpms
from support.web_servers import Nginx

REPOMD = "os/repodata/repomd.xml"


def told(content):
    sums = "".join(f'<hash type="{kind}">{hashlib.new(kind, content).hexdigest()}</hash>' for kind in ("md5", "sha1", "sha256", "sha512"))
    return f"<size>{len(content)}</size><verification>{sums}</verification>"


def metalink(content, *mirrors, alternates=()):
    """Of MirrorManager's form; the first mirror is the one to prefer."""
    older = "".join(f"<mm0:alternate>{told(one)}</mm0:alternate>" for one in alternates)
    urls = "".join(f'<url protocol="http" type="http" preference="{100 - at}">{url}{REPOMD}</url>'
                   for at, url in reversed(list(enumerate(mirrors))))
    return (f'<?xml version="1.0"?><metalink version="3.0" xmlns="http://www.metalinker.org/" '
            f'xmlns:mm0="http://fedorahosted.org/mirrormanager"><files><file name="repomd.xml">{told(content)}'
            f'<mm0:alternates>{older}</mm0:alternates><resources>{urls}</resources></file></files></metalink>')


def ask(mirror, *urls, rpm="", more="", **tree):
    options = "".join(f"{name} = {value}\n" for name, value in tree.items())
    mirror.configure(f'{options}[tree.rpm]\nrepos = ["os"]\n{rpm}\n{more}', *urls)


@pytest.fixture
def linked(mirror, repos):
    """Writes the metalink that is the mirror's upstream."""
    repos.package("a")
    repos.publish()

    def write(*mirrors, content=None, **more):
        file = mirror.folder / "os.metalink"
        file.write_text(metalink(content or repomd(mirror), *mirrors, **more))
        ask(mirror, f"file://{file}")
    return write


def repomd(mirror):
    return (mirror.upstream / REPOMD).read_bytes()


def copy(mirror, name):
    """Another mirror, as the upstream is now."""
    shutil.copytree(mirror.upstream, mirror.folder / name)
    return f"file://{mirror.folder}/{name}/"


def url(mirror):
    return f"file://{mirror.upstream}/"


def test_the_first_mirror_that_has_what_it_tells_is_the_upstream(mirror, repos, linked):
    stale = copy(mirror, "stale")
    repos.package("b")
    repos.publish()
    linked(stale, f"file://{mirror.folder}/gone/", url(mirror), f"file://{mirror.folder}/never-asked/")
    done = mirror.run("sync", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 0 and report["outcome"] == "published" and report["upstream"] == url(mirror), report
    assert f"{stale}: os: repomd.xml is none of those that the metalink tells of" in done.stderr and "gone" in done.stderr
    assert "never-asked" not in done.stderr
    assert rpms(mirror) == ["a-1.0-1.x86_64.rpm", "b-1.0-1.x86_64.rpm"]
    assert mirror.sync()["outcome"] == "unchanged"
    assert mirror.sync("--dry-run")["outcome"] == "unchanged"
    assert mirror.json("estimate")[0]["files"] > 2


def test_what_no_mirror_has_changes_nothing(mirror, repos, linked):
    linked(url(mirror))
    mirror.sync()
    repos.package("b")
    repos.publish()
    other = copy(mirror, "other")
    report = mirror.sync(status=1)
    assert "os: repomd.xml is none of those that the metalink tells of" in report["error"], report
    linked(other, content=b"<repomd/>")
    assert "none of those" in mirror.sync(status=1)["error"]
    assert rpms(mirror) == ["a-1.0-1.x86_64.rpm"]


def test_a_mirror_may_be_behind_for_a_while(mirror, repos, linked):
    before, stale = repomd(mirror), copy(mirror, "stale")
    repos.package("b")
    repos.publish()
    linked(stale, url(mirror), alternates=[before])
    assert mirror.sync()["upstream"] == stale
    linked(url(mirror), alternates=[before])
    assert mirror.sync()["outcome"] == "published"
    linked(stale, url(mirror), alternates=[before])
    again = mirror.sync()
    assert again["outcome"] == "unchanged" and again["upstream"] == url(mirror), again
    linked(stale, alternates=[before])
    assert mirror.sync(status=3)["outcome"] == "held"
    assert rpms(mirror) == ["a-1.0-1.x86_64.rpm", "b-1.0-1.x86_64.rpm"]


def test_a_bad_package_comes_from_the_next_mirror(mirror, repos, linked):
    good = copy(mirror, "good")
    repos.edit("os/Packages/a/a-1.0-1.x86_64.rpm", lambda data: data[:-1] + b"?")
    linked(url(mirror), good)
    assert mirror.sync()["outcome"] == "published"
    assert rpms(mirror) == ["a-1.0-1.x86_64.rpm"]
    assert mirror.json("verify")["damaged"] == []


SIGNATURE, KEY = "os/repodata/repomd.xml.asc", "os/repodata/repomd.xml.key"


def shown(mirror):
    return [path for path in (SIGNATURE, KEY) if (mirror.checkout / path).exists()]


def test_a_key_and_a_signature_that_nobody_vouches_for_stay_away(mirror, repos, linked, key, stranger):
    """A client that trusts them would trust whichever mirror the metalink chose."""
    repos.write(KEY, stranger.armoured.read_bytes())
    linked(url(mirror))
    assert mirror.sync()["outcome"] == "published" and shown(mirror) == []
    assert mirror.sync()["outcome"] == "unchanged"
    ask(mirror, *mirror.urls, rpm=f'keyring = "{key.keyring}"')
    assert mirror.sync()["outcome"] == "published" and shown(mirror) == [SIGNATURE]
    assert mirror.sync()["outcome"] == "unchanged"
    ask(mirror, url(mirror))
    assert mirror.sync()["outcome"] == "published" and shown(mirror) == [SIGNATURE, KEY]
    linked(url(mirror))
    assert mirror.sync()["outcome"] == "unchanged", "they are those of an upstream that was named"


def test_what_is_not_held_comes_from_its_mirrors(mirror, repos, linked):
    linked(f"file://{mirror.folder}/gone/", url(mirror))
    ask(mirror, *mirror.urls, rpm='packages = "none"', missing='"fetch"')
    mirror.sync()
    assert rpms(mirror) == []
    path = "os/Packages/a/a-1.0-1.x86_64.rpm"
    answer = raw_http.ask(mirror.keep(), f"/tree/{path}")
    assert answer.status == 200 and answer.body == (mirror.upstream / path).read_bytes()


def test_it_is_believed_over_https(mirror, repos, linked):
    """By a name that only its certificate proves; and mirrors inside are asked where that is allowed."""
    certificates = Certificates(mirror.folder / "certificates")
    good, port = certificates.make("good", "IP:127.0.0.1"), free_port()
    served = mirror.folder / "served"
    served.mkdir()
    mirrors = Nginx(mirror.folder / "mirrors", mirror.upstream)
    mirror.servers.append(mirrors)
    (served / "metalink").write_text(metalink(
        repomd(mirror), f"file://{mirror.upstream}/", "rsync://127.0.0.1/x/", "http://user:word@127.0.0.1/", mirrors.url))
    mirror.servers.append(Nginx(mirror.folder / "nginx", served, more=(
        f"listen 127.0.0.1:{port} ssl; ssl_certificate {good}.pem; ssl_certificate_key {good}.key;")))
    where = f"https://127.0.0.1:{port}/metalink?repo=os&arch=x86_64"
    trusted = {"ca_file": f'"{certificates.authority}"', "retries": "0"}
    ask(mirror, where, retries="0")
    assert "certificate" in mirror.sync(status=1)["error"]
    ask(mirror, where, **trusted)
    assert "127.0.0.1" in mirror.sync(status=1)["error"] and not mirrors.asked()
    ask(mirror, where, more="[sync]\nallow_private = true", **trusted)
    report = mirror.sync()
    assert report["outcome"] == "published" and report["upstream"] == mirrors.url, report
    assert rpms(mirror) == ["a-1.0-1.x86_64.rpm"]
    assert mirror.sync()["outcome"] == "unchanged"
    (served / "metalink").unlink()
    assert "404" in mirror.sync(status=1)["error"]
    ask(mirror, where, mirrors.url, more="[sync]\nallow_private = true", **trusted)
    assert mirror.sync()["outcome"] == "published", "the next upstream is asked, and its signature is taken"
    assert mirror.sync()["outcome"] == "unchanged"


@pytest.mark.parametrize("text, why", [
    ("", "no XML"), ("<html/>", "it is no metalink"), ("<metalink/>", "it tells of no repomd.xml"),
    (metalink(b"x").replace("sha256", "crc32").replace("sha512", "crc32"), "it tells no SHA-256 or SHA-512"),
    (metalink(b"x"), "no mirror that it names has os/repodata/repomd.xml"),
    (metalink(b"x", "rsync://h/x/", "ftp://h/x/"), "no mirror that it names has os/repodata/repomd.xml"),
    (metalink(b"x", "https://h/x/").replace("/os/", "/other/"), "no mirror that it names has os/repodata/repomd.xml"),
    (metalink(b"x").replace("<metalink", "<!DOCTYPE metalink><metalink"), "it declares a document type")])
def test_one_that_tells_nothing_is_refused(mirror, text, why):
    file = mirror.folder / "os.metalink"
    file.write_text(text)
    ask(mirror, f"file://{file}")
    for words in (("sync",), ("sync", "--dry-run")):
        error = mirror.sync(*words[1:], status=1)["error"]
        assert why in error and "os.metalink" in error and "\n" not in error, error


@pytest.mark.parametrize("where, rpm, why", [
    ("http://mirrors.example.org/metalink?repo=x", "", "is believed over https alone"),
    ("https://mirrors.example.org/metalink?repo=x", 'repos = ["a", "b"]', "repos must have that one"),
    ("https://mirrors.example.org/metalink?repo=x", None, "and needs [tree.rpm]")])
def test_a_config_that_cannot_mean_one_is_refused(mirror, where, rpm, why):
    if rpm is None:
        mirror.configure("", where)
    else:
        mirror.configure(f"[tree.rpm]\n{rpm or 'repos = [' + repr('os') + ']'}", where)
    done = mirror.run("check-config")
    assert done.returncode != 0 and why in done.stdout + done.stderr, done
