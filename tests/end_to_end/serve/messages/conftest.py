"""The folder that the tests of messages ask for, and its server."""
import os
import socket
import stat

import pytest

from support.messages import CONTENT, LARGE, NAMES, SECRET, TIME
from support.server import Server


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("served")
    root = place / "root"
    (root / "sub").mkdir(parents=True)
    (place / "secret").write_bytes(SECRET)
    for name, content in {"file": CONTENT, "large": LARGE, "empty": b"", **{name: name for name in NAMES}}.items():
        path = os.path.join(os.fsencode(root), os.fsencode(name))
        with open(path, "wb") as file:
            file.write(content if name in ("file", "large", "empty") else os.fsencode(content))
        os.utime(path, (TIME, TIME))
    os.mkfifo(root / "pipe")
    (root / "links").mkdir()
    for name, target in {"file": "../file", "sub": "../sub", "out": "../../secret", "up": "../..", "loop": "loop",
                         "absolute": str(place / "secret"), "device": "/dev/zero"}.items():
        os.symlink(target, root / "links" / name)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(root / "socket"))
    if os.geteuid() == 0:
        os.mknod(root / "device", 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    return root


@pytest.fixture(scope="module")
def server(folder):
    started = Server("serve", folder, "--listen", "127.0.0.1:0")
    yield started
    assert started.stop() == 0
