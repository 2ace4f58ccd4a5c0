"""What is wrong with a repository is refused, at every level: one line tells it, and what was published stays."""
import gzip
import json
import re
import shutil

import pytest

from support.rpm_archive import RpmArchive, rpms, select
from support.upstream_kinds import by_file, by_rsync

REPOMD = "os/repodata/repomd.xml"


def sub(pattern, to, count=1):
    return lambda data: re.sub(pattern, to, data, count=count, flags=re.M | re.S)


def edited(path, change):
    return lambda repos: repos.edit(path, change)


def repomd(change):
    """A repomd.xml that its archive signed."""
    return lambda repos: repos.sign_in_place(change)


def primary(change=bytes, **more):
    """A primary index that its archive signed."""
    return lambda repos: repos.rewrite_primary(change, **more)


def package(pattern, to):
    return primary(sub(pattern, to))


def flipped(data):
    return data[:-40] + bytes([data[-40] ^ 1]) + data[-39:]


def of_primary(change):
    return lambda repos: repos.edit(repos.repodata("primary"), change)


BOMB = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
OUTSIDE = " is a path outside of the repository"

# What is done to the upstream, and what the one line tells.
REFUSED = {
    "the text of repomd.xml": (edited(REPOMD, sub(rb"<revision>\d", b"<revision>9")), "os: repomd.xml: the signature by the key "),
    "no signature": (lambda repos: repos.drop(REPOMD + ".asc"), "os: repomd.xml: it has no signature (repomd.xml.asc)"),
    "a signature that is none": (edited(REPOMD + ".asc", lambda data: b"signed\n"), "os: repomd.xml: there is no signature"),
    "the signature of another": (edited(REPOMD + ".asc", sub(rb"(?<=SIGNATURE-----\n\n.{20}).{6}", b"AAAAAA")), "os: repomd.xml: "),
    "no repomd.xml": (lambda repos: repos.drop(REPOMD), "os: the upstream has no repomd.xml"),
    "a repomd.xml that is no XML": (repomd(lambda data: b"not found"), "os: repomd.xml: line 1: no XML: "),
    "a repomd.xml that is a page": (repomd(lambda data: b"<html>not found</html>"), "it is no repomd.xml"),
    "an empty repomd.xml": (repomd(lambda data: b""), "os: repomd.xml: line 1: no XML: "),
    "a repomd.xml that is cut off": (repomd(lambda data: data[:-20]), "no XML: "),
    "a repomd.xml with entities": (repomd(sub(rb"<repomd", BOMB + b"<repomd")), "it declares a document type"),
    "no primary index": (repomd(sub(rb'<data type="primary">.*?</data>', b"")), "it names no primary index"),
    "two primary indices": (repomd(sub(rb'(<data type="primary">.*?</data>)', rb"\1\1")), "it names two primary indices"),
    "an index outside": (repomd(sub(rb'href="repodata/', b'href="../../')), OUTSIDE),
    "an index at the root": (repomd(sub(rb'href="repodata/[^"]+"', b'href="/etc/passwd"')), '"/etc/passwd"' + OUTSIDE),
    "an index elsewhere": (repomd(sub(rb"<location ", b'<location xml:base="http://other.example/" ')), "lies at another place"),
    "an index of no sum": (repomd(sub(rb"<checksum .*?</checksum>", b"")), "has no place or no sum"),
    "an index of a sum that is none": (repomd(sub(rb'"sha256">\w+<', b'"sha256">1234<')), '"1234" is no SHA-256'),
    "an index of an unknown sum": (repomd(sub(rb'"sha256">', b'"crc32">')), 'sums of the kind "crc32" are not known'),
    "an index of no size": (repomd(sub(rb"<size>\d+", b"<size>many")), '"many" is no size'),
    "repomd.xml that names itself": (repomd(sub(rb'href="repodata/[^"]+filelists[^"]+"', b'href="repodata/repomd.xml"')),
                                     "two contents are told of os/repodata/repomd.xml"),
    "a primary that is another": (of_primary(flipped), "what repomd.xml names is not there: "),
    "a primary that is longer": (of_primary(lambda data: data + b"more"), "what repomd.xml names is not there: "),
    "no primary": (lambda repos: repos.drop(repos.repodata("primary")), "-primary.xml.gz, which repomd.xml names"),
    "a primary that is cut off": (primary(spoil=lambda data: data[:-20]), "-primary.xml.gz: cannot be unpacked: "),
    "a primary that is packed otherwise": (primary(spoil=gzip.decompress), "is not packed as its name says"),
    "a primary that is no XML": (primary(lambda data: b"hello"), "no XML: "),
    "a primary that is another list": (primary(sub(rb"(</?)metadata", rb"\1filelists", 0)), "it is no primary index"),
    "a primary with entities": (primary(sub(rb"<metadata", BOMB + b"<metadata")), "it declares a document type"),
    "a primary without end": (primary(lambda data: data[:-20]), "no XML: "),
    "a package outside": (package(rb'href="Packages/', b'href="../../'), OUTSIDE),
    "a package at the root": (package(rb'href="[^"]+"', b'href="/etc/passwd"'), '"/etc/passwd"' + OUTSIDE),
    "a package elsewhere": (package(rb"<location ", b'<location xml:base="http://other.example/" '), ": it lies at another place"),
    "a package of no place": (package(rb"<location [^>]*>", b""), "it has no place, no size or no sum"),
    "a package of no sum": (package(rb"<checksum .*?</checksum>", b""), "it has no place, no size or no sum"),
    "a package of a sum that is none": (package(rb">\w{64}<", b">none<"), '"none" is no SHA-256'),
    "a package of no size": (package(rb'<size package="\d+"', b'<size package="-1"'), '"-1" is no size'),
    "a package of no name": (package(rb"<name>\w+</name>", b"<name></name>"), "it has no name"),
    "a package of no architecture": (package(rb"<arch>\w+</arch>", b"<arch>a b</arch>"), '"a b" is no architecture'),
    "a package of a long name": (package(rb"<name>\w+", b"<name>" + b"x" * 300), "its name or version is too long"),
    "two contents of one package": (primary(lambda data: re.sub(
        rb"(<package type.*?</package>)", lambda match: match[1] + match[1].replace(b'<size package="', b'<size package="1'),
        data, count=1, flags=re.S)), "two contents are told of os/Packages/"),
    "a package where an index is": (package(rb'href="Packages/[^"]+"', b'href="repodata/repomd.xml"'), "two contents are told of "),
}


