"""rsync servers that say no, or nothing, or that are none."""
import contextlib
import json
import socket
import struct
import threading
import time

import pytest

from support.ports import free_port
from support.rsync_mirror import failed, hold_published
from support.trees import tree_of
from support.waiting import wait_for


def test_a_password_is_sent_and_shown_nowhere(mirror):
    mirror.write("f", "x")
    secrets, password = mirror.folder / "secrets", mirror.folder / "password"
    secrets.write_text("jo:se cret/\n")
    secrets.chmod(0o600)
    server = mirror.daemon(f"auth users = jo\nsecrets file = {secrets}")
    assert "auth failed" in failed(mirror)
    with_user = server.url.replace("//", "//jo@")
    password.write_text("wrong\n")
    mirror.configure(f'password_file = "{password}"', with_user)
    assert "auth failed" in failed(mirror)
    password.write_text("se cret/\n")
    done = mirror.good("sync", "--json")
    assert json.loads(done.stdout)["outcome"] == "published"
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    shown = done.stdout + done.stderr + mirror.good("status", "--json").stdout
    assert "cret" not in shown and "jo@" not in shown
    mirror.configure("", server.url.replace("//", "//jo:se cret/@"))
    done = mirror.run("sync")
    assert "cret" not in done.stdout + done.stderr


def test_an_unknown_module_and_a_dead_port_leave_what_is_published(mirror):
    mirror.fill()
    server = mirror.daemon()
    mirror.sync()
    published = hold_published(mirror)
    mirror.configure("retries = 0", server.url.replace("/tree/", "/three/"))
    assert "Unknown module 'three'" in failed(mirror)
    mirror.configure("retries = 0", server.url + "nowhere/")
    assert "No such file or directory" in failed(mirror)
    server.stop()
    mirror.configure("retries = 0", server.url)
    error = failed(mirror)
    assert "Connection refused" in error and str(server.port) in error
    assert hold_published(mirror) == published


def test_the_next_upstream_is_used_when_one_is_dead(mirror):
    mirror.fill()
    server = mirror.daemon()
    dead = f"rsync://127.0.0.1:{free_port()}/tree/"
    mirror.configure("retries = 0", dead, server.url.replace("/tree/", "/three/"), server.url)
    report = mirror.sync()
    assert report["outcome"] == "published" and report["upstream"] == server.url
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def hold_connection(server):
    """Takes the only place that a module has."""
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.recv(100)
    connection.sendall(b"@RSYNCD: 31.0 md5\ntree\n")
    assert b"@RSYNCD: OK" in connection.recv(100)
    return connection


def test_a_busy_server_is_asked_again(mirror):
    mirror.fill()
    server = mirror.daemon("max connections = 1")
    connection = hold_connection(server)
    mirror.configure("retries = 0")
    assert "max connections" in failed(mirror)
    mirror.configure("retries = 5")
    mark = server.mark()
    process = mirror.begin()
    wait_for(lambda: "max connections" in server.said()[mark:], "the refusal")
    connection.close()
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)


def test_a_server_that_says_nothing_is_not_waited_for(mirror):
    mirror.configure('timeout = "1s"\nretries = 0')
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mirror.configure(mirror.options, f"rsync://127.0.0.1:{silent.getsockname()[1]}/tree/")
        failed(mirror)


def test_a_greeting_without_an_end_is_not_waited_for(mirror):
    """rsync reads it for as long as it comes, and its own timeout counts from the last byte."""
    with socket.create_server(("127.0.0.1", 0)) as endless:
        def greet():
            with contextlib.suppress(OSError):
                peer, _ = endless.accept()
                with peer:
                    peer.sendall(b"@RSYNCD: 31.0 md5\n")
                    while True:
                        peer.sendall(b"Welcome to the mirror.\n")
                        time.sleep(0.05)
        threading.Thread(target=greet, daemon=True).start()
        mirror.configure('timeout = "2s"\nretries = 0', f"rsync://127.0.0.1:{endless.getsockname()[1]}/tree/")
        started = time.monotonic()
        report = mirror.sync(status=1)
        assert "it was greeting for 4 s" in report["error"] and "\n" not in report["error"]
        assert time.monotonic() - started < 12


