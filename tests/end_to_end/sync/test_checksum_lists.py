"""What belongs together comes together: files, the lists of their checksums, and signatures of those."""
import hashlib
import json
import os
import shutil
import subprocess

import pytest

from support.checksum_lists import write_set
from support.folders import short_name_of
from support.trees import read, tree_of
from support.web_servers import Python


def set_times(mirror, time, *names):
    for path in [mirror.upstream / name for name in names] or mirror.upstream.rglob("*"):
        os.utime(path, (time, time))


def sha256(content):
    return hashlib.sha256(content.encode()).hexdigest()


@pytest.fixture
def signer(tmp_path):
    """A key of its own, its keyring, and what signs with it."""
    (tmp_path / "gnupg").mkdir(mode=0o700)
    with short_name_of(tmp_path / "gnupg") as home:
        def gpg(*arguments, **options):
            return subprocess.run(["gpg", "--homedir", home, "--batch", "--yes", "--pinentry-mode", "loopback",
                                   "--passphrase", "", *map(str, arguments)], check=True, capture_output=True, **options)

        gpg("--quick-gen-key", "release@mirror.example", "ed25519", "sign", "never")
        keyring = tmp_path / "keyring.gpg"
        keyring.write_bytes(gpg("--export").stdout)

        class Signer:
            path = keyring

            @staticmethod
            def detach(name):
                gpg("--output", f"{name}.gpg", "--detach-sign", name)

            @staticmethod
            def clear(name):
                text = open(name, "rb").read()
                open(name, "wb").write(gpg("--clear-sign", input=text).stdout)

        yield Signer
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False, capture_output=True)


@pytest.mark.parametrize("algorithm", ["sha256", "sha512", "md5"])
def test_a_file_that_is_not_what_its_list_says_holds_all(mirror, algorithm):
    mirror.configure('checksum_lists = "require"')
    write_set(mirror, {"a.iso": "first"}, algorithm)
    assert mirror.sync()["outcome"] == "published"
    write_set(mirror, {"a.iso": "first", "b.iso": "second"}, algorithm, wrong=["b.iso"])
    mirror.write("other", "new")
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and "b.iso" in report["held_reason"]
    assert read(mirror, "iso/b.iso") is None and read(mirror, "other") is None
    write_set(mirror, {"a.iso": "first", "b.iso": "second"}, algorithm)
    assert mirror.sync()["outcome"] == "published"
    assert read(mirror, "iso/b.iso") == "second" and read(mirror, "other") == "new"


def lines_of_manifest(mirror):
    text = subprocess.run(["zstd", "-dc", newest_manifest(mirror)], capture_output=True, check=True).stdout
    return len(text.splitlines())


def newest_manifest(mirror):
    generation = mirror.json("history", "tree")[0]["generation"]
    return mirror.store / f"manifests/tree/{generation}.zst"


@pytest.mark.parametrize("way", ["later", "first", "approved"])
def test_a_new_folder_comes_although_a_set_in_it_waits(mirror, way):
    mirror.configure('checksum_lists = "require"')
    if way != "first":
        mirror.write("before", "old")
        assert mirror.sync()["outcome"] == "published"
    write_set(mirror, {"a.iso": "first", "b.iso": "second"}, wrong=["b.iso"], folder="new")
    mirror.write("new/below/note", "beside")
    if way == "approved":
        assert mirror.sync(status=3)["outcome"] == "held"
        mirror.good("approve", "tree")
    else:
        mirror.configure('on_bad_file = "hold-back"\nchecksum_lists = "require"')
        assert mirror.sync(status=3)["outcome"] == "published"
    server = mirror.serve()
    for path in ("new/", "new/below/", "new/below/note"):
        assert server.get("/tree/" + path)[0] == 200, path
    assert read(mirror, "new/below/note") == "beside"
    shown = tree_of(mirror.checkout)
    head = json.loads(newest_manifest(mirror).with_suffix(".json").read_text())
    assert head["entries"] == lines_of_manifest(mirror) == len(shown)
    server.stop()
    mirror.good("recover")
    assert mirror.json("history", "tree")[0]["bytes"] == head["bytes"]
    mirror.good("verify")
    assert tree_of(mirror.checkout) == shown


@pytest.mark.parametrize("becomes", ["nothing", "a link"])
def test_a_folder_stays_with_what_stays_in_it(mirror, becomes):
    """The list still names the file, and waits because of another, which came long ago."""
    mirror.configure('on_bad_file = "hold-back"\nmax_delete = "100%"\nchecksum_lists = "require"')
    write_set(mirror, {"sub/deep/a.iso": "first", "b.iso": "second"}, "md5")
    set_times(mirror, 1)
    assert mirror.sync()["outcome"] == "published"
    write_set(mirror, {"sub/deep/a.iso": "first", "b.iso": "second"}, "md5", wrong=["b.iso"])
    set_times(mirror, 1)
    set_times(mirror, 2, "iso/MD5SUMS")
    shutil.rmtree(mirror.upstream / "iso/sub/deep")
    if becomes == "a link":
        os.symlink("../b.iso", mirror.upstream / "iso/sub/deep")
    mirror.write("other", "new")
    report = mirror.sync(status=3)
    assert report["outcome"] == "published" and report["quarantined"], report
    assert read(mirror, "other") == "new" and read(mirror, "iso/sub/deep/a.iso") == "first"
    assert lines_of_manifest(mirror) == len(tree_of(mirror.checkout))
    write_set(mirror, {"b.iso": "second"}, "md5")
    assert mirror.sync()["outcome"] == "published"
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_hold_back_publishes_what_does_not_depend_on_it(mirror):
    mirror.configure('on_bad_file = "hold-back"\nchecksum_lists = "require"')
    write_set(mirror, {"a.iso": "first"})
    mirror.sync()
    before = read(mirror, "iso/SHA256SUMS")
    write_set(mirror, {"a.iso": "first", "b.iso": "second"}, wrong=["b.iso"])
    os.symlink("b.iso", mirror.upstream / "iso/latest.iso")
    mirror.write("other/file", "new")
    report = mirror.sync(status=3)
    assert report["outcome"] == "published" and report["quarantined"]
    assert read(mirror, "other/file") == "new"
    assert read(mirror, "iso/SHA256SUMS") == before and read(mirror, "iso/b.iso") is None
    assert not os.path.lexists(mirror.checkout / "iso/latest.iso")
    # Nothing new since then, and it still waits.
    assert mirror.sync(status=3)["outcome"] == "unchanged"
    write_set(mirror, {"a.iso": "first", "b.iso": "second"})
    assert mirror.sync()["outcome"] == "published"
    assert read(mirror, "iso/latest.iso") == "second"


