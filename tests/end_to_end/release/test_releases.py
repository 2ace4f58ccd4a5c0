"""What a rule names has a torrent from the moment when it is published, and for as long as it is kept."""
import hashlib
import os
import shutil
import subprocess
import time
from urllib.parse import quote

import libtorrent
import pytest

from support.program import PROGRAM, need
from support.releasing import IMAGES, SET, Releasing, hash_in, info_of, sha256, unfinished
from support.torrent_clients import by_aria2, by_libtorrent
from support.torrents import FORMATS, create, random_bytes, torrent_of


@pytest.fixture
def mirror(tmp_path):
    made = Releasing(tmp_path)
    yield made
    made.stop()


def write_images(mirror):
    mirror.write("iso/1.0/img-1.0.iso", random_bytes(700_000, 1), time=1_700_000_000)
    mirror.write("iso/README", "text")
    mirror.write("sets/one/a", random_bytes(100_000, 2), time=1_700_000_100)
    mirror.write("sets/one/b/c", random_bytes(300_001, 3), time=1_700_000_050)
    mirror.write("sets/one/empty", b"", time=1_700_000_000)


@pytest.mark.parametrize("form", FORMATS)
def test_a_release_is_there_with_its_bytes_and_clients_complete_it_from_here_alone(mirror, tmp_path, form):
    rules = IMAGES + f'format = "{form}"\n' + SET + f'format = "{form}"\n'
    mirror.configure(rules)
    write_images(mirror)
    mirror.sync()
    server = mirror.serve()
    listed = mirror.releases()
    assert set(listed) == {"iso/1.0/img-1.0.iso", "sets/one"}
    image, bytes_of_image = mirror.torrent("iso/1.0/img-1.0.iso")
    one, _ = mirror.torrent("sets/one")
    info = info_of(bytes_of_image)
    hashes = image.info_hashes()
    told = listed["iso/1.0/img-1.0.iso"]
    if form != "v2":
        assert told["info_hash_v1"] == hashlib.sha1(info).hexdigest() == str(hashes.v1)
    if form != "v1":
        assert told["info_hash_v2"] == hashlib.sha256(info).hexdigest() == str(hashes.v2)
    assert told["sha256"] == sha256(random_bytes(700_000, 1)) and told["size"] == 700_000
    assert image.creation_date() == 1_700_000_000 and one.creation_date() == 1_700_000_100, "the newest file's time"
    hash_of = hash_in(told)
    # libtorrent takes a file of v2 for a folder.
    assert [seed["url"] for seed in image.web_seeds()] == (
        [f"{mirror.url}/tree/iso/1.0/", f"{mirror.url}/-/seed/{hash_of}/"] if form == "v2" else
        [f"{mirror.url}/tree/iso/1.0/img-1.0.iso", f"{mirror.url}/-/seed/{hash_of}/img-1.0.iso"])
    assert [seed["url"] for seed in one.web_seeds()] == [
        f"{mirror.url}/tree/sets/", f"{mirror.url}/-/seed/{hash_in(listed['sets/one'])}/"]
    clients = [by_libtorrent] + ([by_aria2] if form == "v1" else [])
    for name, client in enumerate(clients):
        for path in ("iso/1.0/img-1.0.iso", "sets/one"):
            torrent = tmp_path / "got.torrent"
            torrent.write_bytes(mirror.torrent(path)[1])
            client(torrent, tmp_path / f"got{name}")
        got = tmp_path / f"got{name}"
        assert (got / "img-1.0.iso").read_bytes() == random_bytes(700_000, 1)
        assert (got / "one/b/c").read_bytes() == random_bytes(300_001, 3)
    assert mirror.json("releases") == server.json("/-/releases.json")
    assert mirror.run("releases", "tree").stdout.count("\n  ok ") == 4
    for path in ("/tree/iso/1.0/img-1.0.iso.torrent", f"/-/torrent/{hash_of}.torrent"):
        assert server.get(path)[2] == bytes_of_image
    magnet = libtorrent.parse_magnet_uri(told["magnet"])
    assert magnet.url_seeds == [seed["url"] for seed in image.web_seeds()] and magnet.name == "img-1.0.iso"