@pytest.fixture(scope="module")
def states(tmp_path_factory, key):
    """An upstream of one package, and the same with another."""
    folder = tmp_path_factory.mktemp("states")
    repos = RpmArchive(folder / "upstream", key)
    for state, name in (("first", "a"), ("second", "b")):
        repos.package(name)
        repos.publish()
        shutil.copytree(repos.root, folder / state)
    return folder, repos.seconds


@pytest.fixture
def published(mirror, repos, states):
    """A mirror of one package, and then another upstream."""
    folder, repos.seconds = states
    for state in ("first", "second"):
        shutil.rmtree(mirror.upstream)
        shutil.copytree(folder / state, mirror.upstream)
        if state == "first":
            assert mirror.sync()["outcome"] == "published"
    return repos


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused(mirror, published, what):
    tamper, told = REFUSED[what]
    tamper(published)
    done = mirror.run("sync", "--json")
    assert done.returncode == 1, (done.stdout, done.stderr)
    error = json.loads(done.stdout)["error"]
    assert told in error and "\n" not in error, error
    assert rpms(mirror) == ["a-1.0-1.x86_64.rpm"]


def test_a_strangers_signature_is_refused(mirror, published, stranger):
    published.sign(key=stranger)
    done = mirror.run("sync", "--json")
    assert done.returncode == 1 and "which the keyring does not have" in done.stdout, done.stdout
    assert rpms(mirror) == ["a-1.0-1.x86_64.rpm"]


def test_a_key_beside_it_is_held_and_never_believed(mirror, published, stranger, key):
    published.write(REPOMD + ".key", key.keyring.read_bytes())
    assert mirror.sync()["outcome"] == "published"
    assert (mirror.checkout / (REPOMD + ".key")).read_bytes() == key.keyring.read_bytes()
    published.package("c")
    published.publish()
    published.write(REPOMD + ".key", stranger.keyring.read_bytes())
    published.sign(key=stranger)
    assert "which the keyring does not have" in mirror.run("sync", "--json").stdout


@pytest.mark.parametrize("change", [flipped, lambda data: data + b"more", None])
def test_a_package_that_is_another_holds_the_tree(mirror, published, change):
    path = "os/Packages/b/b-1.0-1.x86_64.rpm"
    published.drop(path) if change is None else published.edit(path, change)
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and report["quarantined"][0]["path"] == path, report
    assert rpms(mirror) == ["a-1.0-1.x86_64.rpm"]


