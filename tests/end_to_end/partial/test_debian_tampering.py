"""What is wrong with an archive is refused, at every level: one line tells it, and what was published stays."""
import gzip
import json
import lzma
import re

import pytest

from support.debian_archive import pool, select

INDEX = "dists/stable/main/binary-amd64/Packages"


def release(change):
    """A Release that its archive signed."""
    return lambda archive: archive.sign_in_place(change)


def stanzas(change):
    """An index that its archive signed."""
    return lambda archive: archive.publish(packages=change(archive.packages_of("main", "amd64")))


def packed(change):
    """The packed forms of an index become others, which Release names."""
    def tamper(archive):
        archive.by_hash = False
        archive.publish()
        files = archive.released["stable"]
        for ending in (".gz", ".xz"):
            name = f"main/binary-amd64/Packages{ending}"
            files[name] = change(files[name])
            archive.write(f"dists/stable/{name}", files[name])
        archive.sign("stable", archive.release_text("stable"))
    return tamper


def only_release(archive):
    archive.drop("dists/stable/InRelease")


def edited(path, change, before=lambda archive: None):
    def tamper(archive):
        before(archive)
        archive.edit(path, change)
    return tamper


def flipped(data):
    return data[:-40] + bytes([data[-40] ^ 1]) + data[-39:]


def without_by_hash(archive):
    archive.by_hash = False
    archive.publish()


def sub(pattern, to, count=1):
    return lambda data: re.sub(pattern, to, data, count=count, flags=re.M)


def signed_by(stranger, name, sign):
    return lambda archive: archive.write(f"dists/stable/{name}", sign((archive.root / "dists/stable/Release").read_bytes()))


def then(*steps):
    def tamper(archive):
        for step in steps:
            step(archive)
    return tamper


# What is done to the upstream, and what the one line tells.
REFUSED = {
    "the text of InRelease": (edited("dists/stable/InRelease", sub(rb"^Codename: stable", b"Codename: static")),
                              "dists/stable: InRelease: "),
    "the signature of InRelease": (edited("dists/stable/InRelease", sub(rb"(?<=SIGNATURE-----\n\n.{20}).{6}", b"AAAAAA")), "InRelease: "),
    "InRelease without a signature": (edited("dists/stable/InRelease", lambda data: data.split(b"\n\n", 1)[1].split(b"-----")[0]),
                                      "InRelease: there is no clear-signed text"),
    "text before what is signed": (edited("dists/stable/InRelease", lambda data: b"Suite: other\n" + data), "InRelease: "),
    "text after what is signed": (edited("dists/stable/InRelease", lambda data: data + b"Suite: other\n"), "InRelease: "),
    "the text of Release": (edited("dists/stable/Release", sub(rb"^Codename: stable", b"Codename: static"), only_release),
                            "dists/stable: Release: "),
    "Release without a signature": (then(only_release, lambda a: a.drop("dists/stable/Release.gpg")),
                                    "Release: it has no signature"),
    "neither InRelease nor Release": (then(only_release, lambda a: a.drop("dists/stable/Release")),
                                      "dists/stable: the upstream has neither InRelease nor Release"),
    "a Release whose time is over": (lambda a: a.publish(valid_until=a.seconds + 7200), "its Valid-Until passed at 2023-"),
    "a Release of no date": (release(sub(rb"^Date: .*", b"Date: some day")), "\"some day\" is no date"),
    "a Release that ends at no date": (release(sub(rb"^Date: (.*)", rb"Date: \1\nValid-Until: never")), "\"never\" is no date"),
    "a Release without SHA-256": (release(sub(rb"^SHA256:", b"MD5Sum:")), "it tells no SHA-256 sums"),
    "a sum that is none": (release(sub(rb"^ [0-9a-f]{64}", b" 1234")), "\"1234\" is no SHA-256"),
    "a size that is none": (release(sub(rb"^( [0-9a-f]{64}) +\d+", rb"\1 many")), "\"many\" is no size"),
    "a sum without a name": (release(sub(rb"^( [0-9a-f]{64} +\d+) .*", rb"\1")), "is no sum, size and name"),
    "an index outside": (release(sub(rb"main/binary-amd64/Packages.gz", b"../../../etc/passwd")), "it names a path outside: "),
    "an index at the root": (release(sub(rb"main/binary-amd64/Packages.gz", b"/etc/passwd")), "it names a path outside: "),
    "two contents of one index": (release(lambda data: data + b" " + b"0" * 64 + b" 7 main/binary-amd64/Packages.gz\n"),
                                  "it tells two contents of \"main/binary-amd64/Packages.gz\""),
    "a Release of two stanzas": (release(lambda data: data + b"\nSuite: other\nSHA256:\n"), "it "),
    "an empty Release": (release(lambda data: b"\n"), "it is empty"),
    "a Release that is none": (release(lambda data: b"<html>not found</html>\n"), "is no field"),
    "a field twice": (release(lambda data: b"Date: now\n" + data), "\"date\" a second time"),
    "no such architecture": (release(sub(rb"binary-amd64", b"binary-armhf", 0)), "it has no Packages of main for amd64"),
    "an index that is another": (edited(INDEX + ".gz", flipped, without_by_hash), "what its Release names is not there: "),
    "no index": (then(without_by_hash, lambda a: a.drop(INDEX + ".gz"), lambda a: a.drop(INDEX + ".xz")),
                 "the upstream has no dists/stable/main/binary-amd64/Packages.gz, which its Release names"),
    "an index that is cut off": (packed(lambda data: data[:-20]), "Packages.gz: cannot be unpacked: "),
    "an index that is packed otherwise": (packed(lambda data: lzma.compress(b"x") if data[:2] == b"\x1f\x8b" else data),
                                          "is not packed as its name says"),
    "a package without a file": (stanzas(sub(rb"^Filename: .*\n", b"")), "is a path outside of the archive"),
    "a package outside": (stanzas(sub(rb"^Filename: .*", b"Filename: ../../../etc/passwd")), "is a path outside of the archive"),
    "a package at the root": (stanzas(sub(rb"^Filename: .*", b"Filename: /etc/passwd")), "is a path outside of the archive"),
    "a package of no sum": (stanzas(sub(rb"^SHA256: .*", b"SHA256: none")), "\"none\" is no SHA-256"),
    "a package of no size": (stanzas(sub(rb"^Size: .*", b"Size: -1")), "\"-1\" is no size"),
    "a package of no name": (stanzas(sub(rb"^Package: .*", b"Package:")), "no package is named"),
    "a stanza that tells twice": (stanzas(sub(rb"^(Filename: .*)", rb"\1\n\1")), "\"filename\" a second time"),
    "an index that is none": (stanzas(lambda data: b"hello\n" + data), "is no field"),
    "an index that begins in the middle": (stanzas(lambda data: b" goes on\n" + data), "a line that goes on with nothing"),
    "two contents of one package": (stanzas(lambda data: data + b"\n" + sub(rb"^SHA256: \w{4}", b"SHA256: 0000")(data)),
                                    "the indices tell two contents of pool/main/"),
}


