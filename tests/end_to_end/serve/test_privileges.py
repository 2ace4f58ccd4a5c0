"""Rights over time: what root gives up, what is handed over later, and what a server that fell could reach."""
import os
import pathlib
import pwd
import re
import signal
import socket
import struct
import subprocess
import time

import pytest

from support.certificates import Certificates
from support.folders import short_name_of
from support.people import as_nobody, let_everybody_pass
from support.processes import descriptor_of, only_child, statuses
from support.program import PROGRAM, run_program
from support.server import Server
from support.waiting import wait_for

NOBODY = pwd.getpwnam("nobody").pw_uid


def line_of(pid):
    """What a server hears its keeper at, as a child that it left behind would have it."""
    variables = pathlib.Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    [told] = [text for text in variables if text.startswith("MIRRORSEED_KEEPER=")]
    return socket.socket(fileno=descriptor_of(pid, int(re.search(r"\d+", told)[0])))


@pytest.fixture(autouse=True)
def root():
    assert os.geteuid() == 0, "what root gives up is shown by root"


@pytest.fixture(params=["run", "serve"])
def handed(request, mirror, tmp_path):
    """A server that became nobody, of a keeper or by itself, with secrets and logs that are root's."""
    secrets = mirror.folder / "secrets"
    secrets.mkdir(mode=0o700)
    certificates = Certificates(mirror.folder / "certificates")
    for name in ("first", "second"):
        certificates.make(name, "DNS:localhost,IP:127.0.0.1")

    class Handed:
        folder = secrets

        def token(self, text):
            (secrets / "token").write_text(text + "\n")
            (secrets / "token").chmod(0o600)

        def certificate(self, name):
            for suffix in ("pem", "key"):
                fresh = secrets / f"fresh.{suffix}"
                fresh.write_bytes((certificates.folder / f"{name}.{suffix}").read_bytes())
                fresh.chmod(0o600)
                fresh.rename(secrets / f"server.{suffix}")

        def shown_certificate(self):
            port = self.server.read_log().split(" by TLS")[0].rsplit(":", 1)[1]
            done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost"],
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
            shown = done.stdout.split("-----BEGIN CERTIFICATE-----")[1].split("-----END")[0].strip()
            [name] = [name for name in ("first", "second") if shown in (certificates.folder / f"{name}.pem").read_text()]
            return name

        def status(self, token):
            return self.server.get("/-/status.json", Authorization=f"Bearer {token}")[0]

    it = Handed()
    it.token("one")
    it.certificate("first")
    mirror.config.write_text(mirror.config.read_text().replace("[server]", f"""[server]
user = "nobody"
tls_listen = ["127.0.0.1:0"]
tls_certificate = "{secrets}/server.pem"
tls_key = "{secrets}/server.key"
status_access = "token"
admin_token_file = "{secrets}/token"
access_log = "{secrets}/access.log"
""", 1))
    let_everybody_pass(mirror.config)
    mirror.write("a", "text")
    mirror.sync()
    it.server = mirror.keep() if request.param == "run" else mirror.serve()
    wait_for(lambda: " by TLS" in it.server.read_log(), "the server")
    it.pid = only_child(it.server.process.pid)
    wait_for(lambda: {status["Uid"].split()[0] for status in statuses(it.pid)} == {str(NOBODY)}, "nobody")
    return it


def test_a_new_token_a_moved_log_and_a_renewed_certificate_reach_who_can_open_none_of_them(handed):
    assert (handed.status("one"), handed.status("two")) == (200, 403)
    handed.token("two")
    (handed.folder / "access.log").rename(handed.folder / "access.log.1")
    handed.server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: handed.status("two") == 200, "the new token")
    assert handed.status("one") == 403
    handed.server.get("/tree/a")
    wait_for(lambda: "/tree/a" in (handed.folder / "access.log").read_text(), "the new log")
    assert handed.shown_certificate() == "first"
    handed.certificate("second")
    wait_for(lambda: handed.shown_certificate() == "second", "the new certificate, without being told")


