"""Serving by TLS: downloads to the byte, handshakes of every kind, and certificates that are replaced meanwhile."""
import concurrent.futures
import hashlib
import os
import re
import resource
import select
import shutil
import socket
import ssl
import struct
import subprocess
import time

import pytest

from support.certificates import Certificates
from support.program import need, run_program
from support.server import Server
from support.torrents import random_bytes
from support.waiting import wait_for

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
HUGE = 50 << 20
MOST_IDLE_MEMORY = 40 << 10  # for each connection; about 14 KiB are usual


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    made = Certificates(tmp_path_factory.mktemp("tls") / "certificates")
    made.make("first", "DNS:localhost,IP:127.0.0.1,DNS:mirror.example")
    made.make("second", "DNS:localhost,IP:127.0.0.1")
    return made


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """What is served: name to content."""
    folder = tmp_path_factory.mktemp("files")
    contents = {"small": b"hello\n", "empty": b"", "records": random_bytes((64 << 10) + 1, seed=2),
                "medium": random_bytes(1 << 20, seed=3), "huge": random_bytes(1 << 20, seed=4) * 50}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder, contents


class TlsServer:
    """`serve` of a folder by TLS (and by HTTP too), whose certificate is a pair of files of its own."""

    def __init__(self, folder, certificates, served, more=""):
        folder.mkdir()
        self.folder, self.authority = folder, certificates.authority
        self.certificates = certificates
        self.install("first")
        (folder / "mirrorseed.toml").write_text(f"""
[store]
path = "{folder}/store"
[server]
listen = ["127.0.0.1:0"]
tls_listen = ["127.0.0.1:0"]
tls_certificate = "{folder}/server.pem"
tls_key = "{folder}/server.key"
threads = 2
{more}
""")
        self.server = Server("-c", folder / "mirrorseed.toml", "serve", served)
        self.port = int(wait_for(lambda: re.search(r"serving on 127\.0\.0\.1:(\d+) by TLS", self.server.read_log()),
                                 "listening by TLS")[1])

    def install(self, name):
        for suffix in ("pem", "key"):
            fresh = self.folder / f"fresh.{suffix}"
            shutil.copy(self.certificates.folder / f"{name}.{suffix}", fresh)
            fresh.rename(self.folder / f"server.{suffix}")

    def context(self, version="1.3"):
        context = ssl.create_default_context(cafile=self.authority)
        context.minimum_version = context.maximum_version = VERSIONS[version]
        return context

    def connect(self, version="1.3", context=None, session=None, receive_buffer=None):
        plain = socket.socket()
        if receive_buffer:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        plain.settimeout(60)
        plain.connect(("127.0.0.1", self.port))
        return (context or self.context(version)).wrap_socket(plain, server_hostname="localhost", session=session)

    def plain(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def log_says(self, text, seconds=20):
        wait_for(lambda: text in self.server.read_log(), text, seconds)

    def curl(self, name, *options):
        return subprocess.run([need("curl"), "-sS", "--fail", "--cacert", self.authority, *options,
                               f"https://localhost:{self.port}/{name}"], capture_output=True, timeout=120)

    def s_client(self, *options, text=b""):
        return subprocess.run([need("openssl"), "s_client", "-connect", f"127.0.0.1:{self.port}", "-CAfile",
                               self.authority, *options], input=text, capture_output=True, timeout=60)


@pytest.fixture
def serve(tmp_path, certificates, files):
    servers = []

    def start(more=""):
        servers.append(TlsServer(tmp_path / f"server{len(servers)}", certificates, files[0], more))
        return servers[-1]
    yield start
    for server in servers:
        assert server.server.stop() == 0


@pytest.fixture
def tls(serve):
    return serve()


def ask(connection, name, *fields, method="GET"):
    lines = [f"{method} /{name} HTTP/1.1", "Host: localhost", *fields, "", ""]
    connection.sendall("\r\n".join(lines).encode())


def read_answer(stream):
    """Status, fields and body of one answer, from a connection's makefile()."""
    status = int(stream.readline().split()[1])
    fields = {}
    while (line := stream.readline().strip()):
        name, value = line.decode().split(": ", 1)
        fields[name.lower()] = value
    body = stream.read(int(fields["content-length"]))
    assert len(body) == int(fields["content-length"])
    return status, fields, body


def get(connection, name, *fields):
    ask(connection, name, *fields)
    with connection.makefile("rb") as stream:
        return read_answer(stream)


def leaf_of(connection):
    return hashlib.sha256(connection.getpeercert(binary_form=True)).hexdigest()


def rest_of(connection):
    """All that comes until the server ends it: orderly, or ssl.SSLEOFError."""
    text = b""
    while (part := connection.recv(1 << 16)):
        text += part
    return text


@pytest.mark.parametrize("version", VERSIONS)
def test_downloads_are_the_same_to_the_byte(tls, files, version):
    with tls.connect(version) as connection:
        for name, content in files[1].items():
            status, _, body = get(connection, name)
            assert (status, body == content) == (200, True), name
    limit = ["--tlsv1.2", "--tls-max", "1.2"] if version == "1.2" else ["--tlsv1.3"]
    for name, content in files[1].items():
        assert tls.curl(name, *limit).stdout == content


@pytest.mark.parametrize("version", VERSIONS)
def test_ranges_are_the_same_to_the_byte(tls, files, version):
    content = files[1]["huge"]
    with tls.connect(version) as connection:
        for first, last in ((0, 0), (16383, 16384), (5, 4 << 20), (HUGE - 1, HUGE - 1), (1 << 20, (3 << 20) + 7)):
            status, fields, body = get(connection, "huge", f"Range: bytes={first}-{last}")
            assert status == 206 and fields["content-range"] == f"bytes {first}-{last}/{HUGE}"
            assert body == content[first:last + 1]
        spans = [(at * 150_000, at * 150_000 + 20_000 + at) for at in range(256)]
        status, fields, body = get(connection, "huge", "Range: bytes=" + ",".join(f"{a}-{b}" for a, b in spans))
        boundary = fields["content-type"].split("boundary=")[1]
        parts = body.split(b"--" + boundary.encode())
        assert status == 206 and len(parts) == len(spans) + 2 and parts[-1].startswith(b"--")
        for part, (first, last) in zip(parts[1:], spans):
            head, _, data = part.partition(b"\r\n\r\n")
            assert f"bytes {first}-{last}/{HUGE}".encode() in head and data == content[first:last + 1] + b"\r\n"


def test_old_versions_are_refused(tls):
    for version in ("-tls1", "-tls1_1"):
        done = tls.s_client(version, "-cipher", "ALL:@SECLEVEL=0")
        assert done.returncode != 0 and b"Cipher is (NONE)" in done.stdout, done.stdout


def test_ciphers_are_the_best_that_both_have(tls):
    assert b"Cipher is ECDHE-ECDSA-AES128-GCM-SHA256" in tls.s_client("-tls1_2").stdout
    assert b"Cipher is TLS_AES_128_GCM_SHA256" in tls.s_client("-tls1_3").stdout
    mobile = tls.s_client("-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256")
    assert b"Cipher is TLS_CHACHA20_POLY1305_SHA256" in mobile.stdout


@pytest.mark.parametrize("version", VERSIONS)
def test_http_1_1_is_chosen_or_else_1_0_and_nothing_else_accepted(tls, version):
    def chosen(protocols):
        context = tls.context(version)
        if protocols:
            context.set_alpn_protocols(protocols)
        with tls.connect(context=context) as connection:
            assert get(connection, "small")[2] == b"hello\n"
            return connection.selected_alpn_protocol()
    assert chosen(["h2", "http/1.1"]) == "http/1.1"
    assert chosen(["http/1.1"]) == "http/1.1"
    assert chosen(["http/1.0", "http/1.1"]) == "http/1.1"
    assert chosen(["http/1.0"]) == "http/1.0"
    assert chosen([]) is None
    refused = tls.s_client("-alpn", "h2", "-tls1_" + version[-1])
    assert b"alert no application protocol" in refused.stderr


def test_curl_gets_what_it_wants_by_http_1_0(tls):
    url = f"https://localhost:{tls.port}/small"
    done = subprocess.run([need("curl"), "-sS", "--http1.0", "--cacert", tls.authority, url], capture_output=True)
    assert (done.stdout, done.stderr) == (b"hello\n", b"")


def test_any_name_is_taken(tls):
    for name in ("localhost", "mirror.example", "unknown.example"):
        assert b"Verify return code: 0 (ok)" in tls.s_client("-servername", name).stdout
    assert b"Verify return code: 0 (ok)" in tls.s_client("-noservername").stdout


@pytest.mark.parametrize("version", VERSIONS)
def test_sessions_are_resumed_whichever_loop_a_client_meets(tls, version):
    context = tls.context(version)
    with tls.connect(context=context) as first:
        get(first, "small")
        session = first.session
        assert not first.session_reused
    for _ in range(24):  # the kernel shares them out between two loops
        with tls.connect(context=context, session=session) as again:
            assert get(again, "small")[2] == b"hello\n"
            assert again.session_reused
            session = again.session


@pytest.mark.parametrize("version", VERSIONS)
def test_pipelined_requests_are_answered_in_order(tls, files, version):
    names = ["small", "medium", "empty", "records", "huge", "small"] * 2
    with tls.connect(version) as connection:
        for name in names:
            ask(connection, name)
        with connection.makefile("rb") as stream:
            for name in names:
                assert read_answer(stream)[2] == files[1][name], name


def test_many_short_requests_in_one_record(tls):
    request = b"GET /small HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with tls.connect() as connection, connection.makefile("rb") as stream:
        connection.sendall(request * 300)
        assert [read_answer(stream)[2] for _ in range(300)] == [b"hello\n"] * 300


@pytest.mark.parametrize("version", VERSIONS)
def test_a_slow_reader_gets_it_all(tls, files, version):
    with tls.connect(version, receive_buffer=8192) as connection:
        ask(connection, "medium", "Connection: close")
        got = b""
        while (part := connection.recv(5000)):
            got += part
            if len(got) % 7 == 0:
                time.sleep(0.005)
    assert got.partition(b"\r\n\r\n")[2] == files[1]["medium"]


@pytest.mark.parametrize("version", VERSIONS)
def test_an_answer_before_the_end_finishes_with_close_notify(tls, version):
    with tls.connect(version) as connection:
        ask(connection, "small", "Connection: close")
        assert rest_of(connection).endswith(b"\r\n\r\nhello\n")  # an end without it would raise SSLEOFError
    closed = tls.s_client("-quiet", "-ign_eof", text=b"GET /small HTTP/1.0\r\n\r\n")
    assert closed.returncode == 0 and closed.stdout.endswith(b"hello\n")


def client_hello():
    outgoing = ssl.MemoryBIO()
    context = ssl.create_default_context()
    talk = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        talk.do_handshake()
    return outgoing.read()


def test_a_handshake_that_comes_in_drops_ends_in_time(serve):
    tls = serve('head_timeout = "2s"')
    hello = client_hello()
    with tls.plain() as socket_:
        began = time.monotonic()
        with pytest.raises(OSError):
            for byte in hello[:-1]:
                socket_.sendall(bytes([byte]))
                time.sleep(0.1)
                if select.select([socket_], [], [], 0)[0] and socket_.recv(1000) == b"":
                    raise ConnectionResetError
        assert time.monotonic() - began > 1
    with tls.connect() as connection:
        assert get(connection, "small")[2] == b"hello\n"


def test_clients_that_vanish_harm_nobody(tls):
    hello = client_hello()
    for cut in range(0, len(hello), 37):
        with tls.plain() as socket_:
            socket_.sendall(hello[:cut])
    for _ in range(20):
        socket_ = tls.plain()
        socket_.sendall(hello)
        socket_.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket_.close()  # resets
    for _ in range(5):
        connection = tls.connect()
        ask(connection, "huge")
        connection.recv(100)
        connection.close()
    with tls.connect() as connection:
        assert get(connection, "small")[2] == b"hello\n"


def test_garbage_ends_the_connection(tls):
    for garbage in (random_bytes(5000), b"\x16\x03\x01\xff\xff" + b"\0" * 100, b"\x80\x2e\x01\x00\x02" + b"a" * 50,
                    b"\x17\x03\x03\x00\x05hello"):
        with tls.plain() as socket_:
            socket_.sendall(garbage)
            try:
                while socket_.recv(1000):
                    pass
            except ConnectionResetError:
                pass
    with tls.plain() as socket_:
        socket_.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert rest_of(socket_).startswith(b"HTTP/1.1 400 ")
    with tls.connect() as connection:
        assert get(connection, "small")[2] == b"hello\n"


def test_a_new_certificate_reaches_new_connections_and_harms_no_download(tls, files):
    running = tls.connect(receive_buffer=8192)
    old = leaf_of(running)
    ask(running, "huge")
    with running, running.makefile("rb") as stream:
        assert stream.read(1000)
        tls.install("second")
        tls.log_says("new connections get the certificate")
        with tls.connect() as fresh:
            assert leaf_of(fresh) != old
            assert get(fresh, "small")[2] == b"hello\n"
        kept = stream.read(HUGE - 1000)
        assert len(kept) == HUGE - 1000 and kept[-100_000:-1000] in files[1]["huge"]


def test_a_broken_new_certificate_keeps_the_old(tls):
    def leaf():
        with tls.connect() as connection:
            return leaf_of(connection)
    old = leaf()
    good = (tls.folder / "server.pem").read_bytes()
    (tls.folder / "server.pem").write_bytes(good[:-100])
    tls.log_says("keeping the certificate as it was")
    assert leaf() == old
    shutil.copy(tls.certificates.folder / "second.key", tls.folder / "server.key")
    shutil.copy(tls.certificates.folder / "first.pem", tls.folder / "server.pem")
    tls.log_says("is not the key of the certificate")
    assert leaf() == old
    time.sleep(2.5)  # two more looks, at least
    assert tls.server.read_log().count("keeping the certificate as it was") == 2
    tls.install("second")
    tls.log_says("new connections get the certificate")
    assert leaf() != old


def test_a_hangup_signal_reads_the_certificate_again(tls):
    with tls.connect() as connection:
        get(connection, "small")
        for times in (1, 2):
            os.kill(tls.server.process.pid, 1)
            wait_for(lambda: tls.server.read_log().count("new connections get the certificate") == times, "reload")
        assert get(connection, "small")[2] == b"hello\n"


def test_downloads_finish_when_the_server_ends(tls, files):
    with tls.connect(receive_buffer=8192) as connection, connection.makefile("rb") as stream:
        ask(connection, "huge")
        stream.read(1000)
        os.kill(tls.server.process.pid, 15)
        tls.log_says("stopping")
        body = b"".join(iter(lambda: stream.read(1 << 20), b""))
        assert body[-HUGE + 2000:] == files[1]["huge"][2000:]


def test_two_hundred_handshakes_at_once(tls):
    connections = [tls.plain() for _ in range(200)]
    context = tls.context()

    def talk(plain):
        with context.wrap_socket(plain, server_hostname="localhost") as connection:
            return get(connection, "small")[2]
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        assert list(pool.map(talk, connections)) == [b"hello\n"] * 200


def memory_of(process):
    with open(f"/proc/{process.pid}/smaps_rollup") as file:
        return int(re.search(r"^Pss:\s+(\d+) kB", file.read(), re.M)[1]) << 10


@pytest.mark.measures
@pytest.mark.parametrize("version", VERSIONS)
def test_an_idle_connection_holds_little_memory(tls, version, capsys):
    count = 2000
    most_files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    context = tls.context(version)

    def connect():
        connection = tls.connect(context=context)
        assert get(connection, "small")[2] == b"hello\n"
        return connection
    for connection in [connect() for _ in range(20)]:
        connection.close()
    before = memory_of(tls.server.process)
    connections = [connect() for _ in range(count)]
    each = (memory_of(tls.server.process) - before) / count
    with capsys.disabled():
        print(f"\nan idle connection by TLS {version} holds {each / 1024:.1f} KiB")
    assert each < MOST_IDLE_MEMORY
    for connection in connections:
        connection.close()


def test_faults_are_told_in_one_line(tmp_path, certificates, files):
    shutil.copy(certificates.folder / "first.pem", tmp_path / "server.pem")
    shutil.copy(certificates.folder / "second.key", tmp_path / "server.key")
    (tmp_path / "mirrorseed.toml").write_text(f"""
[store]
path = "{tmp_path}/store"
[server]
listen = []
tls_listen = ["127.0.0.1:0"]
tls_certificate = "{tmp_path}/server.pem"
tls_key = "{tmp_path}/server.key"
""")
    done = run_program("-c", tmp_path / "mirrorseed.toml", "serve", files[0])
    assert done.returncode == 1
    assert f"{tmp_path}/server.key: is not the key of the certificate in {tmp_path}/server.pem" in done.stderr
    assert len(done.stderr.splitlines()) == 1
