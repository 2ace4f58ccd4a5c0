"""`torrent check-seeds` against real nginx, and against servers that are wrong in every way that matters."""
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from support.certificates import Certificates
from support.ports import free_port
from support.program import PROGRAM, ROOT, need, run_program
from support.seed_servers import Misbehaving, Nginx, part
from support.torrent_clients import by_aria2, by_libtorrent
from support.torrents import random_bytes, torrent_of
from support.waiting import wait_for

CONTENT = random_bytes(100_000)
CLIENTS = ["libtorrent", "libtorrent before 2.0.14", "aria2", "Transmission 4", "Transmission 3", "WebTorrent"]


@pytest.fixture
def servers():
    """Takes whatever has stop()."""
    started = []
    yield lambda server: started.append(server) or server
    for server in started:
        server.stop()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("tls") / "certificates")


@pytest.fixture
def seeds(tmp_path):
    """Checks seeds of CONTENT, or of another torrent, on this machine; answers with the report."""
    def check(urls, *options, torrent=None, allow=["--allow-private"]):
        file = tmp_path / "checked.torrent"
        file.write_bytes(torrent or torrent_of(CONTENT, [urls] if isinstance(urls, str) else urls))
        done = run_program("torrent", "check-seeds", file, "--json", *allow, *options)
        report = json.loads(done.stdout)
        bad = any(seed["state"] == "bad" for seed in report)
        assert done.returncode == (3 if bad else 0), (done.returncode, done.stdout, done.stderr)
        return report
    return check


@pytest.fixture
def misbehaving(servers):
    return lambda answer: servers(Misbehaving(answer))


def only(report):
    assert len(report) == 1
    return report[0]


def verdict(report):
    seed = only(report)
    return seed["state"], seed["code"]


def always(answer):
    """Sends the same bytes whatever is asked, and hangs up."""
    return lambda head, send: send(answer) or True


def test_a_good_seed_is_ok(tmp_path, servers, seeds):
    root = tmp_path / "root"
    root.mkdir()
    (root / "x.iso").write_bytes(CONTENT)
    nginx = servers(Nginx(tmp_path / "nginx", root))
    seed = only(seeds(nginx.url + "/x.iso"))
    assert (seed["state"], seed["reason"], seed["code"]) == ("ok", "", "ok")
    assert seed["checked_bytes"] == len(CONTENT)  # seven pieces are fewer than eight
    assert seed["clients"] == [{"client": client, "state": "ok", "reason": ""} for client in CLIENTS]
    log = nginx.log().splitlines()
    assert len(log) == 7 and all('" 206 ' in line and "mirrorseed/" in line for line in log)
    assert only(seeds(nginx.url + "/x.iso", "--pieces", 2))["checked_bytes"] == 16384 + len(CONTENT) % 16384


def test_folders_are_asked_for_as_clients_do(tmp_path, servers, seeds):
    files = {"plain": random_bytes(20_000, 1), "with blank/ä+&": random_bytes(30_000, 2), "empty": b"",
             "a#b?c%41": random_bytes(30_000, 3)}
    root = tmp_path / "root"
    for name, content in files.items():
        (root / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "data" / name).write_bytes(content)
    nginx = servers(Nginx(tmp_path / "nginx", root))
    for url in (nginx.url, nginx.url + "/"):
        seed = only(seeds([], torrent=torrent_of(files, [url])))
        assert seed["state"] == "ok" and seed["reason"] == "not for Transmission 4 and WebTorrent"
        assert seed["checked_bytes"] == 80_000
        failed = {client["client"] for client in seed["clients"] if client["state"] == "bad"}
        assert failed == {"Transmission 4", "WebTorrent"}
    asked = [line.split('"')[1] for line in nginx.log().splitlines()]
    assert "GET /data/with%20blank/%C3%A4%2B%26 HTTP/1.1" in asked


def test_a_folder_of_one_file_divides_clients(tmp_path, servers, seeds):
    root = tmp_path / "root"
    (root / "data").mkdir(parents=True)
    (root / "data/x").write_bytes(CONTENT)
    nginx = servers(Nginx(tmp_path / "nginx", root))
    at_root = only(seeds([], torrent=torrent_of({"x": CONTENT}, [nginx.url + "/"])))
    assert (at_root["state"], at_root["reason"]) == ("ok", "not for libtorrent before 2.0.14 and WebTorrent")
    at_file = only(seeds([], torrent=torrent_of({"x": CONTENT}, [nginx.url + "/data/x"])))
    assert (at_file["state"], at_file["reason"]) == ("ok", "not for aria2")


