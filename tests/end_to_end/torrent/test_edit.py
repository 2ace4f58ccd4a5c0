"""`torrent edit` and `torrent magnet`: libtorrent reads back what they made."""
import json
import os
import stat
import subprocess

import libtorrent as lt
import pytest

from support.program import PROGRAM, run_program
from support.torrent_corpus import Raw, encode, good_torrents


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return good_torrents(tmp_path_factory.mktemp("torrents"))


@pytest.fixture
def torrent(good, tmp_path):
    path = tmp_path / "a.torrent"
    path.write_bytes(encode(good["hybrid tree"]))
    return path


def edit(*arguments, status=0, **options):
    done = run_program("torrent", "edit", *arguments, **options)
    assert done.returncode == status, (done.stdout, done.stderr)
    return done


def show_input(path):
    with open(path, "rb") as file:
        return subprocess.run([PROGRAM, "torrent", "show", "-"], stdin=file, capture_output=True, text=True, timeout=60)


def outer(path):
    return {key: value for key, value in lt.bdecode(path.read_bytes()).items() if key != b"info"}


def info_bytes(path):
    return lt.torrent_info(path.read_bytes()).info_section()


def test_trackers_seeds_comment_and_date_are_changed_and_nothing_else(torrent):
    before, info = outer(torrent), info_bytes(torrent)
    done = edit(torrent, "--set-tracker", "http://a/announce,udp://b:1/announce", "--set-tracker", "https://c/announce",
                "--add-web-seed", "https://new/pub/", "--remove-web-seed", "http://w/x/", "--comment", "other words",
                "--date", "86400")
    read = lt.torrent_info(torrent.read_bytes())
    assert str(read.info_hashes().v1) in done.stdout and str(read.info_hashes().v2) in done.stdout
    tiers = sorted((tracker.tier, tracker.url) for tracker in read.trackers())
    assert tiers == [(0, "http://a/announce"), (0, "udp://b:1/announce"), (1, "https://c/announce")]
    assert [seed["url"] for seed in read.web_seeds()] == ["https://v/y/", "https://new/pub/"]
    assert read.comment() == "other words" and read.creation_date() == 86400
    assert info_bytes(torrent) == info
    after = outer(torrent)
    for changed in (b"announce", b"announce-list", b"url-list", b"comment", b"creation date"):
        before.pop(changed, None), after.pop(changed)
    assert after == before


def test_everything_can_be_taken_out(torrent):
    info = info_bytes(torrent)
    edit(torrent, "--clear-trackers", "--clear-web-seeds", "--comment", "", "--date", "none")
    read = lt.torrent_info(torrent.read_bytes())
    assert list(read.trackers()) == [] and list(read.web_seeds()) == [] and read.comment() == ""
    assert b"creation date" not in outer(torrent) and info_bytes(torrent) == info


def test_trackers_are_added_and_removed(torrent):
    edit(torrent, "--add-tracker", "http://n/a,http://m/a", "--remove-tracker", "http://t/announce")
    read = lt.torrent_info(torrent.read_bytes())
    assert sorted((tracker.tier, tracker.url) for tracker in read.trackers()) == [
        (0, "udp://u:1/announce"), (1, "http://m/a"), (1, "http://n/a")]


def test_bytes_that_are_not_canonical_stay(good, torrent):
    info = encode(good["v1 file"][b"info"])
    odd = b"d1:zi007e4:info" + info[:-1] + b"1:bi-0e1:a0:e7:comment3:olde\nbehind"
    torrent.write_bytes(odd)
    edit(torrent, "--comment", "new one")
    assert torrent.read_bytes() == odd.replace(b"3:old", b"7:new one")


def test_many_files_are_edited_and_a_bad_one_stops_none(good, tmp_path):
    paths = [tmp_path / f"{number}.torrent" for number in range(4)]
    for path, name in zip(paths, good):
        path.write_bytes(encode(good[name]))
    paths[1].write_bytes(b"d4:infod")
    done = edit(*paths, tmp_path / "missing", "--comment", "for all", status=1)
    assert done.stderr.count("\n") == 2 and "byte 8" in done.stderr and "missing" in done.stderr
    assert paths[1].read_bytes() == b"d4:infod"
    assert all(lt.torrent_info(path.read_bytes()).comment() == "for all" for path in (paths[0], paths[2], paths[3]))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in paths)


def test_a_file_keeps_its_mode_and_a_link_stays_a_link(torrent):
    torrent.chmod(0o640)
    link = torrent.with_name("link.torrent")
    link.symlink_to(torrent.name)
    edit(link, "--comment", "x", "--quiet")
    assert link.is_symlink() and stat.S_IMODE(torrent.stat().st_mode) == 0o640
    assert lt.torrent_info(torrent.read_bytes()).comment() == "x"


def test_what_does_not_change_is_not_written(torrent):
    before = torrent.stat()
    done = edit(torrent, "--comment", "for people", "--remove-web-seed", "http://nowhere/")
    assert "nothing to change" in done.stdout and torrent.stat().st_ino == before.st_ino
    assert done.stderr.count("\n") == 1 and "none of its web seeds" in done.stderr
    content = torrent.read_bytes()
    assert "would change" in edit(torrent, "--comment", "x", "--dry-run").stdout and torrent.read_bytes() == content


