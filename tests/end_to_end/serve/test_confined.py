"""What the server gives up before it hears a stranger."""
import os
import pwd

from support.people import let_everybody_pass
from support.processes import only_child, statuses


def test_every_thread_of_the_server_is_locked_in(mirror):
    mirror.configure()
    mirror.write("a", "text")
    mirror.sync()
    server = mirror.serve()
    assert server.get("/tree/a")[2] == b"text"
    assert {status["NoNewPrivs"] for status in statuses(server.process.pid)} == {"1"}


def test_a_publish_is_seen_by_a_server_that_is_locked_in(mirror):
    mirror.configure()
    for version in range(3):
        mirror.write("a", f"text {version}")
        mirror.sync()
        server = server if version else mirror.serve()
        assert server.get("/tree/a")[2] == f"text {version}".encode()


def test_root_becomes_the_user_that_the_config_names(mirror):
    mirror.configure()
    let_everybody_pass(mirror.config)
    mirror.config.write_text(mirror.config.read_text().replace("[server]", '[server]\nuser = "nobody"', 1))
    mirror.write("a", "text")
    mirror.sync()
    server = mirror.serve()
    assert server.get("/tree/a")[2] == b"text", server.read_log()
    is_root = os.geteuid() == 0  # who leaves a parent behind that keeps its rights
    expected = pwd.getpwnam("nobody").pw_uid if is_root else os.geteuid()
    for status in statuses(only_child(server.process.pid) if is_root else server.process.pid):
        assert set(status["Uid"].split()) == {str(expected)}
    mirror.write("a", "another")
    mirror.sync()
    assert server.get("/tree/a")[2] == b"another"
