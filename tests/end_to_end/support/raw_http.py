"""HTTP to the byte, for the tests of messages: requests as they stand, answers read as strictly as can be."""
import re
import socket

HOST = "Host: localhost"
NOTHING_FOLLOWS = (204, 304)


def request(target="/file", *lines, method="GET", version="HTTP/1.1", host=HOST):
    every = [f"{method} {target} {version}", *([host] if host else []), *lines]
    return "".join(line + "\r\n" for line in every).encode("latin-1") + b"\r\n"


class Answer:
    def __init__(self, head, body=b""):
        lines = head.decode("latin-1").split("\r\n")
        found = re.fullmatch(r"HTTP/1\.1 (\d{3}) [\x20-\x7e]*", lines[0])
        assert found, lines[0]
        self.status, self.body, self.fields = int(found.group(1)), body, {}
        for line in lines[1:]:
            field = re.fullmatch(r"([!#-'*+.^-z|~0-9A-Z-]+): ([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?", line)
            assert field, line
            name = field.group(1).lower()
            assert name not in self.fields, f"{name} stands there twice"
            self.fields[name] = field.group(2) or ""
        assert self.status < 200 or "date" in self.fields
        assert "content-encoding" not in self.fields and "transfer-encoding" not in self.fields

    def __getitem__(self, name):
        return self.fields.get(name.lower())

    @property
    def closes(self):
        return self["Connection"] == "close"

    def steady(self):
        """All but what may differ from one answer to the next."""
        kept = {name: value for name, value in self.fields.items() if name not in ("date", "connection")}
        return self.status, kept, self.body


class Wire:
    """One connection."""

    def __init__(self, server, receive_buffer=None, over=None):
        self.received = b""
        if over:  # a socket that is connected already
            self.socket = over
            return
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(20)
        self.socket.connect(("127.0.0.1", int(server.url.rsplit(":", 1)[1])))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)
        return self

    def end(self):
        """No more will be sent."""
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def _more(self):
        got = self.socket.recv(1 << 16)
        self.received += got
        return len(got)

    def _take(self, size):
        taken, self.received = self.received[:size], self.received[size:]
        return taken

    def head(self):
        """The next answer's head, and its own body's length by Content-Length."""
        while b"\r\n\r\n" not in self.received:
            assert self._more(), f"the connection ended in a head: {self.received[:200]!r}"
        answer = Answer(self._take(self.received.index(b"\r\n\r\n")))
        self._take(4)
        return answer

    def answer(self, method="GET"):
        answer = self.head()
        if method == "HEAD" or answer.status in NOTHING_FOLLOWS or answer.status < 200:
            return answer
        size = int(answer["Content-Length"])
        while len(self.received) < size:
            assert self._more(), f"the connection ended after {len(self.received)} of {size} bytes"
        answer.body = self._take(size)
        return answer

    def rest(self):
        """What comes until the end of the connection."""
        while self._more():
            pass
        return self._take(len(self.received))


def ask(server, *arguments, method="GET", **more):
    """The answer to one request on a connection of its own."""
    with Wire(server) as wire:
        return wire.send(request(*arguments, method=method, **more)).answer(method)


def parts_of(answer):
    """A multipart body, read strictly: {(begin, end): bytes}, in its order."""
    # The boundary is the last parameter, and zchunk's reader knows no quotes.
    found = re.fullmatch(r"multipart/byteranges; boundary=([0-9A-Za-z'()+_,./:=?-]{1,70})", answer["Content-Type"])
    assert found, answer["Content-Type"]
    assert answer["Content-Range"] is None
    delimiter = b"\r\n--" + found.group(1).encode()
    pieces = answer.body.split(delimiter)
    assert pieces[0] == b"", "something stands before the first delimiter and its line end"
    assert pieces[-1] == b"--\r\n", "the last delimiter is not the end"
    parts = {}
    for piece in pieces[1:-1]:
        assert piece.startswith(b"\r\n"), piece[:50]
        head, _, body = piece[2:].partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode("ascii").split("\r\n"))
        assert set(fields) == {"Content-Type", "Content-Range"}, fields
        begin, end, parts_size = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", fields["Content-Range"]).groups()
        assert len(body) == int(end) + 1 - int(begin)
        parts[int(begin), int(end) + 1, int(parts_size)] = body
    return parts
