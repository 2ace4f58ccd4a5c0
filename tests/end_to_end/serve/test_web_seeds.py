"""The data of torrents below /-/seed/, as real clients download it, and what describes files. Until releases are made by
the keeper, these tests put them into the catalogue."""
import hashlib
import json
import random
import shutil
import sqlite3
import subprocess

import libtorrent
import pytest

from support.ports import free_port
from support.program import need
from support.raw_http import Wire, ask, request
from support.server import Server
from support.torrent_clients import by_aria2, by_libtorrent
from support.torrents import FORMATS, create
from support.waiting import wait_for

FOR_EVER = "public, max-age=31536000, immutable"


def put_release(mirror, torrent, path, described=("torrent",)):
    """Into the catalogue, as the release of the tree's file or folder at `path`; returns its hash for URLs."""
    info = libtorrent.torrent_info(libtorrent.bdecode(torrent))
    storage, hashes = info.files(), info.info_hashes()
    entry = mirror.upstream / path
    single = entry.is_file()
    catalogue = sqlite3.connect(mirror.store / "catalogue.db", timeout=20)

    def blob(file):
        digest = hashlib.sha256(file.read_bytes()).digest()
        found = catalogue.execute("select id from blobs where digest = ?", [digest]).fetchone()
        assert found, f"{file} is not stored"
        return found[0]

    def bytes_of(name):
        return name.encode("utf-8", "surrogateescape")

    with catalogue:
        release = catalogue.execute(
            "insert into releases(tree, path, name, title, published, blob, size, info_hash_v1, info_hash_v2, keep, "
            "keep_versions, tree_name) values((select id from trees where name = 'tree'), ?, ?, ?, 1700000000, ?, ?, ?, ?, "
            "31536000, 6, 'tree')",
            [bytes_of(path), bytes_of(info.name()), info.name(), blob(entry) if single else None, info.total_size(),
             hashes.v1.to_bytes() if hashes.has_v1() else None,
             hashes.v2.to_bytes() if hashes.has_v2() else None]).lastrowid
        for position in range(storage.num_files()):
            pad = bool(storage.file_flags(position) & libtorrent.file_flags_t.flag_pad_file)
            name = storage.file_path(position).split("/", 1)[-1]
            file = entry if single else entry / name
            catalogue.execute(
                "insert into release_files(release, position, path, blob, size, pad) values(?, ?, ?, ?, ?, ?)",
                [release, position, bytes_of(name), None if pad else blob(file), storage.file_size(position), pad])
        for kind in described:
            catalogue.execute("insert into descriptions values(?, ?, ?)", [release, kind, torrent])
    catalogue.close()
    return str(hashes.v1 if hashes.has_v1() else hashes.v2)


def clear_upstream(mirror):
    """The tree loses everything, and its contents live by the releases alone."""
    shutil.rmtree(mirror.upstream)
    mirror.write("other", b"all that is left")
    mirror.configure('keep_generations = 1\ngrace = "0s"\nmax_delete = "100%"')
    mirror.sync("--allow-deletes")
    mirror.good("gc")


def write_files(mirror, kind):
    rng = random.Random(5)
    sizes = {"file": {"disk image.iso": 700_001}, "folder of one": {"rel ease/only~(1).iso": 700_001},
             "folder": {"rel ease/a file": 100_003, "rel ease/sub/ünicode+&=": 65_536, "rel ease/sub/empty": 0,
                        "rel ease/z~(1)": 31, "rel ease/b#c%41": 200_000}}[kind]
    files = {name: rng.randbytes(size) for name, size in sizes.items()}
    for name, content in files.items():
        mirror.write(name, content)
    return next(iter(files)).split("/")[0], files