def test_a_config_with_a_fault_keeps_neither_a_moved_log_nor_a_new_token_from_who_needs_them(handed, mirror):
    handed.token("two")
    (handed.folder / "access.log").rename(handed.folder / "access.log.1")
    mirror.config.write_text(mirror.config.read_text() + "\nnonsense = 1\n")
    handed.server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "nonsense" in handed.server.read_log(), "the fault")
    wait_for(lambda: handed.status("two") == 200, "the new token")
    assert handed.status("one") == 403
    handed.server.get("/tree/a?late")
    wait_for(lambda: "late" in (handed.folder / "access.log").read_text(), "the new log")
    assert "late" not in (handed.folder / "access.log.1").read_text()
    assert "the config stays as it was" in handed.server.read_log()


def test_a_server_that_is_started_again_keeps_the_logs_that_it_found_then(mirror):
    mirror.write("a", "text")
    mirror.sync()
    first, second = mirror.folder / "first.log", mirror.folder / "second.log"
    config = mirror.config.read_text()
    mirror.config.write_text(config.replace("[server]", f'[server]\naccess_log = "{first}"', 1))
    keeper = mirror.keep()
    mirror.config.write_text(config.replace("[server]", f'[server]\naccess_log = "{second}"', 1))

    def reload():
        before = keeper.read_log().count(" again")
        keeper.process.send_signal(signal.SIGHUP)
        # The keeper's line and the server's.
        wait_for(lambda: keeper.read_log().count(" again") == before + 2, "the reload")

    def ask(word, log):
        keeper.url = "http://" + re.findall(r"serving on (127\.0\.0\.1:\d+)", keeper.read_log())[-1]
        keeper.get(f"/tree/a?{word}")
        wait_for(lambda: word in log.read_text(), f"{word} in {log.name}")

    reload()
    ask("moves-at-a-restart-alone", first)
    serving = keeper.read_log().count("serving on")
    os.kill(only_child(keeper.process.pid), signal.SIGKILL)
    wait_for(lambda: keeper.read_log().count("serving on") > serving, "the next server")
    ask("restarted", second)
    reload()
    ask("read-again", second)


@pytest.mark.parametrize("command", ["run", "serve"])
def test_what_the_server_puts_at_its_logs_place_leads_root_nowhere(mirror, command):
    logs = mirror.folder / "logs"
    logs.mkdir()
    os.chown(logs, NOBODY, NOBODY)
    closed = mirror.folder / "closed"
    closed.mkdir(mode=0o700)
    (closed / "crontab").write_text("# root's\n")
    mirror.config.write_text(mirror.config.read_text().replace(
        "[server]", f'[server]\nuser = "nobody"\naccess_log = "{logs}/access.log"', 1))
    let_everybody_pass(mirror.config)
    mirror.write("a", "text")
    mirror.sync()
    server = mirror.keep() if command == "run" else mirror.serve()
    wait_for(lambda: server.get("/tree/a")[2] == b"text", "the server")
    (logs / "access.log").rename(logs / "access.log.1")
    os.symlink(closed / "crontab", logs / "access.log")
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "access.log: " in server.read_log(), "the refusal")
    server.get("/tree/a?planted")
    wait_for(lambda: "planted" in (logs / "access.log.1").read_text(), "a line where they went before")
    assert (closed / "crontab").read_text() == "# root's\n"
    assert "a link on the way lies in a folder that others may write to" in server.read_log()
    server.stop()
    refused = mirror.run(command, timeout=20) if command == "serve" else None
    assert refused is None or (refused.returncode == 1 and "link" in refused.stderr), "nor when it starts"
    assert (closed / "crontab").read_text() == "# root's\n"


def test_a_token_that_nobody_can_read_keeps_the_old_one_and_says_so(handed):
    (handed.folder / "token").unlink()
    (handed.folder / "token").mkdir()
    handed.server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "token" in handed.server.read_log(), "the message")
    wait_for(lambda: handed.server.read_log().count("serving on") > 2, "the reload")
    assert handed.status("one") == 200


def test_a_server_that_has_a_keeper_connects_to_nothing(handed):
    assert {status["Seccomp"] for status in statuses(handed.pid)} == {"2"}
    assert {status["CapEff"] for status in statuses(handed.pid)} == {"0" * 16}