def test_hybrids_with_pads_are_checked(tmp_path, servers, seeds):
    import libtorrent
    root = tmp_path / "root"
    (root / "data").mkdir(parents=True)
    storage = libtorrent.file_storage()
    for name, size in (("a", 20_000), ("b", 50_000), ("c", 100)):
        (root / "data" / name).write_bytes(random_bytes(size, size))
        storage.add_file("data/" + name, size)
    for flags in (0, libtorrent.create_torrent.v2_only):
        making = libtorrent.create_torrent(storage, 16384, flags)
        libtorrent.set_piece_hashes(making, str(root))
        nginx = servers(Nginx(tmp_path / f"nginx{int(flags)}", root))
        making.add_url_seed(nginx.url + "/")
        seed = only(seeds([], torrent=libtorrent.bencode(making.generate())))
        assert (seed["state"], seed["reason"], seed["checked_bytes"]) == ("ok", "", 70_100)
        assert ".pad" not in nginx.log()


def test_wrong_bytes_are_found(tmp_path, servers, seeds):
    (tmp_path / "root").mkdir()
    (tmp_path / "root/x").write_bytes(CONTENT[:-1] + b"!")
    nginx = servers(Nginx(tmp_path / "nginx", tmp_path / "root"))
    seed = only(seeds(nginx.url + "/x"))
    assert (seed["state"], seed["code"]) == ("bad", "wrong-bytes")
    assert seed["reason"] == "wrong bytes: piece 6 does not match" and seed["checked_bytes"] < len(CONTENT)


def test_a_server_without_ranges_is_bad(tmp_path, servers, seeds):
    (tmp_path / "root").mkdir()
    (tmp_path / "root/x").write_bytes(CONTENT)
    nginx = servers(Nginx(tmp_path / "nginx", tmp_path / "root", "max_ranges 0;"))
    seed = only(seeds(nginx.url + "/x"))
    assert (seed["state"], seed["code"]) == ("bad", "no-ranges") and "200" in seed["reason"]


@pytest.mark.parametrize("shown", ["bytes 0-9/100000", "bytes 0-16383/*", "bytes 0-16383/16384", "nonsense"])
def test_another_content_range_is_bad(misbehaving, seeds, shown):
    server = misbehaving(lambda head, send: send(part(CONTENT, head, content_range=shown)) and None)
    assert verdict(seeds(server.url + "/x")) == ("bad", "wrong-range")


