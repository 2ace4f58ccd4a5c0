"""A small forward proxy on loopback: CONNECT, and requests that name the whole URL. It leads all names to one port."""
import base64
import contextlib
import socket
import threading


class ForwardProxy:
    """With `credentials` it refuses whoever does not send them. `heads` are the request heads that it got."""

    def __init__(self, port, credentials=None):
        self.to, self.heads, self.wanted = port, [], None
        if credentials:
            self.wanted = b"Proxy-Authorization: Basic " + base64.b64encode(credentials.encode())
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.host_and_port = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host_and_port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def asked(self):
        """The request lines."""
        return [head.split(b"\r\n")[0].decode() for head in self.heads]

    def stop(self):
        self.listener.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        with contextlib.suppress(OSError), peer, socket.create_connection(("127.0.0.1", self.to)) as server:
            stream, answers = peer.makefile("rb"), None
            while head := self._head(stream):
                self.heads.append(head)
                if self.wanted and self.wanted not in head.split(b"\r\n"):
                    peer.sendall(b"HTTP/1.1 407 Who Are You\r\nContent-Length: 0\r\n\r\n")
                    continue
                if answers is None:
                    if head.startswith(b"CONNECT "):
                        peer.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
                    answers = threading.Thread(target=self._carry, args=(server.recv, peer), daemon=True)
                    answers.start()
                if head.startswith(b"CONNECT "):
                    self._carry(stream.read1, server)
                    break
                server.sendall(self._as_origin_wants(head))
            if answers:
                answers.join()

    @staticmethod
    def _head(stream):
        lines = []
        while (line := stream.readline()) not in (b"", b"\r\n"):
            lines.append(line)
        return b"".join(lines)

    @staticmethod
    def _as_origin_wants(head):
        method, url, rest = head.split(b" ", 2)
        assert url.startswith(b"http://"), head
        return b" ".join([method, b"/" + url.split(b"/", 3)[3], rest]) + b"\r\n"

    @staticmethod
    def _carry(read, target):
        with contextlib.suppress(OSError):
            while piece := read(65536):
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