@pytest.mark.parametrize("user", ["", "nobody"])
def test_a_socket_that_is_added_takes_the_place_of_a_leftover(mirror, user):
    folder = mirror.folder / "sockets"
    folder.mkdir()
    if user:
        os.chown(folder, NOBODY, NOBODY)
    mirror.write("a", "text")
    with short_name_of(folder) as short:
        short.parent.chmod(0o755)
        first, left, taken = short / "a", short / "b", short / "c"
        config = mirror.config.read_text().replace("[server]", f'[server]\nuser = "{user}"', 1)
        mirror.config.write_text(config.replace('"127.0.0.1:0"', f'"127.0.0.1:0", "unix:{first}"'))
        let_everybody_pass(mirror.config)
        mirror.sync()
        keeper = mirror.keep()
        with socket.socket(socket.AF_UNIX) as gone:
            gone.bind(str(left))
        mirror.config.write_text(config.replace('"127.0.0.1:0"', f'"127.0.0.1:0", "unix:{first}", "unix:{left}"'))
        keeper.process.send_signal(signal.SIGHUP)
        wait_for(lambda: f"serving on unix:{left}" in keeper.read_log(), "the new socket")
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(left))
            connection.sendall(b"GET /tree/a HTTP/1.0\r\n\r\n")
            assert connection.recv(12) == b"HTTP/1.1 200"
        with socket.socket(socket.AF_UNIX) as somebodys:
            somebodys.bind(str(taken))
            somebodys.listen()
            mirror.config.write_text(config.replace('"127.0.0.1:0"', f'"127.0.0.1:0", "unix:{taken}"'))
            keeper.process.send_signal(signal.SIGHUP)
            wait_for(lambda: "the addresses stay as they were" in keeper.read_log(), "the refusal")
            assert taken.exists()


def test_a_server_without_a_keeper_reaches_into_no_other_process(mirror):
    mirror.sync()
    assert {status["Seccomp"] for status in statuses(mirror.serve().process.pid)} == {"2"}


def test_a_keeper_shows_its_memory_to_nobody_of_its_own_user(mirror):
    let_everybody_pass(mirror.config)
    os.chown(mirror.folder, NOBODY, NOBODY)
    keeper = mirror.keep(prefix=as_nobody())
    wait_for(lambda: keeper.get("/-/health")[0] == 200, "the server")
    server = only_child(keeper.process.pid)
    assert os.stat(f"/proc/{server}/mem").st_uid == NOBODY
    assert os.stat(f"/proc/{keeper.process.pid}/mem").st_uid == 0


def test_what_a_fallen_server_left_behind_hears_nothing_that_the_next_one_is_told(mirror):
    mirror.write("a", "text")
    mirror.sync()
    keeper = mirror.keep()
    fallen = only_child(keeper.process.pid)
    line = line_of(fallen)
    os.kill(fallen, signal.SIGKILL)
    wait_for(lambda: keeper.read_log().count("serving on") == 2, "the next server")
    with line:
        line.settimeout(20)
        # What it was told itself may still be in there; then the other end is closed.
        while line.recv(1 << 17):
            pass


def test_a_fallen_server_cannot_hold_its_keeper_up_by_a_file_that_is_slow_to_close(mirror):
    mirror.write("a", "text")
    mirror.sync()
    keeper = mirror.keep()
    fallen = only_child(keeper.process.pid)
    with line_of(fallen) as line, socket.create_server(("127.0.0.1", 0)) as listener, \
            socket.create_connection(listener.getsockname()):
        stuck, _ = listener.accept()
        stuck.setblocking(False)
        try:
            while True:
                stuck.send(b"x" * 65536)
        except BlockingIOError:
            pass
        stuck.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 40))
        os.kill(keeper.process.pid, signal.SIGSTOP)
        try:
            socket.send_fds(line, [b"x"], [stuck.fileno()])
        except BrokenPipeError:
            stuck.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 0, 0))
        stuck.close()
        os.kill(keeper.process.pid, signal.SIGCONT)
        os.kill(fallen, signal.SIGKILL)
        wait_for(lambda: keeper.read_log().count("serving on") == 2, "the next server")