def test_without_it_where_that_is_asked_for(mirror, published, key):
    select(mirror, key, on_bad_file='"hold-back"')
    published.edit("os/Packages/b/b-1.0-1.x86_64.rpm", flipped)
    report = mirror.sync(status=3)
    assert report["outcome"] == "published" and report["quarantined"], report
    assert rpms(mirror) == ["a-1.0-1.x86_64.rpm"]
    index = (mirror.checkout / published.repodata("primary")).read_bytes()
    assert b"<name>b</name>" in gzip.decompress(index)


@pytest.mark.parametrize("change", [flipped, None])
def test_another_index_is_left_out_and_told(mirror, published, change):
    path = published.repodata("other")
    published.drop(path) if change is None else published.edit(path, change)
    report = mirror.sync()
    assert report["outcome"] == "published" and path in str(report["left_out"]), report
    assert rpms(mirror) == ["a-1.0-1.x86_64.rpm", "b-1.0-1.x86_64.rpm"] and not (mirror.checkout / path).exists()


def test_it_comes_when_it_is_there_again(mirror, published):
    path = published.repodata("other")
    good = (mirror.upstream / path).read_bytes()
    published.edit(path, flipped)
    mirror.sync()
    published.write(path, good)
    assert mirror.sync()["outcome"] == "published"
    assert (mirror.checkout / path).read_bytes() == good


@pytest.mark.parametrize("verify", ["auto", "none"])
def test_an_older_repomd_waits_for_a_person(mirror, repos, key, verify):
    select(mirror, key if verify == "auto" else None, f'verify = "{verify}"', max_delete='"100%"')
    repos.package("a")
    repos.publish()
    old = {path: path.read_bytes() for path in mirror.upstream.rglob("*") if path.is_file()}
    repos.package("b")
    repos.publish()
    mirror.sync()
    repos.seconds += 1
    for path, content in old.items():
        repos.write(path.relative_to(mirror.upstream), content)
    if verify == "none":
        assert mirror.sync()["outcome"] == "published"
        return
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and "os: it is of 2023-" in report["held_reason"], report
    assert rpms(mirror) == ["a-1.0-1.x86_64.rpm", "b-1.0-1.x86_64.rpm"]
    mirror.good("approve", "tree", report["candidate"])
    assert rpms(mirror) == ["a-1.0-1.x86_64.rpm"]
    assert mirror.sync()["outcome"] == "unchanged"


def test_without_a_keyring_sums_decide(mirror, repos, key):
    select(mirror, None)
    repos.package("a")
    repos.publish(sign=False)
    assert mirror.sync()["outcome"] == "published"
    assert not (mirror.checkout / (REPOMD + ".asc")).exists()
    repos.publish()
    repos.edit(REPOMD + ".asc", lambda data: b"of nobody")
    assert mirror.sync()["outcome"] == "published"
    assert (mirror.checkout / (REPOMD + ".asc")).read_bytes() == b"of nobody"
    repos.package("b")
    repos.publish()
    repos.edit(repos.repodata("primary"), flipped)
    assert "what repomd.xml names is not there" in mirror.sync(status=1)["error"]


@pytest.mark.parametrize("upstream", [by_file, by_rsync])
def test_a_package_that_is_closed_for_now_is_lacking(mirror, published, upstream):
    """Root's daemon sends it all the same; nobody is to have it yet."""
    upstream(mirror)
    mirror.sync()
    closed = mirror.upstream / published.package("c")
    published.publish()
    closed.chmod(0o600)
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and report["quarantined"][0]["reason"] == "it is listed, and the upstream does not have it", report
    assert not [name for name in rpms(mirror) if name.startswith("c-")]
    closed.chmod(0o644)
    assert mirror.sync()["outcome"] == "published"
    assert [name for name in rpms(mirror) if name.startswith("c-")]
    assert mirror.sync()["outcome"] == "unchanged"


def test_a_package_of_another_size_is_not_it(mirror, published):
    """Its sum is right, and what is here of the one before is no reason to believe it."""
    published.rewrite_primary(lambda data: re.sub(rb'<size package="(\d+)"', rb'<size package="1\1"', data))
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and len(report["quarantined"]) == 2, report
    assert rpms(mirror) == ["a-1.0-1.x86_64.rpm"]


def test_a_package_where_a_folder_is_is_refused(mirror, published):
    published.rewrite_primary(lambda data: re.sub(rb'href="Packages/[^"]+"', b'href="Packages"', data, count=1))
    error = mirror.sync(status=1)["error"]
    assert "Packages" in error and "\n" not in error, error
    assert rpms(mirror) == ["a-1.0-1.x86_64.rpm"]