def test_more_or_fewer_bytes_than_asked_for_are_bad(misbehaving, seeds):
    def more(head, send):
        send(b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-16383/100000\r\n\r\n")
        while True:
            send(b"x" * 1000)
    assert verdict(seeds(misbehaving(more).url + "/x")) == ("bad", "wrong-range")
    fewer = b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-16383/100000\r\nContent-Length: 3\r\n\r\nabc"
    assert verdict(seeds(misbehaving(always(fewer)).url + "/x")) == ("bad", "wrong-range")


def test_redirects_are_told_of(tmp_path, servers, seeds):
    (tmp_path / "root").mkdir()
    (tmp_path / "root/x").write_bytes(CONTENT)
    target = servers(Nginx(tmp_path / "target", tmp_path / "root"))
    first = servers(Nginx(tmp_path / "first", tmp_path, f"location / {{ return 302 {target.url}/x; }}"))
    seed = only(seeds(first.url + "/y"))
    assert (seed["state"], seed["reason"]) == ("ok", "redirects to 127.0.0.1")


def test_redirects_from_https_to_http_and_in_a_circle_are_bad(tmp_path, servers, seeds, certificates, misbehaving):
    good = certificates.make("good", "IP:127.0.0.1")
    down = servers(Nginx(tmp_path / "down", tmp_path, "location / { return 302 http://127.0.0.1:9/; }", good))
    assert verdict(seeds(down.url + "/x", "--ca-file", certificates.authority)) == ("bad", "bad-redirect")
    circle = servers(Nginx(tmp_path / "circle", tmp_path, "rewrite ^(.*)x$ $1xx redirect;"))
    assert verdict(seeds(circle.url + "/x")) == ("bad", "bad-redirect")
    away = misbehaving(always(b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"))
    assert verdict(seeds(away.url + "/x")) == ("bad", "bad-redirect")


@pytest.mark.parametrize("options, code, reached", [([], "private-address", "0"), (["--allow-private"], "ok", "3")])
def test_a_public_address_may_not_lead_to_a_private_one(tmp_path, options, code, reached):
    need("ip")
    alone = [need("unshare"), "--net", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    environment = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin", "PYTHONPATH": ROOT / "tests/end_to_end"}
    done = subprocess.run([*alone, sys.executable, "-m", "support.public_redirect", PROGRAM, tmp_path, *options],
                          capture_output=True, text=True, timeout=120, env=environment)
    assert only(json.loads(done.stdout))["code"] == code, done.stderr
    assert done.stderr.split()[-1] == reached  # requests that came inside
    assert done.returncode == (0 if code == "ok" else 3)


def test_a_torrents_own_urls_lead_inside_no_more_than_redirects(misbehaving, seeds):
    server = misbehaving(lambda head, send: send(part(CONTENT, head)) and None)
    url = server.url + "/x"
    for inside in (url, url.replace("127.0.0.1", "localhost")):
        seed = only(seeds(inside, allow=[]))
        assert (seed["state"], seed["code"]) == ("bad", "private-address") and "--allow-private" in seed["reason"]
    assert server.heads == []
    assert verdict(seeds(url)) == ("ok", "ok")
    # What the command line names is its user's word, also where the torrent names it too.
    assert verdict(seeds(url, "-w", url, allow=[])) == ("ok", "ok")
    assert verdict(seeds([], "-w", url, allow=[])) == ("ok", "ok")


def test_compressed_answers_are_bad(misbehaving, seeds):
    for status in ("206 Partial Content", "200 OK"):
        server = misbehaving(lambda head, send, status=status: send(
            part(CONTENT, head, status=status, fields=["Content-Encoding: gzip"])) and None)
        seed = only(seeds(server.url + "/x"))
        assert (seed["state"], seed["code"]) == ("bad", "compressed") and "gzip" in seed["reason"]


@pytest.mark.parametrize("status", [403, 404, 416, 429, 500, 503])
def test_other_statuses_are_bad(misbehaving, seeds, status):
    page = b"sorry" * 1000
    server = misbehaving(lambda head, send: send(
        b"HTTP/1.1 %d Oh\r\nContent-Length: %d\r\n\r\n%s" % (status, len(page), page)) and None)
    seed = only(seeds(server.url + "/x"))
    assert (seed["state"], seed["reason"]) == ("bad", f"HTTP status {status}")


def test_a_drip_is_slow_and_silence_times_out(misbehaving, seeds):
    def drip(head, send):
        send(b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-16383/100000\r\nContent-Length: 16384\r\n\r\n")
        while True:
            send(b"x")
            time.sleep(0.05)
    seed = only(seeds(misbehaving(drip).url + "/x", "--timeout", "1s"))
    assert (seed["state"], seed["code"]) == ("bad", "slow")
    over = threading.Event()
    silent = misbehaving(lambda head, send: over.wait(60))
    assert verdict(seeds(silent.url + "/x", "--timeout", "1s")) == ("bad", "timed-out")
    over.set()


@pytest.mark.parametrize("name, names, days, reason", [
    ("other", "DNS:other.example", 2, "is for another name"), ("expired", "IP:127.0.0.1", -1, "has expired")])
def test_bad_certificates_are_bad(tmp_path, servers, seeds, certificates, name, names, days, reason):
    nginx = servers(Nginx(tmp_path / "nginx", tmp_path, certificate=certificates.make(name, names, days)))
    seed = only(seeds(nginx.url + "/x", "--ca-file", certificates.authority))
    assert (seed["state"], seed["code"]) == ("bad", "bad-certificate") and reason in seed["reason"]


def test_only_trusted_certificates_are_good(tmp_path, servers, seeds, certificates):
    (tmp_path / "root").mkdir()
    (tmp_path / "root/x").write_bytes(CONTENT)
    good = certificates.make("good", "IP:127.0.0.1,DNS:localhost")
    nginx = servers(Nginx(tmp_path / "nginx", tmp_path / "root", certificate=good))
    seed = only(seeds(nginx.url + "/x"))
    assert (seed["state"], seed["code"]) == ("bad", "bad-certificate") and "is not trusted" in seed["reason"]
    for url in (nginx.url, f"https://localhost:{nginx.port}"):
        assert verdict(seeds(url + "/x", "--ca-file", certificates.authority)) == ("ok", "ok")


def test_nobody_there_is_bad(seeds):
    assert verdict(seeds(f"http://127.0.0.1:{free_port()}/x")) == ("bad", "unreachable")


@pytest.mark.parametrize("answer", [
    b"", b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"HTTP/1.1 206 Partial Content\r\nContent-Length: 16384\r\n\r\nabc",
    b"HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000])
def test_what_is_no_http_is_bad(misbehaving, seeds, answer):
    assert verdict(seeds(misbehaving(always(answer)).url + "/x")) == ("bad", "malformed")


def test_seeds_are_checked_side_by_side_and_listed_in_order(tmp_path, misbehaving, seeds):
    together = threading.Barrier(3)  # nobody is answered before all three have been asked

    def good(head, send):
        if "bytes=0-" in head:
            together.wait(timeout=60)
        send(part(CONTENT, head))
    urls = [misbehaving(good).url + f"/{i}" for i in range(3)]
    bad = f"http://127.0.0.1:{free_port()}/x"
    report = seeds([*urls, urls[0]], "-w", bad, "-w", urls[1])
    assert [seed["url"] for seed in report] == [*urls, bad]
    assert [seed["state"] for seed in report] == ["ok", "ok", "ok", "bad"]


def test_a_proxy_is_used(tmp_path, misbehaving, seeds):
    proxy = misbehaving(lambda head, send: send(part(CONTENT, head)) and None)
    assert verdict(seeds("http://nowhere.invalid/x", "--proxy", proxy.url)) == ("ok", "ok")
    assert all(head.startswith("GET http://nowhere.invalid/x HTTP/1.1\r\n") for head in proxy.heads)


def test_people_get_a_line_for_each_seed_and_see_no_password(tmp_path, misbehaving):
    server = misbehaving(lambda head, send: send(part(CONTENT, head)) and None)
    good, bad = server.url.replace("//", "//me:secret@") + "/x?token=secret", f"http://127.0.0.1:{free_port()}/x"
    (tmp_path / "x.torrent").write_bytes(torrent_of(CONTENT, [good, bad]))
    done = run_program("torrent", "check-seeds", tmp_path / "x.torrent", "--allow-private")
    assert done.returncode == 3 and "secret" not in done.stdout + done.stderr
    first, second = done.stdout.splitlines()
    assert first == f"ok  {server.url}/x?..., 98 KiB checked" and second.startswith(f"bad {bad}, 0 B checked: ")
    assert all("\r\nAuthorization: Basic bWU6c2VjcmV0\r\n" in head for head in server.heads)


def test_no_seeds_and_no_torrents(tmp_path):
    torrent = tmp_path / "x.torrent"
    torrent.write_bytes(torrent_of(CONTENT, []))
    done = run_program("torrent", "check-seeds", torrent, "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, []) and "has no web seeds" in done.stderr
    torrent.write_bytes(b"no torrent")
    for file in (torrent, tmp_path / "missing"):
        done = run_program("torrent", "check-seeds", file, "--json")
        assert done.returncode == 1 and done.stdout == "" and done.stderr.count("\n") == 1


def test_seeds_that_are_not_of_the_web_are_bad(seeds):
    report = seeds(["ftp://127.0.0.1/x", "http://", "http://user:secret@:80/"])
    assert [(seed["state"], seed["code"]) for seed in report] == [("bad", "bad-url")] * len(report)
    assert "secret" not in json.dumps(report)


@pytest.mark.parametrize("options", [["--pieces", "0"], ["--timeout", "0s"], ["--timeout", "x"], ["--proxy", "ftp://x/"],
                                     ["-w", "ftp://x/"], ["--ca-file", "/nonexistent"], ["--nonsense"]])
def test_wrong_usage_is_status_2(tmp_path, options):
    (tmp_path / "x.torrent").write_bytes(torrent_of(CONTENT, ["http://127.0.0.1:9/x"]))
    done = run_program("torrent", "check-seeds", tmp_path / "x.torrent", *options)
    assert done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1, done.stderr


def test_it_stops_when_it_is_asked_to(tmp_path, misbehaving):
    over = threading.Event()
    server = misbehaving(lambda head, send: over.wait(60))
    (tmp_path / "x.torrent").write_bytes(torrent_of(CONTENT, [server.url + "/x"]))
    process = subprocess.Popen([PROGRAM, "torrent", "check-seeds", tmp_path / "x.torrent", "--allow-private"],
                               stderr=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    wait_for(lambda: server.heads, "a request")
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    over.set()
    assert process.returncode == 1 and told.endswith("mirrorseed: stopped\n")


@pytest.mark.parametrize("client, name", [(by_aria2, "aria2"), (by_libtorrent, "libtorrent")])
def test_real_clients_ask_for_no_other_urls(tmp_path, servers, seeds, client, name):
    files = {"plain": random_bytes(20_000, 1), "with blank/~_!*'()[]&=+$,;:@ä": random_bytes(30_000, 2),
             "a#b?c%41": random_bytes(30_000, 3)}
    root = tmp_path / "root"
    for path, content in files.items():
        (root / "data" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "data" / path).write_bytes(content)

    def asked(nginx):
        return {line.split('"')[1] for line in nginx.log().splitlines()}
    ours, theirs = (servers(Nginx(tmp_path / which, root)) for which in ("ours", "theirs"))
    (tmp_path / "x.torrent").write_bytes(torrent_of(files, [theirs.url]))
    client(tmp_path / "x.torrent", tmp_path / "downloaded")
    for path, content in files.items():
        assert (tmp_path / "downloaded/data" / path).read_bytes() == content
    seed = only(seeds([], torrent=torrent_of(files, [ours.url])))
    assert next(one for one in seed["clients"] if one["client"] == name)["state"] == "ok"
    # libtorrent writes its hex digits small, which no server minds.
    assert {line.lower() for line in asked(theirs)} <= {line.lower() for line in asked(ours)}
