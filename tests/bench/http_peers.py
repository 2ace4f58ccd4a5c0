"""The servers that httpd_bench.py compares: ours over a folder and over a store, nginx, lighttpd and Caddy.

Each is tuned for static files, has its access log on, and is held to one core. All are ended by process id.
"""
import os
import pathlib
import shutil
import socket
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")
IDLE = 300  # seconds that a silent connection is kept, so that none ends while it is weighed


def need(program):
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if not found:
        raise SystemExit(f"{program} is missing; scripts/setup --tests installs it")
    return found


def free_ports(count):
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def family(pid):
    """A process and all that came of it."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = pathlib.Path("/proc", entry, "stat").read_text()
            except OSError:
                continue
            parents.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(entry))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


class HttpServer:
    """A server that was started: where it listens, what it costs."""

    def __init__(self, folder, data, certificate, core):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.data, self.certificate = data, certificate
        self.port, self.tls_port = free_ports(2)
        self.log = self.folder / "access.log"
        self.prefix = ""
        with open(self.folder / "said", "wb") as said:
            self.process = subprocess.Popen(["taskset", "-c", str(core), *map(str, self.command())], stdout=said,
                                            stderr=said, env={**os.environ, **self.environment()})
        until = time.monotonic() + 20
        while not answers(self.port):
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise SystemExit(f"{self.name} does not start: {(self.folder / 'said').read_text()}")
            time.sleep(0.02)

    def environment(self):
        return {}

    def config(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def cpu(self):
        """Seconds that it has computed, it and its children together."""
        ticks = 0
        for pid in family(self.process.pid):
            stat = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(stat[11]) + int(stat[12])
        return ticks / TICK

    def memory(self):
        """Resident bytes."""
        lines = (line for pid in family(self.process.pid)
                 for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
        return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("VmRSS:"))

    def forget_log(self):
        if self.log.exists():
            os.truncate(self.log, 0)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            for pid in reversed(family(self.process.pid)):
                os.kill(pid, 9)
            self.process.wait()


class Nginx(HttpServer):
    name = "nginx"

    def command(self):
        places = "".join(f"{kind}_temp_path {self.folder}/{kind};" for kind in
                         ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;" if os.geteuid() == 0 else ""
        config = self.config("nginx.conf", f"""
{user} worker_processes 1; worker_rlimit_nofile 32000; daemon off; pid {self.folder}/pid;
error_log {self.folder}/error.log;
events {{ worker_connections 15000; multi_accept on; }}
http {{
    {places} types {{}} default_type application/octet-stream;
    access_log {self.log} combined buffer=64k flush=1s;
    sendfile on; tcp_nopush on; tcp_nodelay on;
    open_file_cache max=20000 inactive=300s; open_file_cache_valid 60s;
    keepalive_timeout {IDLE}s; keepalive_requests 1000000000; large_client_header_buffers 4 32k;
    ssl_certificate {self.certificate}.pem; ssl_certificate_key {self.certificate}.key;
    ssl_protocols TLSv1.2 TLSv1.3; ssl_conf_command Options KTLS;
    server {{
        listen 127.0.0.1:{self.port} reuseport; listen 127.0.0.1:{self.tls_port} ssl reuseport; root {self.data};
    }}
}}
""")
        return [need("nginx"), "-p", self.folder, "-c", config, "-e", self.folder / "start.log"]


class Lighttpd(HttpServer):
    name = "lighttpd"

    def command(self):
        config = self.config("lighttpd.conf", f"""
server.modules = ("mod_accesslog", "mod_openssl")
server.document-root = "{self.data}"
server.bind = "127.0.0.1"
server.port = {self.port}
server.event-handler = "linux-sysepoll"
server.network-backend = "sendfile"
server.stat-cache-engine = "simple"
server.max-fds = 32000
server.max-connections = 15000
server.max-keep-alive-requests = 65535
server.max-keep-alive-idle = {IDLE}
server.errorlog = "{self.folder}/error.log"
accesslog.filename = "{self.log}"
mimetype.assign = ("" => "application/octet-stream")
$SERVER["socket"] == "127.0.0.1:{self.tls_port}" {{
    ssl.engine = "enable"
    ssl.pemfile = "{self.certificate}.pem"
    ssl.privkey = "{self.certificate}.key"
}}
""")
        return [need("lighttpd"), "-D", "-f", config]


class Caddy(HttpServer):
    name = "caddy"

    def environment(self):
        return {"GOMAXPROCS": "1", "HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder / "data"),
                "XDG_CONFIG_HOME": str(self.folder / "config")}

    def command(self):
        served = f"""
    bind 127.0.0.1
    root * {self.data}
    file_server
    log {{
        output file {self.log} {{
            roll_disabled
        }}
    }}
"""
        config = self.config("Caddyfile", f"""
{{
    admin off
    auto_https off
    servers {{
        protocols h1
    }}
}}
http://:{self.port} {{{served}}}
https://:{self.tls_port} {{
    tls {self.certificate}.pem {self.certificate}.key{served}}}
""")
        return [need("caddy"), "run", "--config", config, "--adapter", "caddyfile"]


class Ours(HttpServer):
    """`mirrorseed serve DIR`."""
    name = "mirrorseed"
    program = "mirrorseed"

    def config_text(self):
        return f"""
[server]
listen = ["127.0.0.1:{self.port}"]
tls_listen = ["127.0.0.1:{self.tls_port}"]
tls_certificate = "{self.certificate}.pem"
tls_key = "{self.certificate}.key"
access_log = "{self.log}"
idle_timeout = "{IDLE}s"
threads = 1
max_connections = 15000
max_connections_per_client = 15000
"""

    def command(self):
        # As its unit runs it. Where root itself serves, the modes of all folders on the way are looked at too.
        user = 'user = "nobody"\n' if os.geteuid() == 0 else ""
        return [self.program, "-c", self.config("mirrorseed.toml", self.config_text() + user), "serve", self.data,
                "--listen", f"127.0.0.1:{self.port}"]


class OurStore(Ours):
    """`mirrorseed serve` over a store that was synced from the same folder."""
    name = "mirrorseed, store"
    shared_store = None

    def command(self):
        self.prefix = "/data"
        return [self.program, "-c", self.store_config("mirrorseed.toml"), "serve"]

    def store_config(self, name):
        return self.config(name, f"""{self.config_text()}
[store]
path = "{self.shared_store}"
min_free = "0"
[[tree]]
name = "data"
upstreams = ["file://{self.data}/"]
checkout = false
""")
