"""Files from web servers: gone on with, at a rate, by password and by TLS."""
import json
import random
import signal
import subprocess
import time

import pytest

from support.certificates import Certificates
from support.http_mirror import SERVERS
from support.ports import free_port
from support.program import PROGRAM
from support.trees import sizes_below, tree_of
from support.waiting import wait_for
from support.web_servers import Nginx


@pytest.mark.parametrize("kind", ["nginx", "nginx, JSON", "Apache, plain"])
def test_a_file_goes_on_where_a_kill_cut_it_off(mirror, kind):
    content = random.Random(2).randbytes(100 << 20)
    mirror.write("disk.iso", content)
    mirror.configure('rate_limit = "40 MB/s"')
    server = mirror.from_server(SERVERS[kind](mirror.folder / "server", mirror.upstream))
    process = subprocess.Popen([PROGRAM, "-c", mirror.config, "sync"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    staged = mirror.store / "staging"
    wait_for(lambda: any(size > 40 << 20 for size in sizes_below(staged)), "half the file")
    process.send_signal(signal.SIGKILL)
    process.wait()
    mirror.configure()
    report = mirror.sync()
    assert report["outcome"] == "published" and report["transferred_bytes"] < 70 << 20
    assert (mirror.checkout / "disk.iso").read_bytes() == content
    assert ("GET", "/disk.iso", 206) in server.asked()


def test_the_rate_limit_holds_for_all_lanes_together(mirror):
    for number in range(8):
        mirror.write(f"f{number}", random.Random(number).randbytes(250_000))
    mirror.configure('rate_limit = "1 MB/s"\nmin_rate = "900 KiB/s"')
    mirror.from_server(Nginx(mirror.folder / "server", mirror.upstream))
    started = time.monotonic()
    assert mirror.sync()["outcome"] == "published"
    assert 1.4 < time.monotonic() - started < 6


def test_user_and_password_are_sent_and_shown_nowhere(mirror):
    mirror.write("f", "x")
    (mirror.folder / "users").write_text("jo:{PLAIN}se cret/\n")
    (mirror.folder / "password").write_text("se cret/\n")
    server = Nginx(mirror.folder / "server", mirror.upstream,
                   f"auth_basic x; auth_basic_user_file {mirror.folder}/users;")
    mirror.from_server(server)
    report = mirror.sync(status=1)
    assert "401" in report["error"]
    mirror.configure(f'password_file = "{mirror.folder}/password"', server.url.replace("//", "//jo@"))
    done = mirror.run("sync", "--json")
    assert json.loads(done.stdout)["outcome"] == "published"
    assert "cret" not in done.stdout + done.stderr and "jo@" not in done.stdout + done.stderr


def test_https_needs_a_certificate_that_is_trusted(mirror):
    mirror.write("f", "x")
    certificates = Certificates(mirror.folder / "certificates")
    good, port = certificates.make("good", "IP:127.0.0.1"), free_port()
    mirror.from_server(Nginx(mirror.folder / "server", mirror.upstream,
                             f"listen 127.0.0.1:{port} ssl; ssl_certificate {good}.pem; ssl_certificate_key {good}.key;"))
    mirror.configure("", f"https://127.0.0.1:{port}/")
    assert "certificate" in mirror.sync(status=1)["error"]
    mirror.configure(f'ca_file = "{certificates.authority}"')
    assert mirror.sync()["outcome"] == "published"
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
