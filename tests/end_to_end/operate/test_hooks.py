"""What the operator wants to happen after a publish or a failure: programs that run, nodes that are woken."""
import http.server
import json
import os
import shutil
import subprocess
import threading

import pytest

from support.ports import free_port
from support.program import PROGRAM
from support.waiting import wait_for

TOKEN = "a token of the downstream node"


@pytest.fixture
def hook(mirror):
    """A program that writes down what it was told, each time that it runs."""
    class Hook:
        path = mirror.folder / "hook.py"
        diary = mirror.folder / "diary"

        def read(self):
            if not self.diary.exists():
                return []
            return [json.loads(line) for line in self.diary.read_text().splitlines()]

    made = Hook()
    made.path.write_text(f"""#!/usr/bin/python3
import json, os, sys
names = open(os.environ["MIRRORSEED_CHANGES"], "rb").read()
with open({str(made.diary)!r}, "a") as diary:
    diary.write(json.dumps({{"arguments": sys.argv[1:], "environment": dict(os.environ),
                            "changes": names.decode("latin-1").split("\\0")[:-1]}}) + "\\n")
print("hook was here")
""")
    made.path.chmod(0o755)
    return made


@pytest.fixture
def node():
    """A server that remembers how it was asked."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = asked
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


def quoted(*words):
    return "[" + ", ".join(json.dumps(str(word)) for word in words) + "]"


def test_a_publish_is_told_with_what_changed(mirror, hook):
    mirror.configure(f'max_delete = "100%"\non_publish = [{json.dumps(str(hook.path))}]')
    mirror.write("a", "1")
    mirror.write("old", "1")
    mirror.write(b"sub/\xff\n.iso", "1")
    done = mirror.good("sync")
    assert "hook was here" in done.stderr
    mirror.write("a", "22")
    mirror.write("new", "1")
    os.unlink(mirror.upstream / "old")
    mirror.good("sync")
    first, second = hook.read()
    assert first["changes"] == ["+a", "+old", "+sub/\xff\n.iso"]
    assert second["changes"] == ["~a", "+new", "-old"]
    environment = second["environment"]
    assert environment["MIRRORSEED_TREE"] == "tree" and environment["MIRRORSEED_GENERATION"] == "2"
    assert not os.path.exists(environment["MIRRORSEED_CHANGES"])
    left = {name for name in environment if not name.startswith("MIRRORSEED_")} - {"LC_CTYPE"}
    assert left == {"PATH", "LANG", "HOME"}


def test_what_changed_is_written_piece_by_piece(mirror, hook):
    mirror.configure(f"on_publish = [{json.dumps(str(hook.path))}]")
    for number in range(3000):
        (mirror.upstream / f"{'a-long-name-' * 16}{number}").touch()
    log = mirror.folder / "writes"
    done = subprocess.run(["strace", "-f", "-y", "-s", "0", "-e", "trace=write", "-o", log, PROGRAM, "-c", mirror.config, "sync"],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    [told] = hook.read()
    assert len(told["changes"]) == 3000
    sizes = [int(line.rsplit("=", 1)[1]) for line in log.read_text().splitlines() if "/changes>" in line]
    assert sum(sizes) == sum(len(name) + 1 for name in told["changes"]) and max(sizes) < 100_000, sizes


def test_nothing_is_told_when_nothing_is_published(mirror, hook):
    mirror.configure(f"on_publish = [{json.dumps(str(hook.path))}]")
    mirror.write("a", "1")
    mirror.good("sync", "--dry-run")
    assert hook.read() == []
    mirror.good("sync")
    mirror.good("sync")
    assert len(hook.read()) == 1


def test_arguments_are_given_as_they_are_and_no_shell_reads_them(mirror, hook):
    words = ["a b", f"$(touch {mirror.folder}/never)", "; exit 1", "*", ""]
    mirror.configure(f"on_publish = [{quoted(hook.path, *words)}]")
    mirror.write("a", "1")
    mirror.good("sync")
    assert hook.read()[0]["arguments"] == words


def test_rollback_and_approve_are_told_too(mirror, hook):
    mirror.configure(f'max_delete = 0\non_publish = [{json.dumps(str(hook.path))}]')
    mirror.write("a", "1")
    mirror.write("b", "1")
    mirror.good("sync")
    os.unlink(mirror.upstream / "b")
    mirror.sync(status=3)
    mirror.good("approve", "tree")
    mirror.good("rollback", "tree")
    assert [told["changes"] for told in hook.read()] == [["+a", "+b"], ["-b"], ["+b"]]


def test_a_failure_is_told_with_its_reason(mirror, hook):
    mirror.configure(f"max_delete = 0\non_failure = [{json.dumps(str(hook.path))}]")
    mirror.write("a", "1")
    mirror.good("sync")
    assert hook.read() == []
    os.unlink(mirror.upstream / "a")
    mirror.write("b", "1")
    report = mirror.sync(status=3)
    shutil.rmtree(mirror.upstream)
    mirror.sync(status=1)
    held, failed = hook.read()
    assert report["held_reason"] in held["environment"]["MIRRORSEED_ERROR"]
    assert str(mirror.upstream) in failed["environment"]["MIRRORSEED_ERROR"]
    assert failed["environment"]["MIRRORSEED_GENERATION"] == "1" and failed["changes"] == []


def test_a_hook_that_fails_undoes_nothing(mirror):
    mirror.configure('on_publish = ["/bin/false", "/nowhere/hook", "no-such-program", ["echo", "the last one runs"]]')
    mirror.write("a", "1")
    done = mirror.run("sync")
    assert done.returncode == 3
    for part in ["unfinished, hooks of generation 1: /bin/false ended with status 1", "the last one runs"]:
        assert part in done.stderr
    assert (mirror.checkout / "a").read_text() == "1"


def test_a_keeper_writes_what_hooks_print_to_its_log(mirror, hook):
    mirror.configure(f"on_publish = [{json.dumps(str(hook.path))}]")
    mirror.write("a", "1")
    keeper = mirror.keep()
    mirror.write("b", "1")
    mirror.good("sync")
    # The sync at start may be at it, and then tells of both.
    wait_for(lambda: "hook was here" in keeper.read_log(), "the hook's words")
    keeper.stop()
    assert hook.read()[-1]["environment"]["MIRRORSEED_TREE"] == "tree"


def test_downstream_nodes_are_woken_with_the_token(mirror, node):
    token = mirror.folder / "token"
    token.write_text(TOKEN + "\n")
    url = f"http://127.0.0.1:{node.server_port}/-/trees/tree/sync"
    mirror.configure(f'notify = ["{url}"]\nnotify_token_file = "{token}"')
    mirror.write("a", "1")
    mirror.good("sync")
    mirror.good("sync")
    [(path, headers, body)] = node.asked
    assert path == "/-/trees/tree/sync" and body == b""
    assert headers["Authorization"] == "Bearer " + TOKEN


def test_a_node_that_cannot_be_woken_holds_up_no_other(mirror, node):
    token = mirror.folder / "token"
    token.write_text(TOKEN)
    dead = f"http://127.0.0.1:{free_port()}/"
    alive = f"http://127.0.0.1:{node.server_port}/ok"
    mirror.configure(f'notify = ["{dead}", "http://192.0.2.1/open", "{alive}"]\nnotify_token_file = "{token}"')
    mirror.write("a", "1")
    done = mirror.run("sync")
    assert done.returncode == 3
    assert f"unfinished, notify of generation 1: cannot wake a downstream node: {dead[:-1]}" in done.stderr
    mirror.configure(f'notify = ["http://192.0.2.1/open", "{alive}"]\nnotify_token_file = "{token}"')
    done = mirror.run("sync")
    assert "http://192.0.2.1/open is not https, so the token is not sent there" in done.stderr
    assert len(node.asked) == 1 and (mirror.checkout / "a").exists()