def test_an_output_is_another_file_or_standard_output(torrent):
    content = torrent.read_bytes()
    out = torrent.with_name("out.torrent")
    edit(torrent, "-o", out, "--date", "file")
    assert torrent.read_bytes() == content
    assert lt.torrent_info(out.read_bytes()).creation_date() == int(torrent.stat().st_mtime)
    piped = subprocess.run([PROGRAM, "torrent", "edit", "-", "--date", "file", "--comment", "piped"],
                           stdin=out.open("rb"), capture_output=True, timeout=60)
    assert piped.returncode == 0 and lt.torrent_info(piped.stdout).comment() == "piped"


def test_wrong_usage_is_told(torrent):
    other = torrent.with_name("b.torrent")
    other.write_bytes(torrent.read_bytes())
    for arguments in ([torrent], [torrent, other, "-o", "x", "--comment", "c"], [torrent, "--date", "yesterday"],
                      [torrent, "--add-web-seed", "ftp://x/"], [torrent, "--set-tracker", "nonsense"]):
        done = edit(*arguments, status=2)
        assert done.stderr.count("\n") == 1 and done.stderr.startswith("mirrorseed")


def test_a_folder_that_cannot_be_written_leaves_the_file(torrent):
    content = torrent.read_bytes()
    done = edit(torrent, "-o", torrent.parent / "missing/out.torrent", "--comment", "x", status=1)
    assert done.stderr.count("\n") == 1 and torrent.read_bytes() == content
    done = edit(torrent, "-o", "/dev/full", "--comment", "x", status=1)
    assert "no regular file" in done.stderr


def test_magnets_are_read_by_libtorrent(good, tmp_path):
    path = tmp_path / "a.torrent"
    for name, made in good.items():
        path.write_bytes(encode(made))
        done = run_program("torrent", "magnet", path, "--torrent-url", "https://x/a%20b.torrent", "--peer", "1.2.3.4:5",
                           "--peer", "[2001:db8::1]:6", "--select", "0,2-3")
        assert done.returncode == 0 and done.stdout.count("\n") == 1, name
        link, torrent = lt.parse_magnet_uri(done.stdout.strip()), lt.torrent_info(path.read_bytes())
        shown = json.loads(run_program("torrent", "show", "--json", path).stdout)
        assert (link.info_hashes.v1, link.info_hashes.v2) == (torrent.info_hashes().v1, torrent.info_hashes().v2)
        assert link.name == torrent.name() == shown["name"]
        assert sorted(link.trackers) == sorted(tracker.url for tracker in torrent.trackers())
        assert link.url_seeds == shown["web_seeds"]
        assert link.file_priorities == [4, 0, 4, 4]
        assert link.peers == [("1.2.3.4", 5), ("2001:db8::1", 6)]
        assert "xs=https%3A%2F%2Fx%2Fa%2520b.torrent" in done.stdout
        assert done.stdout.startswith(shown["magnet"])


def test_a_name_of_any_bytes_survives_a_magnet(good, tmp_path):
    path = tmp_path / "a.torrent"
    for name in ("a&b=c#d?e%f+g", "ünïcode", "x" * 200, "a\nb", "%41"):
        made = good["v1 file"] | {b"info": good["v1 file"][b"info"] | {b"name": name.encode()}}
        path.write_bytes(encode(made))
        assert lt.parse_magnet_uri(run_program("torrent", "magnet", path).stdout.strip()).name == name


def test_show_reads_files_and_standard_input_and_nothing_else(good, torrent, tmp_path):
    text = run_program("torrent", "show", torrent).stdout
    assert text.startswith("tree/\n") and "hybrid" in text and "sub/deeper/d" in text and "magnet:?xt=" in text
    assert show_input(torrent).stdout == text
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(1 << 40)
    for path, words in ((fifo, "no regular file"), ("/dev/zero", "no regular file"), (tmp_path, "no regular file"),
                        (huge, "too large"), (tmp_path / "missing", "No such file")):
        done = run_program("torrent", "show", path, timeout=20)
        assert done.returncode == 1 and words in done.stderr and done.stderr.count("\n") == 1, (path, done.stderr)
    done = show_input("/dev/zero")
    assert done.returncode == 1 and "too large" in done.stderr


def test_hostile_names_are_shown_escaped_with_a_warning(good, tmp_path):
    path = tmp_path / "a\x1b[31m.torrent"
    made = good["v1 tree"] | {b"comment": b"\x1b[2J\xff", b"created by": b"x\ny"}
    files = [dict(entry) for entry in made[b"info"][b"files"]]
    files[0][b"path"] = [b"..", b"..", b"\x1b[2Jetc\nroot\xff"]
    made = made | {b"info": made[b"info"] | {b"files": files}}
    path.write_bytes(encode(made))
    done = run_program("torrent", "show", path, text=False)
    for stream in (done.stdout, done.stderr):
        assert b"\x1b" not in stream and b"\xff" not in stream
    assert b"(unsafe-name)" in done.stderr and b"../../\\x1b[2Jetc\\x0aroot\\xff" in done.stdout
    shown = json.loads(run_program("torrent", "show", "--json", path).stdout)
    assert shown["files"][0]["path"] == "../../\x1b[2Jetc\nroot\\xff"
    assert {"unsafe-name", "no-utf8-name"} <= {warning["code"] for warning in shown["warnings"]}
    path.write_bytes(encode(made | {b"info": Raw(b"le")}))
    done = run_program("torrent", "show", path)
    assert done.returncode == 1 and "\x1b" not in done.stderr and done.stderr.count("\n") == 1


def test_quiet_is_quiet(torrent):
    done = run_program("torrent", "show", "-q", torrent)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