@pytest.fixture
def published(mirror, archive):
    """A mirror of one package, and then another upstream."""
    archive.package("a")
    archive.publish()
    assert mirror.sync()["outcome"] == "published"
    archive.package("b")
    archive.publish()
    return archive


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused(mirror, published, what):
    tamper, told = REFUSED[what]
    tamper(published)
    done = mirror.run("sync", "--json")
    assert done.returncode == 1, (done.stdout, done.stderr)
    error = json.loads(done.stdout)["error"]
    assert told in error and "\n" not in error, error
    assert pool(mirror) == ["a_1.0_amd64.deb"]


@pytest.mark.parametrize("by", ["InRelease", "Release.gpg"])
def test_a_strangers_signature_is_refused(mirror, published, stranger, by):
    sign = stranger.clear_sign if by == "InRelease" else stranger.detached
    signed_by(stranger, by, sign)(published)
    if by == "Release.gpg":
        only_release(published)
    done = mirror.run("sync", "--json")
    assert done.returncode == 1 and "which the keyring does not have" in done.stdout, done.stdout
    assert pool(mirror) == ["a_1.0_amd64.deb"]


def shorter(data):
    return data[:-1]


@pytest.mark.parametrize("change", [flipped, shorter, lambda data: data + b"more", None])
def test_a_package_that_is_another_holds_the_tree(mirror, published, change):
    path = "pool/main/b/b/b_1.0_amd64.deb"
    published.drop(path) if change is None else published.edit(path, change)
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and report["quarantined"][0]["path"] == path, report
    assert pool(mirror) == ["a_1.0_amd64.deb"]


def test_without_it_where_that_is_asked_for(mirror, published, key):
    select(mirror, key, on_bad_file='"hold-back"')
    published.edit("pool/main/b/b/b_1.0_amd64.deb", flipped)
    report = mirror.sync(status=3)
    assert report["outcome"] == "published" and report["quarantined"], report
    assert pool(mirror) == ["a_1.0_amd64.deb"]
    index = (mirror.checkout / f"{INDEX}.gz").read_bytes()
    assert b"Package: b\n" in gzip.decompress(index)


def test_an_older_release_waits_for_a_person(mirror, archive):
    archive.package("a")
    archive.publish()
    old = {path: path.read_bytes() for path in mirror.upstream.rglob("*") if path.is_file()}
    archive.package("b")
    archive.publish()
    mirror.sync()
    archive.seconds += 1
    for path, content in old.items():
        archive.write(path.relative_to(mirror.upstream), content)
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and "dists/stable: it is of 2023-" in report["held_reason"], report
    assert pool(mirror) == ["a_1.0_amd64.deb", "b_1.0_amd64.deb"]
    mirror.good("approve", "tree", report["candidate"])
    assert pool(mirror) == ["a_1.0_amd64.deb"]
    assert mirror.sync()["outcome"] == "unchanged"
