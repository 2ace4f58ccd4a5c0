"""Words for testing the real program: a mirror in a temporary folder, its upstream, its server."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("MIRRORSEED", str(ROOT / "build/release/bin/mirrorseed"))
LIMIT = 120  # seconds; no command of these tests takes nearly as long


def pytest_configure(config):
    config.addinivalue_line("markers", "measures: of the program as users run it; sanitizers make it larger")


def run_program(*arguments, cwd=None, env=None, timeout=LIMIT, prefix=(), text=True):
    return subprocess.run([*prefix, PROGRAM, *map(str, arguments)], cwd=cwd, env=env, timeout=timeout,
                          capture_output=True, text=text)


def as_nobody():
    """A prefix that takes root's rights away from a command; root may read everything."""
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []


def let_everybody_pass(path):
    """pytest's folders are closed to others."""
    for folder in path.parents:
        if str(folder).startswith("/tmp/"):
            folder.chmod(0o755)


def wait_for(condition, what, seconds=20):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"{what} did not happen within {seconds} s")


class Server:
    """A `serve` or `run` that was started, and where it listens."""

    def __init__(self, *arguments, prefix=(), env=None):
        self.process = subprocess.Popen([*prefix, PROGRAM, *map(str, arguments)], stderr=subprocess.PIPE, env=env,
                                        start_new_session=True)
        self.log = b""
        os.set_blocking(self.process.stderr.fileno(), False)
        self.url = wait_for(self._listening, "listening")

    def read_log(self):
        if not self.process.stderr.closed:
            self.log += self.process.stderr.read() or b""
        return self.log.decode(errors="replace")

    def _listening(self):
        found = re.search(r"serving on (127\.0\.0\.1:\d+)", self.read_log())
        assert found or self.process.poll() is None, self.log
        return found and "http://" + found.group(1)

    def get(self, path, **headers):
        """Status, headers and body, whatever the status is."""
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.headers, refusal.read()

    def json(self, path):
        status, _, body = self.get(path)
        assert status == 200, (path, status, body)
        return json.loads(body)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=60)
        self.read_log()
        self.process.stderr.close()
        assert b"Sanitizer" not in self.log, self.log.decode(errors="replace")
        return status


class Mirror:
    """A store, its config and one upstream tree that a test may change."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.upstream = self.folder / "upstream"
        self.store = self.folder / "store"
        self.config = self.folder / "mirrorseed.toml"
        self.upstream.mkdir(parents=True, exist_ok=True)
        self.servers = []
        self.configure()

    def configure(self, tree="", more="", sync=""):
        self.config.write_text(f"""
[store]
path = "{self.store}"
min_free = "0"
[server]
listen = ["127.0.0.1:0"]
[sync]
{sync}
[[tree]]
name = "tree"
upstreams = ["file://{self.upstream}/"]
{tree}
{more}
""")

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


@pytest.fixture
def mirror(tmp_path):
    made = Mirror(tmp_path)
    yield made
    made.stop()


def tree_of(folder):
    """What a folder shows: every name with its kind, mode, time and content or target."""
    root = os.fsencode(folder)
    found = {}
    for at, folders, files in os.walk(root):
        for name in folders + files:
            path = os.path.join(at, name)
            info = os.lstat(path)
            key = os.path.relpath(path, root)
            if os.path.islink(path):
                found[key] = ("link", os.readlink(path))
            elif os.path.isdir(path):
                found[key] = ("folder", info.st_mode & 0o777)
            else:
                with open(path, "rb") as file:
                    found[key] = ("file", info.st_mode & 0o777, info.st_mtime_ns, file.read())
    return found


def in_user_namespace():
    """Words before a command that let it mount, as root or where user namespaces are allowed."""
    if shutil.which("unshare") is None:
        raise AssertionError("unshare is missing; scripts/setup --tests installs it")
    return ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
