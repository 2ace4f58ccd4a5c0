"""What is wrong with an Arch Linux archive is refused, at every level: one line tells it, and what was published stays."""
import base64
import gzip
import json
import lzma
import re

import pytest

from support.arch_archive import ArchArchive, desc_of, held, packed, select
from support.upstream_kinds import by_file, by_http

FOLDER = "core/os/x86_64"
DATABASE = f"{FOLDER}/core.db.tar.gz"
ONE, OTHER = "a-1.0-1-x86_64.pkg.tar.gz", "b-1.0-1-x86_64.pkg.tar.gz"


@pytest.fixture
def published(mirror, key):
    """A mirror of one package that must be signed, and then another upstream."""
    arch = ArchArchive(mirror.upstream, key)
    select(mirror, f'repos = ["core"]\nkeyring = "{key.keyring}"')
    arch.package("a")
    arch.publish()
    assert mirror.sync()["outcome"] == "published"
    arch.package("b")
    arch.publish()
    return arch


def desc(pattern, to):
    """What the databases tell of a package."""
    def tamper(arch):
        changed, times = re.subn(pattern, to, desc_of(arch.repos["core"]["b"]), flags=re.M)
        assert times == 1
        files = {"b-1.0-1/desc": changed, "a-1.0-1/desc": desc_of(arch.repos["core"]["a"])}
        for kind in ("db", "files"):
            arch.write_database("core", kind, packed(files))
    return tamper


def database(change):
    return lambda arch: arch.write(DATABASE, change((arch.root / DATABASE).read_bytes()))


def of_files(files):
    return database(lambda data: packed(files))


def many_folders(arch):
    arch.write_database("core", "db", packed({"b-1.0-1/desc": b"%NAME%\n" + b"x" * (5 << 20)}))