def test_a_server_ends_with_the_parent_that_serve_left(mirror):
    mirror.config.write_text(mirror.config.read_text().replace("[server]", '[server]\nuser = "nobody"', 1))
    let_everybody_pass(mirror.config)
    mirror.sync()
    server = mirror.serve()
    server.get("/-/health")
    pid = only_child(server.process.pid)
    server.process.kill()
    server.process.wait()
    wait_for(lambda: not pathlib.Path(f"/proc/{pid}").exists(), "its end")


def test_a_server_that_lost_its_keeper_serves_on_and_rests(mirror):
    mirror.write("a", "text")
    mirror.sync()
    keeper = mirror.keep()
    assert keeper.get("/tree/a")[2] == b"text"
    pid = only_child(keeper.process.pid)

    def told():
        return "\nmirrorseed_keeper 1\n" in keeper.get("/-/metrics")[2].decode(), keeper.json("/-/status.json")["started"]
    wait_for(lambda: all(told()), "word of the keeper")
    keeper.process.kill()
    keeper.process.wait()
    wait_for(lambda: not any(told()), "that there is none")

    def ticks():
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])
    before = ticks()
    time.sleep(2)
    assert ticks() - before < 50, "a hundredth of a second each"
    assert keeper.get("/tree/a")[2] == b"text"
    os.kill(pid, signal.SIGTERM)
    wait_for(lambda: not pathlib.Path(f"/proc/{pid}").exists(), "its end")


@pytest.mark.parametrize("command", ["run", "serve"])
def test_a_user_that_the_config_names_and_that_does_not_exist_is_no_reason_to_serve_as_root(mirror, command):
    mirror.config.write_text(mirror.config.read_text().replace("[server]", '[server]\nuser = "none-such"', 1))
    mirror.sync()
    done = mirror.run(command, timeout=20)
    assert done.returncode == 1 and "none-such" in done.stderr


@pytest.fixture
def site(tmp_path):
    www = tmp_path / "www"
    for name in ("open", "closed"):
        (www / name).mkdir(parents=True)
        (www / name / "f").write_text("for all")
    (www / ".htpasswd").write_text("secret")
    (www / ".htpasswd").chmod(0o600)
    (www / "closed").chmod(0o700)
    return www


def test_root_without_powers_gives_what_all_may_read(site, tmp_path):
    (tmp_path / "c.toml").write_text('[server]\nuser = ""\nlisten = ["127.0.0.1:0"]\n')
    server = Server("-c", tmp_path / "c.toml", "serve", site)
    try:
        assert server.get("/open/f")[2] == b"for all"
        for path in ("/.htpasswd", "/closed/f", "/closed/"):
            assert server.get(path)[0] == 403, path
        for status in statuses(server.process.pid):
            assert {status[name] for name in ("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb")} == {"0" * 16}
        (site / "open").chmod(0o700)
        wait_for(lambda: server.get("/open/f")[0] == 403, "what is kept is looked at again")
        # Who named the folder knows who may see it.
        site.chmod(0o700)
        (site / "open").chmod(0o755)
        wait_for(lambda: server.get("/open/f")[0] == 200, "its being open again")
    finally:
        server.stop()


def test_a_signing_key_may_lie_anywhere(mirror):
    key = mirror.folder / "elsewhere/key"
    key.parent.mkdir(mode=0o700)
    assert run_program("keygen", key).returncode == 0
    mirror.config.write_text(mirror.config.read_text().replace("[server]", f'signing_key_file = "{key}"\n[server]', 1))
    mirror.write("a", "text")
    mirror.sync()
    server = mirror.serve()
    assert server.get("/-/trees/tree/head")[0] == 200, server.read_log()


def test_a_catalogue_that_is_recovered_is_served_by_a_server_that_is_locked_in(mirror):
    for name in "abc":
        mirror.write(name, name)
    mirror.sync()
    server = mirror.serve()
    assert server.get("/tree/a")[2] == b"a"
    mirror.good("recover")
    assert server.get("/tree/b")[2] == b"b"
    mirror.write("d", "d")
    mirror.sync()
    assert server.get("/tree/d")[2] == b"d"