def test_all_bytes_of_a_torrent_follow_from_contents_and_config(mirror, tmp_path):
    """Whoever mirrors the same makes the same, again and again."""
    write_images(mirror)
    mirror.configure(IMAGES + SET)
    mirror.sync()
    other = Releasing(tmp_path / "other")
    other.port = mirror.port
    other.configure(IMAGES + SET, f"file://{mirror.upstream}/")
    other.sync()
    made = []
    for one in (mirror, other):
        one.serve()
        made.append([one.torrent(path)[1] for path in ("iso/1.0/img-1.0.iso", "sets/one")])
        one.stop()
    assert made[0] == made[1]
    # As somebody else's tools make it.
    alone, _ = create(mirror.upstream / "iso/1.0/img-1.0.iso", cwd=tmp_path)
    assert alone["info_hash_v1"] == hashlib.sha1(info_of(made[0][0])).hexdigest()


def test_what_cannot_be_described_is_published_without_a_torrent_and_told(mirror):
    mirror.configure(IMAGES)
    mirror.write("iso/empty.iso", b"")
    mirror.write(b"iso/\xff.iso", b"x" * 100)
    mirror.write("iso/good.iso", b"y" * 100)
    result = mirror.sync(status=3)
    assert result["outcome"] == "published" and result["total"]["files"] == 3
    troubles = unfinished(result)
    assert len(troubles) == 2 and any("empty.iso" in text for text in troubles) and any("UTF-8" in text for text in troubles)
    mirror.serve()
    assert set(mirror.releases()) == {"iso/good.iso"}
    assert mirror.servers[-1].get("/tree/iso/empty.iso")[0] == 200
    assert mirror.sync()["outcome"] == "unchanged", "it is told once"
    [tree] = mirror.json("status")["trees"]
    assert len(tree["undescribed"]) == 2 and mirror.run("status").stdout.count("has no torrent") == 2
    (mirror.upstream / "iso/empty.iso").unlink()
    mirror.sync("--allow-deletes")
    assert len(mirror.json("status")["trees"][0]["undescribed"]) == 1


def test_another_content_is_another_torrent_and_the_old_one_still_seeds(mirror, tmp_path):
    mirror.configure('keep_generations = 1\ngrace = "0s"\nhistory = "0s"\n' + IMAGES)
    mirror.write("iso/a.iso", random_bytes(200_000, 1))
    mirror.sync()
    mirror.serve()
    before, old_bytes = mirror.torrent("iso/a.iso")
    mirror.write("iso/a.iso", random_bytes(200_000, 2), time=1_700_000_000)
    mirror.sync()
    mirror.good("gc")
    listed = mirror.releases()
    assert set(listed) == {"iso/a.iso", ("iso/a.iso", str(before.info_hashes().v1))}
    assert mirror.torrent("iso/a.iso")[0].info_hashes().v1 != before.info_hashes().v1
    former = listed["iso/a.iso", str(before.info_hashes().v1)]
    old = mirror.servers[-1].get(former["torrent"].removeprefix(mirror.url))[2]
    assert info_of(old) == info_of(old_bytes)
    # What stands at its name now would have clients give it up.
    hash_of = str(before.info_hashes().v1)
    assert libtorrent.bdecode(old)[b"url-list"] == [f"{mirror.url}/-/seed/{hash_of}/a.iso".encode()]
    assert f"xs={quote(former['torrent'], safe='')}" in former["magnet"]
    (tmp_path / "old.torrent").write_bytes(old)
    by_libtorrent(tmp_path / "old.torrent", tmp_path / "old")
    assert (tmp_path / "old/a.iso").read_bytes() == random_bytes(200_000, 1)
    # What comes again is the release that it was.
    mirror.write("iso/a.iso", random_bytes(200_000, 1), time=1_700_000_500)
    mirror.sync()
    assert mirror.torrent("iso/a.iso")[1] == old_bytes
    assert len(mirror.releases()) == 2


