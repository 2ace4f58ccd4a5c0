"""Clients of httpd_bench.py: one checked request, wrk, http_drain, idle connections, slow downloads."""
import dataclasses
import http.client
import json
import pathlib
import re
import socket
import ssl
import subprocess
import sys
import time

SLOW_RATE = 64 << 10  # bytes in a second


def any_certificate():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def speaks_tls(server):
    try:
        with socket.create_connection(("127.0.0.1", server.tls_port), timeout=10) as plain:
            any_certificate().wrap_socket(plain).close()
            return True
    except (ssl.SSLError, OSError):
        return False


def get(server, path, ranges=None, tls=False):
    """Status, fields and body."""
    if tls:
        connection = http.client.HTTPSConnection("127.0.0.1", server.tls_port, timeout=20, context=any_certificate())
    else:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request("GET", server.prefix + path, headers={"Range": ranges} if ranges else {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def spans_of(ranges):
    return [(int(first), int(last) + 1) for first, last in re.findall(r"(\d+)-(\d+)", ranges)]


def parts_of(kind, body):
    """A multipart body as {(begin, end): bytes}."""
    boundary = re.search(r"boundary=\"?([^\";]+)", kind).group(1).encode()
    parts = {}
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, rest = part.partition(b"\r\n\r\n")
        first, last = re.search(rb"(?i)content-range: bytes (\d+)-(\d+)/", head).groups()
        parts[int(first), int(last) + 1] = rest[:-2]
    return parts


def wrong(answer, content, ranges):
    """What is wrong with an answer, where content(begin, end) tells the file's bytes; or nothing."""
    status, fields, body = answer
    if status != (206 if ranges else 200):
        return f"status {status}"
    if "Content-Encoding" in fields or int(fields["Content-Length"]) != len(body):
        return f"{len(body)} bytes that were announced as {fields['Content-Length']}"
    if not ranges:
        return None if body == content(0, None) else "other bytes than the file's"
    spans = spans_of(ranges)
    got = parts_of(fields["Content-Type"], body) if len(spans) > 1 else {spans[0]: body}
    if list(got) != spans:
        return f"{len(got)} of {len(spans)} parts"
    return None if all(got[span] == content(*span) for span in spans) else "other bytes than the file's"


@dataclasses.dataclass
class Measured:
    requests: int
    bytes: int
    seconds: float
    p99: float  # seconds
    cpu: float  # the server's seconds


def run_wrk(server, listed, seconds, connections, core, tls=False):
    scheme, port = ("https", server.tls_port) if tls else ("http", server.port)
    return measure(server, core, seconds, ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s",
                                           pathlib.Path(__file__).with_name("wrk_requests.lua"),
                                           f"{scheme}://127.0.0.1:{port}", "--", listed])


def run_drain(program, server, listed, seconds, connections, core):
    return measure(server, core, seconds, [program, server.port, connections, seconds, listed])


def measure(server, core, seconds, command):
    before = server.cpu()
    done = subprocess.run(["taskset", "-c", str(core), *map(str, command)], capture_output=True, text=True,
                          timeout=seconds + 60)
    cpu = server.cpu() - before
    found = re.search("RESULT (.*)", done.stdout)
    if done.returncode != 0 or not found:
        raise SystemExit(f"{command[0]} failed on {server.name}: {done.stdout}{done.stderr}")
    said = json.loads(found.group(1))
    if said["bad_status"] or said["broken"] or not said["requests"]:
        raise SystemExit(f"{server.name} failed under load: {said}")
    return Measured(said["requests"], said["bytes"], said["seconds"], said["p99_us"] / 1e6, cpu)


def receive_whole(connection):
    """Reads one answer, as a small file is given."""
    with connection.makefile("rb") as stream:
        left = 0
        while (line := stream.readline()) != b"\r\n":
            if not line:
                raise OSError("hung up on")
            if line.lower().startswith(b"content-length:"):
                left = int(line.split(b":")[1])
        if len(stream.read(left)) != left:
            raise OSError("hung up on")


def bytes_for_each_idle(server, path, count, tls):
    """Resident memory that `count` connections cost, each after one small request."""
    context = any_certificate() if tls else None
    asked = f"GET {server.prefix}{path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()

    def one():
        connection = socket.create_connection(("127.0.0.1", server.tls_port if tls else server.port), timeout=20)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context:
            connection = context.wrap_socket(connection)
        connection.sendall(asked)
        receive_whole(connection)
        # Only the descriptor stays, so that 10,000 of them fit here.
        return socket.socket(fileno=connection.detach()) if tls else connection

    held = [one()]
    time.sleep(0.5)
    before = server.memory()
    try:
        while len(held) <= count:
            try:
                held.append(one())
            except OSError as error:
                raise SystemExit(f"{server.name} serves {len(held)} connections and no more: {error}") from error
        time.sleep(1.5)
        cost = (server.memory() - before) / count
        for connection in held[::100]:
            connection.setblocking(False)
            try:
                if not tls and connection.recv(1) == b"":
                    raise SystemExit(f"{server.name} does not keep idle connections")
            except BlockingIOError:
                pass
        return cost
    finally:
        for connection in held:
            connection.close()


class SlowDownloads:
    """A process with `count` connections, each of which reads a big file slowly."""

    def __init__(self, server, path, count, core):
        self.process = subprocess.Popen(["taskset", "-c", str(core), sys.executable, __file__, str(server.port),
                                         server.prefix + path, str(count)], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "reading\n"

    def stop(self):
        alive = self.process.poll() is None
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        if not alive:
            raise SystemExit("the slow downloads ended early")


def read_slowly(port, path, count):
    clients = []
    for _ in range(count):
        client = socket.create_connection(("127.0.0.1", port), timeout=20)
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        clients.append(client)
    for client in clients:
        assert client.recv(4096).startswith(b"HTTP/1.1 200")
    print("reading", flush=True)
    turns, due = 8, time.monotonic()
    while True:
        for turn in range(turns):
            for client in clients[turn::turns]:
                if not client.recv(SLOW_RATE // 4):
                    raise SystemExit("hung up on")
            due += 0.25 / turns
            time.sleep(max(0, due - time.monotonic()))


if __name__ == "__main__":
    read_slowly(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
