"""A mirror in a temporary folder, its upstream and its servers."""
import json
import os
import pathlib
import random

from support.program import run_program
from support.server import Server

OLD = 1_600_000_000


class Link(str):
    """The target of one."""


# Trees: to each name a file's content, how many seconds later than OLD it is, and its mode; or a link; or None, which is
# an empty folder.
SMALL = {"README": "hello\n", "dists/one/Release": ("release 1\n", 1), "pool/a.deb": (b"\0\1\2" * 1000, 2),
         "pool/copy-of-a.deb": (b"\0\1\2" * 1000, 3), "tool": ("#!/bin/sh\n", 4, 0o755), "dists/stable": Link("one")}
ARCHIVE = {"README": "hello\n", "dists/one/Release": ("release 1\n", 1), "pool/a.deb": (b"\0\1\2" * 500_000, 2),
           "pool/deep/er/still/b.deb": (random.Random(1).randbytes(70_000), 61), "empty-file": ("", 3),
           "empty-folder": None}


class Mirror:
    """A store, its config and one upstream tree that a test may change."""
    always = ""  # options that a kind of mirror always has
    sample = SMALL  # what fill() writes

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.upstream = self.folder / "upstream"
        self.store = self.folder / "store"
        self.config = self.folder / "mirrorseed.toml"
        self.upstream.mkdir(parents=True, exist_ok=True)
        self.servers = []
        self.urls = [f"file://{self.upstream}/"]
        self.configure()

    def configure(self, options="", *urls, more=""):
        """Options of the tree, and what comes behind it. Its upstreams stay as they were unless they are named."""
        self.options, self.urls = options, list(urls) or self.urls
        self.config.write_text(f"""
[store]
path = "{self.store}"
min_free = "0"
[server]
listen = ["127.0.0.1:0"]
[[tree]]
name = "tree"
upstreams = {json.dumps(self.urls)}
{self.always}
{options}
{more}
""")

    def from_server(self, server):
        """From now on the upstream is what this server shows."""
        self.servers.append(server)
        self.configure(self.options, server.url)
        return server

    @property
    def checkout(self):
        return self.store / "trees/tree"

    def write(self, name, content, time=None, mode=0o644):
        path = os.path.join(os.fsencode(self.upstream), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        os.chmod(path, mode)
        if time is not None:
            os.utime(path, (time, time))

    def fill(self):
        """A small tree in the upstream, of what this kind of mirror can tell apart."""
        def write(name, content, later=0, mode=0o644):
            self.write(name, content, OLD + later, mode)

        for name, what in self.sample.items():
            if what is None:
                os.makedirs(self.upstream / name, exist_ok=True)
            elif isinstance(what, Link):
                os.symlink(what, self.upstream / name)
            else:
                write(name, *(what if isinstance(what, tuple) else [what]))

    def run(self, *arguments, **options):
        return run_program("-c", self.config, *arguments, **options)

    def good(self, *arguments, **options):
        done = self.run(*arguments, **options)
        assert done.returncode == 0, (arguments, done.returncode, done.stdout, done.stderr)
        return done

    def json(self, *arguments, status=0):
        done = self.run(*arguments, "--json")
        assert done.returncode == status, (arguments, done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def sync(self, *arguments, status=0):
        return self.json("sync", *arguments, status=status)

    def serve(self, *arguments, **options):
        server = Server("-c", self.config, "serve", *arguments, **options)
        self.servers.append(server)
        return server

    def keep(self, *arguments, **options):
        server = Server("-c", self.config, "run", *arguments, **options)
        self.servers.append(server)
        return server

    def stop(self):
        for server in self.servers:
            server.stop()
        self.servers.clear()
