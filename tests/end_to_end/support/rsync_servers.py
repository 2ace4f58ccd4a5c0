"""rsync's own daemon, on a free port of loopback with a config of its own, and ended by its process id."""
import contextlib
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading

from support.ports import free_port, listens
from support.program import need
from support.waiting import wait_for


class Rsyncd:
    """Shows `root` as the module "tree"; `more` is what its config says beside that."""

    def __init__(self, folder, root, more="", port=None, address="127.0.0.1"):
        self.folder, self.root, self.more = pathlib.Path(folder), pathlib.Path(root), more
        self.folder.mkdir(parents=True)
        self.prefix = []
        self.port, self.address = port or free_port(), address
        self.url = f"rsync://{address}:{self.port}/tree/"
        self.log = self.folder / "log"
        self.start()

    def start(self):
        self.began = self.mark()
        config = self.folder / "rsyncd.conf"
        user = "uid = root\ngid = root\n" if os.geteuid() == 0 else ""
        config.write_text(f"""
port = {self.port}
address = {self.address.strip("[]")}
use chroot = no
{user}
log file = {self.log}
lock file = {self.folder}/lock
transfer logging = yes
log format = %o %b %l %n
[tree]
path = {self.root}
{self.more}
""")
        self.process = subprocess.Popen([*self.prefix, need("rsync"), "--daemon", "--no-detach", f"--config={config}"],
                                        stdin=subprocess.DEVNULL, start_new_session=True)
        wait_for(self._listens, "listening")

    def _listens(self):
        assert self.process.poll() is None, self.said()
        return listens(self.address, self.port)

    def said(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def mark(self):
        """A place in the log, for sent() and the others."""
        return len(self.said())

    def mark_when_idle(self):
        """The same, once every connection since the last start has told its end."""
        def idle():
            said = self.said()[self.began:]
            begun = set(re.findall(r"\[(\d+)\] rsync on tree/", said))
            return begun == set(re.findall(r"\[(\d+)\] sent [\d,]+ bytes", said))
        wait_for(idle, "logging")
        return self.mark()

    def sent(self, since=0):
        """Bytes that went out over all connections that are over, from a place in the log on."""
        return sum(int(number.replace(",", "")) for number in re.findall(r"sent ([\d,]+) bytes", self.said()[since:]))

    def files_sent(self, since=0):
        return re.findall(r"\] send [\d,]+ [\d,]+ (.*)", self.said()[since:])

    def connections(self, since=0):
        return len(re.findall(r"\] rsync on tree/", self.said()[since:]))

    def signal(self, number):
        """To the daemon, and to the processes that serve its connections."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def stop(self):
        self.signal(signal.SIGKILL)
        self.process.wait(timeout=30)


class Stalling:
    """Stands before a server, and lets nothing more through behind so many bytes of one of the connections."""

    def __init__(self, port, connection, after):
        self.to, self.connection, self.after, self.over = port, connection, after, threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        with contextlib.suppress(OSError):
            for number in range(1, 1000):
                peer, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.to))
                limit = self.after if number == self.connection else None
                threading.Thread(target=self.carry, args=(peer, server, None), daemon=True).start()
                threading.Thread(target=self.carry, args=(server, peer, limit), daemon=True).start()

    def carry(self, source, target, limit):
        carried = 0
        with contextlib.suppress(OSError):
            while piece := source.recv(4096 if limit is None else min(4096, limit - carried)):
                target.sendall(piece)
                carried += len(piece)
                if carried == limit:
                    self.over.wait()
            target.shutdown(socket.SHUT_WR)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over.set()
        self.listener.close()