# What is done to the upstream, and what the one line tells.
REFUSED = {
    "no database": (lambda a: (a.root / FOLDER / "core.db").unlink(), "core.db: the upstream has no such file"),
    "a link to nothing": (lambda a: (a.root / DATABASE).unlink(), "core.db.tar.gz: the upstream has no such file"),
    "a database that is a page": (database(lambda data: b"<html>log in</html>\n" * 50), "core.db.tar.gz: cannot be unpacked: "),
    "an empty database": (database(lambda data: b""), "core.db.tar.gz: cannot be unpacked: "),
    "a database that is cut off": (database(lambda data: data[:-30]), "core.db.tar.gz: cannot be unpacked: "),
    "a database that is damaged": (database(lambda data: data[:60] + b"\0" * 20 + data[80:]), "core.db.tar.gz: cannot be unpacked: "),
    "a database that is packed twice": (database(lambda data: lzma.compress(data)), "core.db.tar.gz: is packed more than once"),
    "a database that is no tar": (database(lambda data: gzip.compress(b"%FILENAME%\n" * 500)), "core.db.tar.gz: cannot be unpacked: "),
    "a desc without end": (many_folders, "holds b-1.0-1/desc, which is larger than 4"),
    "a desc that is none": (of_files({"b-1.0-1/desc": b"hello\n"}), "b-1.0-1/desc: has \"hello\", which is no field"),
    "an empty desc": (of_files({"b-1.0-1/desc": b""}), "b-1.0-1/desc: tells \"\", which is no file beside the database"),
    "a field twice": (desc(r"^%CSIZE%\n\d+\n".encode(), rb"\g<0>\n\g<0>"), "tells %CSIZE% a second time"),
    "a package outside": (desc(rb"(?<=%FILENAME%\n).*", b"../../../etc/passwd"), "which is no file beside the database"),
    "a package at the root": (desc(rb"(?<=%FILENAME%\n).*", b"/etc/passwd"), "which is no file beside the database"),
    "a package below": (desc(rb"(?<=%FILENAME%\n)", b"x/"), "which is no file beside the database"),
    "a package without a file": (desc(rb"%FILENAME%\n.*\n\n", b""), "tells \"\", which is no file beside the database"),
    "a package without a size": (desc(rb"%CSIZE%\n.*\n\n", b""), "tells \"\", which is no size"),
    "a package of no size": (desc(rb"(?<=%CSIZE%\n)", b"-"), "which is no size"),
    "a package without a sum": (desc(rb"%SHA256SUM%\n.*\n\n", b"%MD5SUM%\n00\n\n"), "b-1.0-1/desc: tells no SHA-256"),
    "a package of no sum": (desc(rb"(?<=%SHA256SUM%\n).*", b"none"), "which is no SHA-256"),
    "a package of no name": (desc(rb"%NAME%\n.*\n\n", b""), "names no package"),
    "a signature that is none": (desc(rb"(?<=%ARCH%\n).*\n\n", b"any\n\n%PGPSIG%\n!\n\n"), "tells a signature that is none"),
    "a file twice": (desc(rb"(?<=%FILENAME%\n).*", ONE.encode()), f"core.db.tar.gz: names {ONE} twice"),
    "a link that leaves the tree": (lambda a: a.link(f"{FOLDER}/{OTHER}", "../../../../etc/passwd"),
                                    f"{OTHER} is a symbolic link that leaves the tree"),
    "a link that leads in circles": (lambda a: a.link(f"{FOLDER}/{OTHER}", OTHER), f"{OTHER} is a symbolic link that leads on and on"),
    "a database that leaves the tree": (lambda a: a.link(f"{FOLDER}/core.db", "/etc/passwd"),
                                        "core.db is a symbolic link that leaves the tree"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused(mirror, published, what):
    tamper, told = REFUSED[what]
    tamper(published)
    done = mirror.run("sync", "--json")
    assert done.returncode == 1, (done.stdout, done.stderr)
    error = json.loads(done.stdout)["error"]
    assert told in error and "\n" not in error, error
    assert held(mirror) == [ONE]


@pytest.mark.parametrize("kind", ["db", "files"])
def test_a_database_that_is_signed_must_be_signed_well(mirror, published, stranger, kind):
    arch = published
    arch.signs_databases = True
    arch.publish()
    own, arch.key = arch.key, stranger
    content = arch.database("core", with_files=kind == "files")
    arch.write_database("core", kind, content)
    error = mirror.sync(status=1)["error"]
    assert f"core.{kind}.tar.gz: the signature was made by" in error and "which the keyring does not have" in error, error
    arch.key = own
    arch.write_database("core", kind, content)
    arch.write(f"{FOLDER}/core.{kind}.tar.gz", content + b"\0")
    assert "is bad" in mirror.sync(status=1)["error"]
    arch.write_database("core", kind, content)
    assert mirror.sync()["outcome"] == "published"
    assert (mirror.checkout / FOLDER / f"core.{kind}.sig").exists()


def test_a_list_of_files_that_does_not_fit_stays_as_it_is(mirror, published):
    arch = published
    mirror.sync()
    before = (mirror.checkout / FOLDER / "core.files").read_bytes()
    arch.package("c")
    arch.write_database("core", "files", arch.database("core", with_files=True) + b"x")
    arch.publish()
    lagging = (arch.root / FOLDER / "core.files").read_bytes()
    arch.package("d")
    arch.write_database("core", "db", arch.database("core"))
    arch.seconds += 60
    arch.write("lastupdate", f"{arch.seconds}\n".encode())
    report = mirror.sync()
    assert report["outcome"] == "published"
    assert [item["path"] for item in report["left_out"]] == [f"{FOLDER}/core.files"]
    assert (mirror.checkout / FOLDER / "core.files").read_bytes() == before != lagging
    assert "d-1.0-1-x86_64.pkg.tar.gz" in held(mirror)
    assert mirror.sync()["outcome"] == "unchanged"
    arch.publish()
    assert mirror.sync()["outcome"] == "published"
    assert (mirror.checkout / FOLDER / "core.files").read_bytes() == (arch.root / FOLDER / "core.files").read_bytes()


def test_a_list_of_files_that_never_fitted_is_left_out(mirror, key):
    arch = ArchArchive(mirror.upstream, key)
    select(mirror)
    arch.package("a")
    arch.publish()
    arch.package("b")
    arch.write_database("core", "db", arch.database("core"))
    report = mirror.sync()
    assert report["outcome"] == "published"
    assert [item["path"] for item in report["left_out"]] == [f"{FOLDER}/core.files"]
    assert not (mirror.checkout / FOLDER / "core.files").exists()


def databases(arch):
    return {path.relative_to(arch.root): path.read_bytes() for path in (arch.root / FOLDER).glob("core.*.tar.gz*")}


def replay(arch, contents):
    """Old databases with a lastupdate of now."""
    arch.seconds += 3600
    for path, content in contents.items():
        arch.write(path, content)
    arch.write("lastupdate", f"{arch.seconds}\n".encode())


@pytest.mark.parametrize("upstream", [by_file, by_http])
def test_databases_that_were_signed_before_those_of_the_tree_wait_for_a_person(mirror, published, upstream):
    arch = published
    arch.signs_databases = True
    upstream(mirror)
    select(mirror, f'repos = ["core"]\nkeyring = "{arch.key.keyring}"', max_delete='"100%"')
    arch.publish()
    assert mirror.sync()["outcome"] == "published"
    old = databases(arch)
    arch.signs_later = 3600
    arch.package("c")
    arch.publish()
    assert mirror.sync()["outcome"] == "published"
    new = databases(arch)
    replay(arch, old)
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and f"{FOLDER}/core.db was signed at 20" in report["held_reason"], report
    assert "c-1.0-1-x86_64.pkg.tar.gz" in held(mirror)
    replay(arch, new)
    assert mirror.sync()["outcome"] == "published", "it is the one that is here"
    replay(arch, old)
    assert mirror.sync(status=3)["outcome"] == "held"
    assert mirror.run("approve", "tree").returncode == 0
    assert held(mirror) == [ONE, OTHER]
    assert mirror.sync()["outcome"] == "unchanged"


def test_databases_that_nobody_signed_are_of_any_age(mirror, published):
    assert mirror.sync()["outcome"] == "published"
    old = databases(published)
    published.package("c")
    published.publish()
    assert mirror.sync()["outcome"] == "published"
    replay(published, old)
    assert mirror.sync("--allow-deletes")["outcome"] == "published"


def flipped(data):
    return data[:-40] + bytes([data[-40] ^ 1]) + data[-39:]


def signed_by_a_stranger(arch, stranger):
    arch.write(f"pool/packages/{OTHER}.sig", stranger.signature(arch.path_of(OTHER).read_bytes()))


BAD_PACKAGES = {
    "other bytes": (lambda arch, _: arch.write(f"pool/packages/{OTHER}", flipped(arch.path_of(OTHER).read_bytes())), ""),
    "fewer bytes": (lambda arch, _: arch.write(f"pool/packages/{OTHER}", arch.path_of(OTHER).read_bytes()[:-1]), ""),
    "no package": (lambda arch, _: arch.path_of(OTHER).unlink(), ""),
    "a stranger's signature": (signed_by_a_stranger, "which the keyring does not have"),
    "a bad signature": (lambda arch, _: arch.write(f"pool/packages/{OTHER}.sig", arch.key.signature(b"another")), "is bad"),
    "no signature": (lambda arch, _: (arch.root / FOLDER / f"{OTHER}.sig").unlink(), "it has no signature"),
    "an empty signature": (lambda arch, _: arch.write(f"pool/packages/{OTHER}.sig", b""), "it has no signature"),
    "a signature that is none": (lambda arch, _: arch.write(f"pool/packages/{OTHER}.sig", b"hello"), "there is no signature"),
}


@pytest.mark.parametrize("what", BAD_PACKAGES)
def test_a_package_that_is_not_good_holds_the_tree_or_itself_alone(mirror, published, stranger, key, what):
    tamper, told = BAD_PACKAGES[what]
    tamper(published, stranger)
    report = mirror.sync(status=3)
    bad, = report["quarantined"]
    assert report["outcome"] == "held" and bad["path"] == f"pool/packages/{OTHER}" and told in bad["reason"], report
    assert held(mirror) == [ONE]
    select(mirror, f'repos = ["core"]\nkeyring = "{key.keyring}"', on_bad_file='"hold-back"')
    report = mirror.sync(status=3)
    assert report["outcome"] == "published" and report["quarantined"], report
    assert held(mirror) == [ONE]
    assert b"b-1.0-1" in gzip.decompress((mirror.checkout / DATABASE).read_bytes())


def test_a_signature_that_the_database_tells_is_enough(mirror, published):
    arch = published
    arch.tells_signatures = True
    arch.package("c")
    arch.publish()
    (arch.root / FOLDER / "c-1.0-1-x86_64.pkg.tar.gz.sig").unlink()
    assert mirror.sync()["outcome"] == "published"
    assert "c-1.0-1-x86_64.pkg.tar.gz" in held(mirror)


def test_what_came_before_there_was_a_keyring_is_looked_at_with_it(mirror, key, stranger):
    arch = ArchArchive(mirror.upstream, stranger)
    select(mirror)
    arch.package("a")
    arch.publish()
    assert mirror.sync()["outcome"] == "published"
    select(mirror, f'repos = ["core"]\nkeyring = "{key.keyring}"')
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and "which the keyring does not have" in report["quarantined"][0]["reason"], report


def test_what_another_tree_has_is_no_proof(mirror, key, stranger):
    arch = ArchArchive(mirror.upstream, stranger)
    more = f'[[tree]]\nname = "other"\nupstreams = ["file://{mirror.upstream}/"]\n[tree.arch]\nrepos = ["core"]\n'
    mirror.configure(f'[tree.arch]\nrepos = ["core"]\nkeyring = "{key.keyring}"', more=more)
    arch.package("a")
    arch.publish()
    assert mirror.json("sync", "other")["outcome"] == "published"
    report = mirror.json("sync", "tree", status=3)
    assert "which the keyring does not have" in report["quarantined"][0]["reason"], report


def test_a_key_that_is_taken_out_of_the_keyring_is_trusted_no_more(mirror, key, stranger, tmp_path):
    keyring = tmp_path / "keyring.gpg"
    keyring.write_bytes(key.keyring.read_bytes() + stranger.keyring.read_bytes())
    arch = ArchArchive(mirror.upstream, stranger)
    select(mirror, f'repos = ["core"]\nkeyring = "{keyring}"')
    arch.package("a")
    arch.publish()
    assert mirror.sync()["outcome"] == "published"
    assert mirror.sync()["outcome"] == "unchanged"
    keyring.write_bytes(key.keyring.read_bytes())
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and "which the keyring does not have" in report["quarantined"][0]["reason"], report
    keyring.write_bytes(key.keyring.read_bytes() + stranger.keyring.read_bytes())
    assert mirror.sync()["outcome"] == "unchanged"


@pytest.fixture
def signed_by_two(mirror, key, stranger, tmp_path):
    """A mirror of a web server, of a package by a stranger who was trusted."""
    keyring = tmp_path / "keyring.gpg"
    keyring.write_bytes(key.keyring.read_bytes() + stranger.keyring.read_bytes())
    arch = ArchArchive(mirror.upstream, stranger, pool=False)
    by_http(mirror)
    select(mirror, f'repos = ["core"]\nkeyring = "{keyring}"')
    return arch, keyring


def signed_again(arch, key):
    arch.write(f"{FOLDER}/{ONE}.sig", key.signature(arch.path_of(ONE).read_bytes()))
    return (arch.root / FOLDER / f"{ONE}.sig").read_bytes()


def test_a_signature_that_is_good_no_more_is_asked_for_again(mirror, signed_by_two, key):
    arch, keyring = signed_by_two
    arch.package("a")
    arch.publish()
    assert mirror.sync()["outcome"] == "published"
    keyring.write_bytes(key.keyring.read_bytes())
    assert mirror.sync(status=3)["outcome"] == "held"
    new = signed_again(arch, key)
    assert mirror.sync()["outcome"] == "published"
    assert (mirror.checkout / FOLDER / f"{ONE}.sig").read_bytes() == new
    assert mirror.sync()["outcome"] == "unchanged"


def test_a_signature_that_the_database_tells_otherwise_is_asked_for_again(mirror, signed_by_two, key):
    arch, _ = signed_by_two
    arch.tells_signatures = True
    arch.package("a")
    arch.publish()
    assert mirror.sync()["outcome"] == "published"
    new = signed_again(arch, key)
    arch.repos["core"]["a"]["PGPSIG"] = base64.b64encode(new).decode()
    arch.publish()
    assert mirror.sync()["outcome"] == "published"
    assert (mirror.checkout / FOLDER / f"{ONE}.sig").read_bytes() == new


def test_all_signatures_are_asked_for_again_in_full(mirror, signed_by_two, key):
    arch, _ = signed_by_two
    arch.package("a")
    arch.publish()
    assert mirror.sync()["outcome"] == "published"
    new = signed_again(arch, key)
    arch.publish()
    mirror.sync()
    assert (mirror.checkout / FOLDER / f"{ONE}.sig").read_bytes() != new
    assert mirror.sync("--full")["outcome"] == "published"
    assert (mirror.checkout / FOLDER / f"{ONE}.sig").read_bytes() == new


@pytest.mark.parametrize("policy", ["strict", "hold-back"])
def test_a_bad_signature_takes_no_place_of_a_good_one(mirror, published, key, policy):
    arch = published
    select(mirror, f'repos = ["core"]\nkeyring = "{key.keyring}"', on_bad_file=f'"{policy}"')
    assert mirror.sync()["outcome"] == "published"
    before = (mirror.checkout / FOLDER / f"{OTHER}.sig").read_bytes()
    arch.seconds += 60
    arch.write(f"pool/packages/{OTHER}.sig", key.signature(b"another"))
    arch.publish()
    report = mirror.sync(status=3)
    assert "is bad" in report["quarantined"][0]["reason"], report
    assert (mirror.checkout / FOLDER / f"{OTHER}.sig").read_bytes() == before


def test_a_package_that_nobody_trusted_signed_does_not_come_again(mirror, signed_by_two, key):
    arch, keyring = signed_by_two
    keyring.write_bytes(key.keyring.read_bytes())
    select(mirror, f'repos = ["core"]\nkeyring = "{keyring}"', on_bad_file='"hold-back"')
    arch.package("a")
    arch.key = key
    arch.package("b")
    arch.publish()
    report = mirror.sync(status=3)
    assert report["outcome"] == "published" and report["quarantined"] and held(mirror) == [OTHER], report
    for _ in range(2):
        report = mirror.sync(status=3)
        assert report["fetch"]["bytes"] < 500, "the signature alone"
        assert "which the keyring does not have" in report["quarantined"][0]["reason"], report
    signed_again(arch, key)
    assert mirror.sync()["outcome"] == "published"
    assert held(mirror) == [ONE, OTHER]