class Manager:
    """What systemd hears."""

    def __init__(self, folder):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.path = str(folder / "n")
        self.socket.bind(self.path)

    def hears(self, word, seconds):
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                if word in self.socket.recv(4096).decode().split("\n"):
                    return True
            except TimeoutError:
                break
        return False


@pytest.fixture
def managed(mirror):
    manager = Manager(mirror.folder)
    started = []

    def begin(*arguments):
        started.append(subprocess.Popen(
            [PROGRAM, "-c", mirror.config, *arguments], stderr=subprocess.DEVNULL,
            env={**os.environ, "NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "2000000"}))
        manager.process = started[-1]
        return manager
    yield begin
    for process in started:
        process.terminate()
        process.wait(60)


def test_a_keeper_is_ready_when_its_server_listens(mirror, managed):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        mirror.config.write_text(mirror.config.read_text().replace("127.0.0.1:0", f"127.0.0.1:{port}"))
        manager = managed("run")
        assert not manager.hears("READY=1", 3)
        manager.process.send_signal(signal.SIGHUP)
        assert not manager.hears("READY=1", 3), "nor by reading its config again"
    assert manager.hears("READY=1", 40)


@pytest.mark.parametrize("command", ["run", "serve"])
def test_a_reload_is_over_when_the_server_is_well(mirror, managed, command):
    mirror.config.write_text(mirror.config.read_text().replace("[server]", '[server]\nuser = "nobody"', 1))
    let_everybody_pass(mirror.config)
    mirror.write("a", "text")
    mirror.sync()
    manager = managed(command)
    assert manager.hears("READY=1", 20)
    manager.process.send_signal(signal.SIGHUP)
    assert manager.hears("RELOADING=1", 20) and manager.hears("READY=1", 20)
    pid = only_child(manager.process.pid)
    os.kill(pid, signal.SIGSTOP)
    while manager.hears("WATCHDOG=1", 6):
        pass
    manager.process.send_signal(signal.SIGHUP)
    assert manager.hears("RELOADING=1", 20) and not manager.hears("READY=1", 3)
    os.kill(pid, signal.SIGCONT)
    assert manager.hears("READY=1", 20)


@pytest.mark.long
@pytest.mark.parametrize("command", ["run", "serve"])
@pytest.mark.parametrize("asleep", ["the keeper", "both"])
def test_a_pause_of_the_machine_is_no_silence_of_the_server(mirror, command, asleep):
    mirror.config.write_text(mirror.config.read_text().replace("[server]", '[server]\nuser = "nobody"', 1))
    let_everybody_pass(mirror.config)
    mirror.write("a", "text")
    mirror.sync()
    server = mirror.keep() if command == "run" else mirror.serve()
    wait_for(lambda: server.get("/tree/a")[2] == b"text", "the server")
    pid = only_child(server.process.pid)
    paused = [server.process.pid] + ([pid] if asleep == "both" else [])
    for process in paused:
        os.kill(process, signal.SIGSTOP)
    time.sleep(33)
    for process in paused:
        os.kill(process, signal.SIGCONT)
    time.sleep(3)
    assert only_child(server.process.pid) == pid, server.read_log()
    assert server.get("/tree/a")[2] == b"text"


@pytest.mark.long
@pytest.mark.parametrize("command", ["run", "serve"])
def test_a_server_that_is_silent_is_replaced_and_the_watchdog_hears_nothing(mirror, managed, command):
    mirror.config.write_text(mirror.config.read_text().replace("[server]", '[server]\nuser = "nobody"', 1))
    let_everybody_pass(mirror.config)
    mirror.write("a", "text")
    mirror.sync()
    manager = managed(command)
    assert manager.hears("WATCHDOG=1", 20)
    pid = only_child(manager.process.pid)
    os.kill(pid, signal.SIGSTOP)
    while manager.hears("WATCHDOG=1", 6):
        pass
    assert only_child(manager.process.pid) == pid, "nothing is heard before another takes its place"
    assert manager.hears("WATCHDOG=1", 60)
    assert only_child(manager.process.pid) != pid
