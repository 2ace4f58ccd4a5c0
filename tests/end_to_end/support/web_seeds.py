"""Web seeds of every kind, for the tests of check-seeds: torrents, nginx, certificates, and servers that misbehave."""
import hashlib
import os
import pathlib
import shutil
import socket
import socketserver
import subprocess
import threading
import time


def bencode(value):
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, list):
        return b"l" + b"".join(map(bencode, value)) + b"e"
    pairs = sorted((key.encode() if isinstance(key, str) else key, item) for key, item in value.items())
    return b"d" + b"".join(bencode(key) + bencode(item) for key, item in pairs) + b"e"


def torrent_of(files, seeds, name="data", piece=16384):
    """A v1 torrent: of a folder when `files` is {path: bytes}, of one file when it is bytes."""
    run = files if isinstance(files, bytes) else b"".join(files.values())
    pieces = b"".join(hashlib.sha1(run[at:at + piece]).digest() for at in range(0, len(run), piece))
    info = {"name": name, "piece length": piece, "pieces": pieces}
    if isinstance(files, bytes):
        info["length"] = len(files)
    else:
        info["files"] = [{"path": path.split("/"), "length": len(content)} for path, content in files.items()]
    return bencode({"info": info, "url-list": list(seeds)})


def random_bytes(size, seed=1):
    return b"".join(hashlib.sha256(b"%d %d" % (seed, at)).digest() for at in range(size // 32 + 1))[:size]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(address, port):
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        return probe.connect_ex((address.strip("[]"), port)) == 0


def need(program):
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    assert found, f"{program} is missing; scripts/setup --tests installs it"
    return found


class Nginx:
    """Serves `root`; `more` stands inside its server block. With a certificate it speaks TLS."""

    def __init__(self, folder, root, more="", certificate=None):
        folder = pathlib.Path(folder)
        folder.mkdir()
        self.port = free_port()
        tls = f"ssl_certificate {certificate}.pem; ssl_certificate_key {certificate}.key;" if certificate else ""
        user = "user root;" if os.geteuid() == 0 else ""
        places = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                         ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        config = folder / "nginx.conf"
        config.write_text(f"""{user} worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{ {places} access_log {folder}/access.log; server {{
    listen 127.0.0.1:{self.port} {"ssl" if certificate else ""}; root {root}; {tls} {more}
}} }}
""")
        self.folder = folder
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}"
        self.process = subprocess.Popen([need("nginx"), "-p", folder, "-c", config, "-e", folder / "start.log"],
                                        stderr=subprocess.PIPE)
        until = time.monotonic() + 20
        while time.monotonic() < until and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError(self.process.communicate(timeout=5))

    def log(self):
        return (self.folder / "access.log").read_text()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.process.stderr.close()


class Misbehaving:
    """Calls answer(head, send) for each request, head being its text; hangs up when that says so by returning True."""

    def __init__(self, answer, address="127.0.0.1"):
        self.heads = []
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                while True:
                    head = b""
                    while not head.endswith(b"\r\n\r\n"):
                        line = self.rfile.readline()
                        if not line:
                            return
                        head += line
                    outer.heads.append(head.decode())
                    try:
                        if answer(head.decode(), self.wfile.write):
                            return
                    except OSError:
                        return

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False

        self.server = Server((address, 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://{address}:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def asked_range(head):
    line = next(line for line in head.split("\r\n") if line.lower().startswith("range:"))
    first, last = line.split("=")[1].split("-")
    return int(first), int(last) + 1


def part(content, head, *, status="206 Partial Content", fields=(), content_range=None):
    """A proper answer to a request for a range, but for what is said."""
    begin, end = asked_range(head)
    body = content[begin:end]
    shown = content_range or f"bytes {begin}-{end - 1}/{len(content)}"
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", f"Content-Range: {shown}", *fields]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Certificates:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.authority = self.folder / "ca.pem"
        self._openssl("req", "-x509", *self._new_key("ca"), "-subj", "/CN=Test", "-days", "2", "-out", self.authority)

    def make(self, name, names, days=2):
        """The place of NAME.pem and NAME.key. With -1 days it has ended yesterday."""
        place, request = self.folder / name, self.folder / f"{name}.csr"
        self._openssl("req", *self._new_key(name), "-subj", f"/CN={name}", "-addext", f"subjectAltName={names}",
                      "-out", request)
        self._openssl("x509", "-req", "-in", request, "-copy_extensions", "copyall", "-CA", self.authority, "-CAkey",
                      self.folder / "ca.key", "-days", str(days), "-out", f"{place}.pem")
        return place

    def _new_key(self, name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
                self.folder / f"{name}.key"]

    @staticmethod
    def _openssl(*arguments):
        done = subprocess.run([need("openssl"), *map(str, arguments)], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
