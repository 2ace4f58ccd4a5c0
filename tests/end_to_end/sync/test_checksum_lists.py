"""What belongs together comes together: checksum lists and their files, signatures, markers, several upstreams."""
import hashlib
import os
import shutil
import subprocess

import pytest


def sha256(content):
    return hashlib.sha256(content.encode()).hexdigest()


def write_set(mirror, files, algorithm="sha256", folder="iso", wrong=()):
    """Files, and their list beside them; those in `wrong` are listed as something else."""
    lines = ""
    for name, content in files.items():
        mirror.write(f"{folder}/{name}", content)
        listed = "something else" if name in wrong else content
        lines += f"{hashlib.new(algorithm, listed.encode()).hexdigest()}  {name}\n"
    mirror.write(f"{folder}/{algorithm.upper()}SUMS", lines)


def read(mirror, name):
    path = mirror.checkout / name
    return path.read_text() if path.exists() else None


@pytest.fixture
def signer(tmp_path):
    """A key of its own, its keyring, and what signs with it."""
    home = tmp_path / "gnupg"
    home.mkdir(mode=0o700)

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


def test_hold_back_publishes_what_does_not_depend_on_it(mirror):
    mirror.configure('on_bad_file = "hold-back"')
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


def test_an_upstream_that_is_being_updated_is_left_alone(mirror):
    mirror.write("file", "1")
    mirror.sync()
    mirror.write("file", "22")
    mirror.write("Archive-Update-in-Progress-ftp.example.org", "")
    done = mirror.run("sync")
    assert done.returncode == 1 and "being updated" in done.stderr and read(mirror, "file") == "1"
    os.unlink(mirror.upstream / "Archive-Update-in-Progress-ftp.example.org")
    mirror.write("Archive-Update-Required-here", "")
    assert mirror.sync()["outcome"] == "published"
    assert read(mirror, "file") == "22" and read(mirror, "Archive-Update-Required-here") is None


def test_our_trace_is_written_with_each_publish_and_no_other(mirror):
    mirror.config.write_text(mirror.config.read_text().replace(
        "[server]", '[server]\npublic_url = "https://mirror.example.net"'))
    mirror.write("project/trace/master", "Sat Nov 21 14:27:55 UTC 2026\nArchive serial: 2026112102\n")
    mirror.write("file", "1")
    assert mirror.sync()["outcome"] == "published"
    trace = read(mirror, "project/trace/mirror.example.net")
    assert trace and "Archive serial: 2026112102" in trace and "Creator: mirrorseed" in trace
    assert mirror.sync()["outcome"] == "unchanged"
    mirror.write("file", "22")
    report = mirror.sync()
    assert report["outcome"] == "published" and report["delete"]["files"] == 0
    assert sorted(os.listdir(mirror.checkout / "project/trace")) == ["master", "mirror.example.net"]
    assert mirror.json("verify")["damaged"] == []
    assert [row["added"] for row in mirror.json("history", "tree")] == [0, 3]


def test_an_upstream_that_went_backwards_is_held(mirror):
    mirror.write("project/trace/master", "Sat Nov 21 14:27:55 UTC 2026\nArchive serial: 2026112102\n")
    mirror.write("dists/stable/InRelease", "new", time=1_700_000_000)
    mirror.sync()
    mirror.write("project/trace/master", "Fri Nov 20 14:27:55 UTC 2026\nArchive serial: 2026112002\n")
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and "2026112002" in report["held_reason"]
    mirror.write("project/trace/master", "Sun Nov 22 14:27:55 UTC 2026\nArchive serial: 2026112202\n")
    assert mirror.sync()["outcome"] == "published"
    mirror.write("dists/stable/InRelease", "old", time=1_690_000_000)
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and "backwards" in report["held_reason"]
    assert mirror.json("approve", "tree")["outcome"] == "published"
    assert read(mirror, "dists/stable/InRelease") == "old"


def test_lastupdate_saves_a_listing_and_lastsync_is_taken_over(mirror):
    mirror.write("lastupdate", "1700000000\n", time=1_700_000_000)
    mirror.write("lastsync", "1700000001\n", time=1_700_000_001)
    mirror.write("core/a", "1")
    mirror.sync()
    # The upstream does not say that this changed, so nobody looks.
    mirror.write("core/b", "2")
    assert mirror.sync()["outcome"] == "unchanged"
    mirror.write("lastsync", "1700000601\n", time=1_700_000_601)
    assert mirror.sync()["outcome"] == "published"
    assert read(mirror, "lastsync") == "1700000601\n" and read(mirror, "core/b") is None
    assert mirror.sync("--full")["outcome"] == "published"
    assert read(mirror, "core/b") == "2"
    mirror.write("core/c", "3")
    mirror.write("lastupdate", "1700000700\n", time=1_700_000_700)
    assert mirror.sync()["outcome"] == "published" and read(mirror, "core/c") == "3"
    # Another selection is another question.
    mirror.configure('exclude = ["core/c"]')
    assert mirror.sync("--allow-deletes")["outcome"] == "published" and read(mirror, "core/c") is None


def test_the_next_upstream_is_asked_when_one_fails(mirror):
    second = mirror.folder / "second"
    shutil.copytree(mirror.upstream, second)
    (second / "file").write_text("from the second")
    mirror.config.write_text(mirror.config.read_text().replace(
        f'"file://{mirror.upstream}/"', f'"file://{mirror.folder}/none/", "file://{second}/"'))
    done = mirror.run("sync", "--json")
    assert done.returncode == 0 and "none" in done.stderr, done.stderr
    assert read(mirror, "file") == "from the second"
    assert mirror.json("status")["trees"][0]["upstream"] == f"file://{second}/"


def test_a_bad_file_whose_digest_is_known_comes_from_another_upstream(mirror):
    write_set(mirror, {"a.iso": "first"})
    second = mirror.folder / "second"
    shutil.copytree(mirror.upstream, second)
    mirror.write("iso/a.iso", "fir$t")
    mirror.config.write_text(mirror.config.read_text().replace(
        f'"file://{mirror.upstream}/"', f'"file://{mirror.upstream}/", "file://{second}/"'))
    report = mirror.sync()
    assert report["outcome"] == "published" and report["quarantined"] == []
    assert read(mirror, "iso/a.iso") == "first"


def test_an_empty_listing_never_empties_a_tree(mirror):
    mirror.configure('max_delete = "100%"')
    mirror.write("a", "1")
    mirror.sync()
    os.unlink(mirror.upstream / "a")
    report = mirror.sync(status=3)
    assert report["outcome"] == "held" and read(mirror, "a") == "1"
    assert mirror.sync("--allow-deletes")["outcome"] == "published" and read(mirror, "a") is None