def by_transmission(torrent, folder):
    config = folder.parent / "transmission"
    config.mkdir()
    (config / "settings.json").write_text(json.dumps({
        "dht-enabled": False, "lpd-enabled": False, "pex-enabled": False, "port-forwarding-enabled": False,
        "bind-address-ipv4": "127.0.0.1", "bind-address-ipv6": "::1", "rpc-enabled": False}))
    folder.mkdir()
    size = libtorrent.torrent_info(str(torrent)).total_size()
    client = subprocess.Popen([need("transmission-cli"), "-g", config, "-w", folder, "-p", str(free_port()), "-M",
                               torrent], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        # It goes on as a seed, and calls what is not whole ".part".
        wait_for(lambda: not list(folder.rglob("*.part")) and size == sum(
            file.stat().st_size for file in folder.rglob("*") if file.is_file()), "the download", 120)
    finally:
        client.terminate()
        client.wait()


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", ["file", "folder", "folder of one"])
def test_libtorrent_downloads_what_the_tree_has_lost(mirror, tmp_path, kind, form):
    name, files = write_files(mirror, kind)
    mirror.configure('grace = "0s"')
    mirror.sync()
    server = mirror.serve()
    made = create(mirror.upstream / name, "--format", form, "--piece-length", "64KiB", cwd=tmp_path)[1]
    seed = f"{server.url}/-/seed/{put_release(mirror, made, name)}/"
    if kind == "file" and form != "v2":
        seed += "disk%20image.iso"
    torrent = tmp_path / "with seed.torrent"
    create(mirror.upstream / name, "--format", form, "--piece-length", "64KiB", "-w", seed, cwd=tmp_path)
    (tmp_path / "out.torrent").rename(torrent)
    clear_upstream(mirror)
    assert server.get(f"/tree/{name.replace(' ', '%20')}")[0] == 404
    by_libtorrent(torrent, tmp_path / "saved")
    for path, content in files.items():
        # A v2 torrent cannot tell a folder of one file from the file.
        if kind == "folder of one" and form == "v2":
            path = path.split("/")[-1]
        assert (tmp_path / "saved" / path).read_bytes() == content


@pytest.mark.parametrize("kind", ["file", "folder"])
@pytest.mark.parametrize("client, form", [(by_aria2, "v1"), (by_aria2, "hybrid"), (by_transmission, "v1")])
def test_other_clients_download_torrents(mirror, tmp_path, kind, client, form):
    name, files = write_files(mirror, kind)
    mirror.sync()
    server = mirror.serve()
    options = ["--format", form, "--piece-length", "64KiB"]
    made = create(mirror.upstream / name, *options, cwd=tmp_path)[1]
    seed = f"{server.url}/-/seed/{put_release(mirror, made, name)}/"
    create(mirror.upstream / name, *options, "-w", seed, cwd=tmp_path)
    client(tmp_path / "out.torrent", tmp_path / "saved")
    for path, content in files.items():
        if client is by_transmission and not content:
            continue  # version 3 makes no empty files
        assert (tmp_path / "saved" / path).read_bytes() == content


@pytest.fixture
def seeded(mirror, tmp_path):
    """A server with a hybrid of a folder, and the path of its seed."""
    mirror.write("rel/a", b"a" * 20_000)
    mirror.write("rel/b", b"b" * 300_000)
    mirror.sync()
    server = mirror.serve()
    made = create(mirror.upstream / "rel", "--format", "hybrid", "--piece-length", "256KiB", cwd=tmp_path)[1]
    return server, f"/-/seed/{put_release(mirror, made, 'rel')}/rel/"


def test_both_hashes_of_a_hybrid_name_its_data(seeded, mirror):
    server, seed = seeded
    v2 = sqlite3.connect(mirror.store / "catalogue.db").execute("select hex(info_hash_v2) from releases").fetchone()[0]
    assert ask(server, f"/-/seed/{v2.lower()}/rel/a").body == b"a" * 20_000
    assert ask(server, seed + "a").body == b"a" * 20_000
    assert ask(server, f"/-/seed/{'0' * 40}/rel/a").status == 404


def test_pads_are_zeros_of_their_length(seeded):
    server, seed = seeded
    for size in (262_144 - 20_000, 2 * 262_144 - 300_000):
        whole = ask(server, f"{seed}.pad/{size}")
        assert (whole.status, whole.body) == (200, bytes(size))
        part = ask(server, f"{seed}.pad/{size}", f"Range: bytes=5-{size - 1}")
        assert (part.status, part["Content-Range"]) == (206, f"bytes 5-{size - 1}/{size}")
        assert part.body == bytes(size - 5)
    assert ask(server, seed + ".pad/7").status == 404
    assert ask(server, f"/tree/rel/.pad/{262_144 - 20_000}").body == bytes(262_144 - 20_000)


@pytest.mark.parametrize("asked", [(0, 299_999), (0, 0), (299_999, 299_999), (16_384, 32_767), (5, 250_000)])
def test_every_range_is_a_206_of_just_these_bytes(seeded, asked):
    server, seed = seeded
    first, last = asked
    answer = ask(server, seed + "b", f"Range: bytes={first}-{last}")
    assert (answer.status, answer["Content-Range"]) == (206, f"bytes {first}-{last}/300000")
    assert answer["Cache-Control"] == FOR_EVER and answer["ETag"] and answer["Accept-Ranges"] == "bytes"
    assert answer.body == b"b" * (last - first + 1)


def test_pipelined_blocks_come_in_order_and_few_writes(seeded):
    server, seed = seeded
    ask(server, seed + "a")
    with Wire(server) as wire:
        blocks = [request(seed + "a", f"Range: bytes={at}-{at + 499}") for at in range(0, 20_000, 500)]
        wire.send(b"".join(blocks))
        for at in range(0, 20_000, 500):
            answer = wire.answer()
            assert (answer.status, answer["Content-Range"]) == (206, f"bytes {at}-{at + 499}/20000")


def test_a_browser_may_read_it(seeded):
    server, seed = seeded
    answer = ask(server, seed + "a", "Origin: https://page.example", "Access-Control-Request-Method: GET",
                 "Access-Control-Request-Headers: cache-control,range,user-agent", method="OPTIONS")
    assert answer.status == 204 and answer["Access-Control-Allow-Origin"] == "*"
    allowed = {name.strip().lower() for name in answer["Access-Control-Allow-Headers"].split(",")}
    assert {"range", "cache-control", "user-agent", "if-range"} <= allowed
    exposed = ask(server, seed + "a", "Range: bytes=0-9", "Origin: https://page.example")
    assert {"Content-Range", "Content-Length", "ETag", "Accept-Ranges", "Repr-Digest"} <= {
        name.strip() for name in exposed["Access-Control-Expose-Headers"].split(",")}


def test_a_client_at_its_limits_is_slowed_down_and_never_refused(mirror, tmp_path):
    mirror.configure()
    mirror.config.write_text(mirror.config.read_text().replace(
        "[server]\n", '[server]\nmax_connections_per_client = 1\nrate_limit_per_client = "2 MB/s"\n'))
    content = random.Random(3).randbytes(3_000_000)
    mirror.write("a.iso", content)
    mirror.sync()
    server = mirror.serve()
    made = create(mirror.upstream / "a.iso", cwd=tmp_path)[1]
    seed = f"{server.url}/-/seed/{put_release(mirror, made, 'a.iso')}/a.iso"
    create(mirror.upstream / "a.iso", "-w", seed, cwd=tmp_path)
    by_libtorrent(tmp_path / "out.torrent", tmp_path / "one")
    answers = server.get("/-/metrics")[2].decode()
    assert (tmp_path / "one/a.iso").read_bytes() == content
    assert '{status="4xx"} 0' in answers and '{status="5xx"} 0' in answers, answers


def test_a_running_server_knows_a_release_and_its_withdrawal_at_once(mirror, tmp_path):
    mirror.write("a.iso", b"image" * 1000)
    mirror.sync()
    server = mirror.serve()
    made = create(mirror.upstream / "a.iso", cwd=tmp_path)[1]
    for path in ("/tree/a.iso", "/tree/a.iso.torrent"):
        ask(server, path)
    assert "torrent" not in (ask(server, "/tree/a.iso")["Link"] or "")
    seed = f"/-/seed/{put_release(mirror, made, 'a.iso')}/a.iso"
    assert ask(server, seed).body == b"image" * 1000
    assert "</tree/a.iso.torrent>; rel=describedby" in ask(server, "/tree/a.iso")["Link"]
    torrent = ask(server, "/tree/a.iso.torrent")
    assert (torrent.body, torrent["Content-Type"]) == (made, "application/x-bittorrent")
    mirror.good("withdraw", hashlib.sha256(b"image" * 1000).hexdigest())
    assert ask(server, seed).status == 404


def test_files_link_to_what_describes_them_and_to_other_mirrors(mirror, tmp_path):
    mirror.configure(more="""
  [[tree.release]]
  match = "iso/*.iso"
  web_seeds = ["https://other.invalid/debian/", "http://third.invalid"]
""")
    mirror.config.write_text(mirror.config.read_text().replace(
        "[server]\n", '[server]\npublic_url = "https://mirror.example/"\n'))
    mirror.write("iso/a b.iso", b"image")
    mirror.write("iso/README", b"text")
    mirror.sync()
    server = mirror.serve()
    with sqlite3.connect(mirror.store / "catalogue.db") as catalogue:
        catalogue.execute("update web_seeds set is_good = 1")  # nobody is there to ask
    catalogue.close()
    at = "https://mirror.example/tree/iso/a%20b.iso"
    assert ask(server, "/tree/iso/a%20b.iso")["Link"] == (
        f'<{at}.torrent>; rel=describedby; type="application/x-bittorrent", '
        f'<{at}.meta4>; rel=describedby; type="application/metalink4+xml", '
        "<http://third.invalid/iso/a%20b.iso>; rel=duplicate, "
        "<https://other.invalid/debian/iso/a%20b.iso>; rel=duplicate")
    assert ask(server, "/tree/iso/README")["Link"] == (
        '<https://mirror.example/tree/iso/README.meta4>; rel=describedby; type="application/metalink4+xml"')
    metalink = ask(server, "/tree/iso/a%20b.iso.meta4").body.decode()
    assert f'<url priority="1">{at}</url>' in metalink
    assert '<url priority="4">https://other.invalid/debian/iso/a%20b.iso</url>' in metalink
    assert "https://mirror.example/-/releases/tree/iso/a%20b.iso.torrent</metaurl>" in metalink


@pytest.mark.parametrize("named", [True, False], ids=["by our public name", "by our path"])
def test_aria2_downloads_by_a_metalink_and_checks_the_hash(mirror, tmp_path, named):
    content = random.Random(9).randbytes(5_000_000)
    mirror.write("iso/a + b.iso", content)
    mirror.sync()
    port = free_port()
    mirror.config.write_text(mirror.config.read_text().replace("127.0.0.1:0", f"127.0.0.1:{port}"))
    if named:
        mirror.config.write_text(mirror.config.read_text().replace(
            "[server]\n", f'[server]\npublic_url = "http://127.0.0.1:{port}"\n'))
    server = mirror.serve()
    done = subprocess.run([need("aria2c"), "--no-conf", "--check-integrity=true", "--dir", tmp_path / "out",
                           server.url + "/tree/iso/a%20+%20b.iso.meta4"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Verification finished successfully" in done.stdout or "Checksum" in done.stdout, done.stdout
    assert (tmp_path / "out/a + b.iso").read_bytes() == content


def test_a_plain_folder_has_no_seeds_and_no_metalinks(tmp_path):
    (tmp_path / "a").write_bytes(b"text")
    server = Server("serve", tmp_path, "--listen", "127.0.0.1:0")
    try:
        assert ask(server, f"/-/seed/{'0' * 40}/a").status == 404
        assert ask(server, "/a.meta4").status == 404
        assert ask(server, "/a")["Link"] is None
    finally:
        server.stop()
