"""Web seeds of every kind: nginx, and servers that misbehave."""
import os
import pathlib
import socket
import socketserver
import subprocess
import threading
import time

from support.ports import free_port
from support.program import need


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


class BlackHole:
    """Takes connections, and never says a word."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.taken = []  # as long as a connection is kept, whoever asks waits
        self.thread = threading.Thread(target=self._take)
        self.thread.start()

    def _take(self):
        while True:
            try:
                self.taken.append(self.listener.accept()[0])
            except OSError:
                return

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        for connection in [self.listener, *self.taken]:
            connection.close()


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
