"""Which way a sync takes to its upstream: through a proxy, and over one version of IP alone."""
import json
import socket

import pytest

from support.certificates import Certificates
from support.forward_proxy import ForwardProxy
from support.mirror import Mirror
from support.ports import free_port
from support.rsync_servers import Rsyncd
from support.trees import tree_of
from support.web_servers import Nginx

NOWHERE = "upstream.invalid"  # a name that only the proxy knows


class WaysMirror(Mirror):
    """A mirror whose upstreams are reached by the way that a test is about, or not at all."""
    always = 'retries = 0\ntimeout = "10s"'

    def serves(self, kind, **options):
        server = kind(self.folder / f"server{len(self.servers)}", self.upstream, **options)
        self.servers.append(server)
        return server

    def leads_to(self, port, credentials=None):
        proxy = ForwardProxy(port, credentials)
        self.servers.append(proxy)
        return proxy

    def is_as_upstream(self):
        return tree_of(self.checkout) == tree_of(self.upstream)


@pytest.fixture
def mirror(tmp_path):
    made = WaysMirror(tmp_path)
    made.write("pool/a.deb", b"\0\1\2" * 100_000, 1_600_000_000)
    made.write("README", "hello\n", 1_600_000_001)
    yield made
    made.stop()


# --- through a proxy --------------------------------------------------------------------------------------------------

def test_http_is_asked_of_the_proxy_by_its_whole_url(mirror):
    server = mirror.serves(Nginx)
    proxy = mirror.leads_to(server.port)
    mirror.configure(f'proxy = "{proxy.url}"', f"http://{NOWHERE}/")
    assert mirror.sync()["outcome"] == "published" and mirror.is_as_upstream()
    assert f"GET http://{NOWHERE}/pool/a.deb HTTP/1.1" in proxy.asked()
    assert len(proxy.asked()) == len(server.asked())


def test_https_goes_through_the_proxy_unseen(mirror):
    certificates = Certificates(mirror.folder / "certificates")
    good, port = certificates.make("good", f"DNS:{NOWHERE}"), free_port()
    mirror.serves(Nginx, more=f"listen 127.0.0.1:{port} ssl; ssl_certificate {good}.pem; ssl_certificate_key {good}.key;")
    proxy = mirror.leads_to(port)
    mirror.configure(f'proxy = "{proxy.url}"\nca_file = "{certificates.authority}"', f"https://{NOWHERE}/")
    assert mirror.sync()["outcome"] == "published" and mirror.is_as_upstream()
    assert set(proxy.asked()) == {f"CONNECT {NOWHERE}:443 HTTP/1.1"}


def test_rsync_goes_through_the_proxy(mirror):
    proxy = mirror.leads_to(mirror.serves(Rsyncd).port)
    mirror.configure(f'proxy = "{proxy.url}/"', f"rsync://{NOWHERE}/tree/")
    assert mirror.sync()["outcome"] == "published" and mirror.is_as_upstream()
    assert set(proxy.asked()) == {f"CONNECT {NOWHERE}:873 HTTP/1.0"}


@pytest.mark.parametrize("kind, scheme, path", [(Nginx, "http", ""), (Rsyncd, "rsync", "tree/")])
def test_a_proxy_may_ask_who_we_are(mirror, kind, scheme, path):
    proxy = mirror.leads_to(mirror.serves(kind).port, "jo:se cret")
    url = f"{scheme}://{NOWHERE}/{path}"
    mirror.configure(f'proxy = "{proxy.url}"', url)
    assert "407" in mirror.sync(status=1)["error"]
    mirror.configure(f'proxy = "http://jo:se%20cret@{proxy.host_and_port}"', url)
    done = mirror.run("sync", "--json", "-v")
    assert json.loads(done.stdout)["outcome"] == "published" and mirror.is_as_upstream()
    assert "cret" not in done.stdout + done.stderr


@pytest.mark.parametrize("kind", [Nginx, Rsyncd])
def test_a_proxy_that_is_not_there_is_not_gone_around(mirror, kind):
    server = mirror.serves(kind)
    mirror.configure(f'proxy = "http://127.0.0.1:{free_port()}"', server.url)
    assert "refused" in mirror.sync(status=1)["error"].lower()
    mirror.configure("", server.url)
    assert mirror.sync()["outcome"] == "published"


# --- over one version of IP -------------------------------------------------------------------------------------------

def speaks_ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


OF_BOTH = {"4": "127.0.0.1", "6": "[::1]"}


@pytest.mark.skipif(not speaks_ipv6(), reason="this machine has no ::1")
@pytest.mark.parametrize("version, other", [("4", "6"), ("6", "4")])
@pytest.mark.parametrize("kind", [Nginx, Rsyncd])
def test_the_other_version_of_ip_is_not_used(mirror, kind, version, other):
    urls = {of: mirror.serves(kind, address=address).url for of, address in OF_BOTH.items()}
    mirror.configure(f'ip = "{version}"', urls[other])
    assert mirror.sync(status=1)["error"]
    mirror.configure(f'ip = "{version}"', urls[version])
    assert mirror.sync()["outcome"] == "published" and mirror.is_as_upstream()
    mirror.configure('ip = "any"', urls[other])
    assert mirror.sync()["outcome"] == "unchanged"
