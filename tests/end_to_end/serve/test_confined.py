"""What the server gives up before it hears a stranger."""
import os
import pathlib
import pwd

from support.people import let_everybody_pass


def statuses(process):
    """What the kernel says of each thread."""
    for task in pathlib.Path(f"/proc/{process.pid}/task").iterdir():
        yield dict(line.split(":\t", 1) for line in (task / "status").read_text().splitlines() if ":\t" in line)


def test_every_thread_of_the_server_is_locked_in(mirror):
    mirror.configure()
    mirror.write("a", "text")
    mirror.sync()
    server = mirror.serve()
    assert server.get("/tree/a")[2] == b"text"
    assert {status["NoNewPrivs"] for status in statuses(server.process)} == {"1"}


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
    expected = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()
    for status in statuses(server.process):
        assert set(status["Uid"].split()) == {str(expected)}
    mirror.write("a", "another")
    mirror.sync()
    assert server.get("/tree/a")[2] == b"another"