def test_an_old_file_that_a_new_list_calls_something_else_is_looked_at_again(mirror):
    mirror.write("iso/a.iso", "first", time=1_700_000_000)
    mirror.sync()
    # Replaced by one of the same size and time, which only the list tells.
    mirror.write("iso/a.iso", "FIRST", time=1_700_000_000)
    mirror.write("iso/SHA256SUMS", f"{sha256('FIRST')}  a.iso\n")
    assert mirror.sync()["outcome"] == "published"
    assert read(mirror, "iso/a.iso") == "FIRST"


def test_content_that_moved_is_not_fetched_again(mirror):
    write_set(mirror, {"a.iso": "first " * 1000})
    mirror.sync()
    shutil.rmtree(mirror.upstream / "iso")
    write_set(mirror, {"a.iso": "first " * 1000}, folder="archive")
    report = mirror.sync("--allow-deletes")
    assert report["reuse"]["files"] == 1 and report["transferred_bytes"] < 1000
    assert read(mirror, "archive/a.iso") == "first " * 1000


def test_a_signed_list_is_believed_and_others_are_not(mirror, signer):
    mirror.configure(f'keyring = "{signer.path}"')
    write_set(mirror, {"a.iso": "first"})
    sums = mirror.upstream / "iso/SHA256SUMS"
    signer.detach(sums)
    assert mirror.sync()["outcome"] == "published"
    # Somebody changed the file and its list, and cannot sign.
    write_set(mirror, {"a.iso": "trojan"})
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and "sign" in report["held_reason"]
    # All of it is here by now, and waits as before.
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and "sign" in report["held_reason"]
    os.unlink(f"{sums}.gpg")
    assert mirror.sync(status=3)["outcome"] == "held"
    assert read(mirror, "iso/a.iso") == "first"
    signer.detach(sums)
    assert mirror.sync()["outcome"] == "published"
    assert read(mirror, "iso/a.iso") == "trojan"


def test_only_what_was_signed_is_read(mirror, signer):
    mirror.configure(f'keyring = "{signer.path}"')
    mirror.write("iso/a.iso", "first")
    mirror.write("iso/Fedora-CHECKSUM", f"SHA256 (a.iso) = {sha256('first')}\n")
    signer.clear(mirror.upstream / "iso/Fedora-CHECKSUM")
    assert mirror.sync()["outcome"] == "published"
    mirror.write("iso/b.iso", "second")
    with open(mirror.upstream / "iso/Fedora-CHECKSUM", "a") as text:
        text.write(f"SHA256 (b.iso) = {sha256('not that')}\n")  # behind the signature, so nobody said it
    # It comes as a file that no list names, and the line that a stranger added counts for nothing.
    assert mirror.sync()["outcome"] == "published" and read(mirror, "iso/b.iso") == "second"
    mirror.write("iso/a.iso", "trojan")
    assert mirror.sync(status=3)["outcome"] == "held" and read(mirror, "iso/a.iso") == "first"


@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
def test_pages_that_tell_names_alone_hold_no_list_that_is_as_it_was(mirror, algorithm):
    """Each file is asked for at each look, and is the same."""
    mirror.configure('max_delete = "100%"\nchecksum_lists = "require"')
    write_set(mirror, {"a.iso": "first", "b.iso": "second"}, algorithm)
    set_times(mirror, 1)
    mirror.from_server(Python(mirror.folder / "server", mirror.upstream))
    assert mirror.sync()["outcome"] == "published"
    for _ in range(2):
        report = mirror.sync()
        assert report["outcome"] == "unchanged" and report["quarantined"] == []
    # A new list is held against files of which the server says that they are as they were.
    write_set(mirror, {"a.iso": "first", "b.iso": "second"}, algorithm, wrong=["b.iso"])
    set_times(mirror, 1)
    set_times(mirror, 2, f"iso/{algorithm.upper()}SUMS")
    report = mirror.sync(status=3)
    assert report["outcome"] == "held"
    assert ("should be" if algorithm == "sha256" else "its MD5 is not what its list says") in report["held_reason"]
    write_set(mirror, {"a.iso": "first", "b.iso": "second", "c.iso": "third"}, algorithm)
    set_times(mirror, 1)
    set_times(mirror, 3, f"iso/{algorithm.upper()}SUMS")
    assert mirror.sync()["outcome"] == "published"
    assert read(mirror, "iso/c.iso") == "third"