def test_messages_without_an_end_are_not_read_for_ever(mirror):
    """They stand for a listing that does not begin, and keep every wait for a byte from ending."""
    message = b"still looking\n" * 70
    with socket.create_server(("127.0.0.1", 0)) as endless:
        def mumble():
            with contextlib.suppress(OSError):
                peer, _ = endless.accept()
                with peer:
                    peer.sendall(b"@RSYNCD: 31.0\n")
                    received = b""
                    while b"tree\n" not in received:
                        received += peer.recv(100)
                    peer.sendall(b"@RSYNCD: OK\n" + b"\0" + b"seed")
                    while True:
                        peer.sendall(struct.pack("<I", (7 + 3) << 24 | len(message)) + message)
        threading.Thread(target=mumble, daemon=True).start()
        mirror.configure("retries = 0", f"rsync://127.0.0.1:{endless.getsockname()[1]}/tree/")
        report = mirror.sync(status=1)
        assert "rsync says more than 16 MiB of messages" in report["error"]


@pytest.mark.parametrize("said", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"@RSYNCD: 31.0\n@ERROR: go away\x1b[31m\n",
                                  b"\0" * 5000, b"@RSYNCD: 31.0\n@RSYNCD: OK\n" + b"\xff" * 5000,
                                  b"@RSYNCD: 31.0\n" + b"motd\n" * 1000],
                         ids=["HTTP", "an error", "zeros", "rubbish", "a greeting alone"])
def test_what_is_no_rsync_server_fails_with_one_line(mirror, said):
    with socket.create_server(("127.0.0.1", 0)) as wrong:
        def answer():
            with contextlib.suppress(OSError):
                while True:
                    peer, _ = wrong.accept()
                    with peer, contextlib.suppress(OSError):
                        peer.sendall(said)
                        peer.shutdown(socket.SHUT_WR)
                        while peer.recv(4096):
                            pass
        threading.Thread(target=answer, daemon=True).start()
        mirror.configure('timeout = "5s"\nretries = 0', f"rsync://127.0.0.1:{wrong.getsockname()[1]}/tree/")
        assert "\x1b" not in failed(mirror)
        assert "\x1b" not in mirror.run("sync").stderr
        wrong.shutdown(socket.SHUT_RDWR)


def test_a_server_whose_disk_fails_while_it_lists_deletes_nothing(mirror):
    """It lists the rest and says so at the end; the gap would look like deletions."""
    mirror.fill()
    server = mirror.daemon()
    mirror.sync()
    published = hold_published(mirror)
    server.stop()
    server.prefix = ["strace", "-f", "-o", "/dev/null", "-P", mirror.upstream / "pool", "-e", "trace=getdents64",
                     "-e", "inject=getdents64:error=EIO"]
    server.start()
    error = failed(mirror)
    assert "pool" in error and "Input/output error" in error
    assert hold_published(mirror) == published


@pytest.mark.parametrize("module_folder", ["", "pool/"])
def test_names_that_vanish_while_the_server_lists_are_told_and_the_rest_comes(mirror, module_folder):
    mirror.fill()
    mirror.write("pool/fleeting", "gone in a moment")
    server = mirror.daemon()
    server.stop()
    server.prefix = ["strace", "-f", "-o", "/dev/null", "-P", "fleeting", "-P", "pool/fleeting", "-e",
                     "trace=%%stat", "-e", "inject=%%stat:error=ENOENT"]
    server.start()
    mirror.configure("", mirror.urls[0] + module_folder)
    report = mirror.sync()
    assert report["outcome"] == "published"
    told = {item["path"]: item["reason"] for item in report["left_out"]}
    assert "vanished" in told["fleeting" if module_folder else "pool/fleeting"]
    assert any(b"a.deb" in name for name in tree_of(mirror.checkout))
    assert not any(b"fleeting" in name for name in tree_of(mirror.checkout))
    server.stop()
    server.prefix = []
    server.start()
    report = mirror.sync()
    assert report["outcome"] == "published" and not any("fleeting" in item["path"] for item in report["left_out"])
    assert any(b"fleeting" in name for name in tree_of(mirror.checkout))