def test_former_releases_are_kept_as_their_rule_says(mirror):
    mirror.configure('keep_generations = 1\nmax_delete = "100%"\ngrace = "0s"\nhistory = "0s"\n' + IMAGES + "keep_versions = 2\n")
    contents = {version: random_bytes(50_000, version) for version in (8, 9, 10, 11)}
    for version, content in contents.items():
        shutil.rmtree(mirror.upstream / "iso", ignore_errors=True)
        mirror.write(f"iso/img-{version}.iso", content)
        mirror.sync()
    mirror.good("gc")
    server = mirror.serve()
    paths = {key if isinstance(key, str) else key[0]: item for key, item in mirror.releases().items()}
    assert set(paths) == {"iso/img-9.iso", "iso/img-10.iso", "iso/img-11.iso"}, "8 is the oldest by number"
    assert server.get(f"/-/blob/sha256/{sha256(contents[9])}")[2] == contents[9]
    assert server.get(f"/-/blob/sha256/{sha256(contents[8])}")[0] == 404
    assert server.get("/tree/iso/img-10.iso.torrent")[0] == 200 and server.get("/tree/iso/img-10.iso")[0] == 404
    # A rule that changes counts for former ones too.
    mirror.configure('keep_generations = 1\nmax_delete = "100%"\ngrace = "0s"\nhistory = "0s"\n' + IMAGES + 'keep = "0s"\n')
    mirror.write("other", "x")
    mirror.sync()
    mirror.good("gc")
    assert set(mirror.releases()) == {"iso/img-11.iso"}
    assert server.get(f"/-/blob/sha256/{sha256(contents[9])}")[0] == 404


def test_a_held_candidate_shows_nothing_until_it_is_approved(mirror):
    mirror.configure(IMAGES)
    for name in "abcd":
        mirror.write(name, name * 1000)
    mirror.sync()
    mirror.serve()
    for name in "abc":
        (mirror.upstream / name).unlink()
    mirror.write("iso/new.iso", random_bytes(50_000))
    held = mirror.sync(status=3)
    assert held["outcome"] == "held"
    assert mirror.releases() == {}
    mirror.good("approve", "tree")
    assert set(mirror.releases()) == {"iso/new.iso"}


def test_an_embargo_shows_nothing_of_a_release(mirror):
    mirror.configure('max_delete = "100%"\n' + IMAGES + SET)
    mirror.write("iso/a.iso", random_bytes(50_000, 1), mode=0o600)
    mirror.write("sets/one/a", random_bytes(50_000, 2))
    mirror.write("sets/one/b", random_bytes(50_000, 3), mode=0o600)
    assert ["not everybody may read it" in text for text in unfinished(mirror.sync(status=3))] == [True]
    server = mirror.serve()
    assert mirror.releases() == {}
    for name in ("iso/a.iso", "sets/one/b"):
        (mirror.upstream / name).chmod(0o644)
    mirror.sync()
    listed = mirror.releases()
    assert set(listed) == {"iso/a.iso", "sets/one"}
    seed = f"/-/seed/{listed['iso/a.iso']['info_hash_v1']}/a.iso"
    assert server.get(seed)[0] == 200
    # Closed again, it is told of to nobody; open again, it is what it was.
    (mirror.upstream / "iso/a.iso").chmod(0o600)
    mirror.sync()
    assert set(mirror.releases()) == {"sets/one"}
    assert server.get(seed)[0] == 404 and server.get("/tree/iso/a.iso.torrent")[0] == 404
    assert server.get(f"/-/blob/sha256/{sha256(random_bytes(50_000, 1))}")[0] == 404
    (mirror.upstream / "iso/a.iso").chmod(0o644)
    mirror.sync()
    assert mirror.releases()["iso/a.iso"]["info_hash_v1"] == listed["iso/a.iso"]["info_hash_v1"]


def test_a_rollback_takes_back_what_it_takes_away(mirror):
    mirror.configure(IMAGES)
    mirror.write("iso/good.iso", random_bytes(50_000, 1))
    mirror.sync()
    mirror.write("iso/bad.iso", random_bytes(50_000, 2))
    mirror.sync()
    server = mirror.serve()
    bad = mirror.releases()["iso/bad.iso"]
    mirror.good("rollback", "tree")
    assert set(mirror.releases()) == {"iso/good.iso"}
    assert server.get(f"/-/seed/{bad['info_hash_v1']}/bad.iso")[0] == 404
    assert server.get("/tree/iso/bad.iso.torrent")[0] == 404
    mirror.sync("tree")
    assert mirror.releases()["iso/bad.iso"]["info_hash_v1"] == bad["info_hash_v1"]


def test_a_rule_that_comes_later_describes_what_is_published(mirror):
    write_images(mirror)
    mirror.sync()
    mirror.serve()
    assert mirror.releases() == {}
    mirror.configure(IMAGES + SET)
    assert mirror.sync()["outcome"] == "unchanged"
    assert set(mirror.releases()) == {"iso/1.0/img-1.0.iso", "sets/one"}
    generation = mirror.servers[-1].json("/-/trees/tree/head")["generation"]
    assert generation == 1, "its own commit is no generation"
    # A changed rule counts for new contents alone.
    hashes = {path: hash_in(item) for path, item in mirror.releases().items()}
    mirror.configure(IMAGES + 'piece_length = "64 KiB"\n' + SET)
    mirror.sync()
    assert {path: hash_in(item) for path, item in mirror.releases().items()} == hashes


def test_many_small_releases_of_a_later_rule_open_the_store_once_and_share_commits(mirror):
    count = 100
    for number in range(count):
        mirror.write(f"iso/{number}.iso", f"image {number}")
    mirror.sync()
    mirror.configure(IMAGES)
    log = mirror.folder / "calls"
    done = subprocess.run([need("strace"), "-f", "-e", "trace=openat,fdatasync", "-o", log, PROGRAM, "-c", mirror.config, "sync"],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    calls = log.read_text()
    assert calls.count(" openat(") < 2 * count and calls.count("fdatasync(") < 2.5 * count
    mirror.serve()
    assert len(mirror.releases()) == count


def test_a_withdrawn_content_takes_its_releases_along(mirror):
    mirror.configure(IMAGES + SET)
    write_images(mirror)
    mirror.sync()
    server = mirror.serve()
    listed = mirror.releases()
    mirror.good("withdraw", sha256(random_bytes(700_000, 1)))
    assert set(mirror.releases()) == {"sets/one"}
    assert server.get(f"/-/seed/{listed['iso/1.0/img-1.0.iso']['info_hash_v1']}/img-1.0.iso")[0] == 404
    report = mirror.json("withdraw", listed["sets/one"]["info_hash_v1"].upper())
    assert {item["path"] for item in report["paths"]} == {"sets/one/a", "sets/one/b/c"}
    assert mirror.releases() == {}
    assert server.get("/tree/sets/one/a")[0] == 404 and server.get("/tree/iso/README")[0] == 200
    mirror.sync()
    assert mirror.releases() == {}, "nothing of it comes again"
    assert mirror.run("withdraw", "0" * 40).returncode == 1


def test_recover_brings_releases_back(mirror):
    mirror.configure('keep_generations = 1\nmax_delete = "100%"\ngrace = "0s"\nhistory = "0s"\n' + IMAGES + SET)
    write_images(mirror)
    mirror.sync()
    shutil.rmtree(mirror.upstream / "iso")
    mirror.sync()
    mirror.serve()
    before = mirror.servers[-1].get("/-/releases.json")[2]
    former = next(item for key, item in mirror.releases().items() if isinstance(key, tuple))
    mirror.stop()
    for name in ("catalogue.db", "catalogue.db-wal", "catalogue.db-shm"):
        (mirror.store / name).unlink(missing_ok=True)
    mirror.good("recover")
    server = mirror.serve()
    assert server.get("/-/releases.json")[2] == before
    mirror.good("gc")
    assert server.get(f"/-/seed/{former['info_hash_v1']}/img-1.0.iso")[2] == random_bytes(700_000, 1)
    assert mirror.sync()["outcome"] == "unchanged"
    assert server.get("/-/releases.json")[2] == before


def test_a_tree_that_is_forgotten_leaves_its_releases(mirror):
    mirror.configure(IMAGES)
    mirror.write("iso/a.iso", random_bytes(50_000, 1))
    mirror.sync()
    server = mirror.serve()
    made = mirror.releases()["iso/a.iso"]
    mirror.config.write_text(mirror.config.read_text().replace('name = "tree"', 'name = "other"'))
    mirror.good("forget", "tree", "--yes")
    mirror.good("gc")
    assert set(mirror.releases()) == {("iso/a.iso", made["info_hash_v1"])}
    seed = f"/-/seed/{made['info_hash_v1']}/a.iso"
    assert server.get(seed)[2] == random_bytes(50_000, 1)
    [former] = mirror.releases().values()
    offered = libtorrent.bdecode(server.get(former["torrent"].removeprefix(mirror.url))[2])
    assert offered[b"url-list"] == [f"{mirror.url}{seed}".encode()], "somebody else may have its place"
    mirror.stop()
    (mirror.store / "catalogue.db").unlink()
    mirror.run("recover")
    server = mirror.serve()
    assert server.get(seed)[2] == random_bytes(50_000, 1)
    assert server.get("/tree/")[0] == 404, "the tree itself does not come back"


def test_a_damaged_content_gets_no_torrent(mirror):
    mirror.write("iso/a.iso", b"x" * 50_000)
    mirror.sync()
    blob = mirror.store / "blobs/sha256" / sha256(b"x" * 50_000)[:2] / sha256(b"x" * 50_000)
    facts = blob.stat()
    blob.chmod(0o644)
    with open(blob, "r+b") as file:
        file.write(b"y")
    os.utime(blob, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    mirror.configure(IMAGES)
    result = mirror.sync("--full", status=3)
    mirror.serve()
    assert any("damaged" in text for text in unfinished(result)), result
    assert mirror.releases() == {}
    # Once that is mended, nothing of the tree changes, and yet.
    mirror.good("verify", "--repair")
    assert mirror.sync()["outcome"] == "unchanged"
    assert set(mirror.releases()) == {"iso/a.iso"}
    assert mirror.json("status")["trees"][0]["undescribed"] == []


def upstream_torrent(mirror, content, name, **more):
    made = torrent_of(content, ["http://foreign.example/x"], name=name, **more)
    return libtorrent.bencode({**libtorrent.bdecode(made), b"announce": b"http://t.example/announce",
                               b"nodes": [[b"dht.example", 6881]], b"httpseeds": [b"http://old.example/"]})


def test_an_upstreams_own_torrent_becomes_the_releases(mirror, tmp_path):
    content = random_bytes(300_000)
    mirror.configure('upstream_torrents = "adopt"\n' + IMAGES)
    mirror.write("iso/a.iso", content)
    theirs = upstream_torrent(mirror, content, "a.iso", piece=65536)
    mirror.write("iso/a.iso.torrent", theirs)
    mirror.write("iso/b.iso", content[::-1])
    mirror.write("iso/b.iso.torrent", upstream_torrent(mirror, content, "b.iso"))
    mirror.sync()
    server = mirror.serve()
    listed = mirror.releases()
    assert listed["iso/a.iso"]["adopted"] and not listed["iso/b.iso"]["adopted"], "its pieces are others"
    assert listed["iso/a.iso"]["info_hash_v1"] == hashlib.sha1(info_of(theirs)).hexdigest()
    ours, body = mirror.torrent("iso/a.iso")
    assert info_of(body) == info_of(theirs)
    assert [tracker.url for tracker in ours.trackers()] == ["http://t.example/announce"]
    assert [seed["url"] for seed in ours.web_seeds()] == [
        f"{mirror.url}/tree/iso/a.iso", f"{mirror.url}/-/seed/{listed['iso/a.iso']['info_hash_v1']}/a.iso"]
    decoded = libtorrent.bdecode(body)
    assert b"nodes" not in decoded and b"httpseeds" not in decoded
    assert server.get("/tree/iso/a.iso.torrent")[2] == theirs, "the tree's own file stays as it is"
    (tmp_path / "a.torrent").write_bytes(body)
    by_libtorrent(tmp_path / "a.torrent", tmp_path / "got")
    assert (tmp_path / "got/a.iso").read_bytes() == content
    # Our tracker comes behind theirs, and goes again.
    for tracker in (["tracker = true"], []):
        mirror.configure('upstream_torrents = "adopt"\n' + IMAGES, server="".join(tracker))
        mirror.sync()
        told = [entry.url for entry in mirror.torrent("iso/a.iso")[0].trackers()]
        assert told == ["http://t.example/announce"] + [f"{mirror.url}/-/announce"] * len(tracker)


def test_a_new_public_url_is_offered_and_no_torrent_is_another_for_it(mirror):
    mirror.configure(IMAGES + 'trackers = ["http://one.example/a,http://two.example/a", "udp://three.example:1/a"]\n')
    mirror.write("iso/a.iso", random_bytes(50_000))
    mirror.sync()
    mirror.serve()
    before, body = mirror.torrent("iso/a.iso")
    # A client shuffles a tier.
    assert sorted((tracker.tier, tracker.url) for tracker in before.trackers()) == [
        (0, "http://one.example/a"), (0, "http://two.example/a"), (1, "udp://three.example:1/a")]
    mirror.configure(IMAGES + 'trackers = ["http://four.example/a"]\n')
    mirror.config.write_text(mirror.config.read_text().replace(f'public_url = "{mirror.url}"', 'public_url = "https://m.example"'))
    assert mirror.sync()["outcome"] == "unchanged"
    after, anew = mirror.torrent("iso/a.iso")
    assert info_of(anew) == info_of(body)
    assert [tracker.url for tracker in after.trackers()] == ["http://four.example/a"]
    assert [seed["url"] for seed in after.web_seeds()] == [
        "https://m.example/tree/iso/a.iso", f"https://m.example/-/seed/{after.info_hashes().v1}/a.iso"]


def test_a_content_that_is_replaced_by_a_closed_one_is_former(mirror):
    mirror.configure('max_delete = "100%"\n' + IMAGES + SET)
    mirror.write("iso/a.iso", random_bytes(50_000, 1))
    mirror.write("sets/one/a", random_bytes(50_000, 2))
    mirror.sync()
    server = mirror.serve()
    before = mirror.releases()
    mirror.write("iso/a.iso", random_bytes(50_000, 3), mode=0o600)
    mirror.write("sets/one/.lock", "x", mode=0o600)
    mirror.sync(status=3)
    listed = mirror.releases()
    assert set(listed) == {("iso/a.iso", before["iso/a.iso"]["info_hash_v1"]),
                           ("sets/one", before["sets/one"]["info_hash_v1"])}, "they seed on"
    (mirror.upstream / "iso/a.iso").chmod(0o644)
    mirror.sync()
    assert "iso/a.iso" in mirror.releases()
    assert server.get(f"/-/seed/{before['iso/a.iso']['info_hash_v1']}/a.iso")[0] == 200


def test_an_adopted_torrent_may_have_its_files_in_any_order_and_must_have_all(mirror):
    mirror.configure('upstream_torrents = "adopt"\n' + SET)
    parts = {"b": random_bytes(50_000, 1), "a": random_bytes(60_000, 2)}
    for kind, files in (("whole", parts), ("part", {"b": parts["b"]})):
        for name, content in parts.items():
            mirror.write(f"sets/{kind}/{name}", content)
        mirror.write(f"sets/{kind}.torrent", torrent_of(files, [], name=kind))
    mirror.sync()
    mirror.serve()
    listed = mirror.releases()
    assert listed["sets/whole"]["adopted"] and not listed["sets/part"]["adopted"]
    for moment in (1_600_000_001, 1_600_000_002):
        os.utime(mirror.upstream / "sets/whole/a", (moment, moment))
        mirror.sync()
    assert mirror.releases() == listed, "no touch makes it another"


def test_a_torrent_is_withdrawn_without_the_emptiness_of_its_empty_file(mirror):
    mirror.configure(SET)
    mirror.write("sets/one/a", random_bytes(50_000, 1))
    mirror.write("sets/one/empty", b"")
    mirror.write("other/empty", b"")
    mirror.sync()
    server = mirror.serve()
    mirror.good("withdraw", mirror.releases()["sets/one"]["info_hash_v1"])
    assert server.get("/tree/other/empty")[0] == 200 and server.get("/tree/sets/one/a")[0] == 404
    done = mirror.run("withdraw", sha256(b""))
    assert done.returncode == 1 and "every empty file" in done.stderr


def test_a_rule_that_keeps_for_longer_counts_at_once(mirror):
    options = 'keep_generations = 1\nmax_delete = "100%"\ngrace = "0s"\nhistory = "0s"\n'
    mirror.configure(options + IMAGES + 'keep = "1s"\n')
    mirror.write("iso/a.iso", random_bytes(50_000, 1))
    mirror.write("other", "x")
    mirror.sync()
    (mirror.upstream / "iso/a.iso").unlink()
    mirror.sync()
    mirror.configure(options + IMAGES + 'keep = "90d"\n')
    time.sleep(2.1)
    mirror.good("gc")
    mirror.good("gc")
    mirror.serve()
    assert len(mirror.releases()) == 1


def test_recover_tells_a_folder_from_what_it_was(mirror):
    mirror.configure(SET)
    mirror.write("sets/one/a", random_bytes(50_000, 1))
    mirror.sync()
    mirror.write("sets/one/b", random_bytes(50_000, 2))
    mirror.sync()
    mirror.serve()
    before = mirror.releases()
    mirror.stop()
    for name in ("catalogue.db", "catalogue.db-wal", "catalogue.db-shm"):
        (mirror.store / name).unlink(missing_ok=True)
    mirror.good("recover")
    mirror.serve()
    assert mirror.releases() == before and len(before) == 2
