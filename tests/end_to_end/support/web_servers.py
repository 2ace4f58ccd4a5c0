"""Web servers that list folders, each on a free port of loopback with a config of its own, and ended by its process id."""
import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request

from support.ports import free_port, listens
from support.program import PROGRAM, need
from support.waiting import wait_for


class WebServer:
    """Serves `root`; `more` is what its config says beside that."""
    log_form = re.compile(r'"(GET|HEAD) (\S+) [^"]*" (\d+)')

    def __init__(self, folder, root, more="", address="127.0.0.1"):
        self.folder, self.root, self.more = pathlib.Path(folder), pathlib.Path(root), more
        self.folder.mkdir(parents=True)
        self.port, self.address = free_port(), address
        self.url = f"http://{address}:{self.port}/"
        self.marks = 0
        self.log = self.folder / "access.log"
        self.said = open(self.folder / "said", "wb")
        self.start()

    def start(self):
        self.process = subprocess.Popen([*map(str, self.command())], stdout=self.said, stderr=self.said,
                                        cwd=self.folder, env={**os.environ, **self.environment()})
        until = time.monotonic() + 20
        while time.monotonic() < until and self.process.poll() is None:
            if listens(self.address, self.port):
                return
            time.sleep(0.02)
        self.stop()
        raise AssertionError((self.folder / "said").read_text())

    def environment(self):
        return {}

    def config(self, name, text):
        (self.folder / name).write_text(text)
        return self.folder / name

    def asked(self):
        """What was asked for so far: method, path and status of each request, in order."""
        # Some write their logs seconds later. Once a request of ours is in there, all before it are.
        self.marks += 1
        mark = f"/mark-{self.marks}/"
        try:
            urllib.request.urlopen(self.url + mark[1:], timeout=20).close()
        except urllib.error.HTTPError as refusal:
            refusal.close()
        wait_for(lambda: mark in self.read_log(), "logging")
        return [(method, path, int(status)) for method, path, status in self.log_form.findall(self.read_log())
                if not path.startswith("/mark-")]

    def read_log(self):
        return self.log.read_text() if self.log.exists() else ""

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(timeout=30)
        self.said.close()


class Nginx(WebServer):
    def __init__(self, folder, root, more="", address="127.0.0.1", around=""):
        self.around = around  # what stands outside of the server's own section
        super().__init__(folder, root, more, address)

    def command(self):
        places = "".join(f"{kind}_temp_path {self.folder}/{kind};" for kind in
                         ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;" if os.geteuid() == 0 else ""
        config = self.config("nginx.conf", f"""
{user} worker_processes 1; daemon off; pid {self.folder}/pid; error_log {self.folder}/error.log;
events {{}}
http {{
    {places} types {{}} default_type application/octet-stream; access_log {self.log}; charset utf-8;
    {self.around}
    server {{ listen {self.address}:{self.port}; root {self.root}; autoindex on; {self.more} }}
}}
""")
        return [need("nginx"), "-p", self.folder, "-c", config, "-e", self.folder / "start.log"]


class Apache(WebServer):
    """`more` are its IndexOptions."""
    modules = ("mpm_event", "authz_core", "autoindex", "dir", "mime")

    def command(self):
        loaded = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in self.modules)
        config = self.config("apache.conf", f"""
{loaded}
ServerName localhost
ServerRoot {self.folder}
DefaultRuntimeDir {self.folder}
PidFile {self.folder}/pid
Listen 127.0.0.1:{self.port}
ErrorLog {self.folder}/error.log
LogFormat "%h %l %u %t \\"%r\\" %>s %b" common
CustomLog {self.log} common
TypesConfig /dev/null
DocumentRoot {self.root}
DirectoryIndex disabled
{'User root' if os.geteuid() == 0 else ''}
<Directory {self.root}>
    Options +Indexes +FollowSymLinks
    Require all granted
    IndexOptions {self.more}
</Directory>
""".replace("User root\n", ""))
        return [need("apache2"), "-X", "-f", config]


class Lighttpd(WebServer):
    def command(self):
        config = self.config("lighttpd.conf", f"""
server.modules = ("mod_accesslog", "mod_dirlisting")
server.document-root = "{self.root}"
server.bind = "127.0.0.1"
server.port = {self.port}
server.errorlog = "{self.folder}/error.log"
accesslog.filename = "{self.log}"
dir-listing.activate = "enable"
server.stat-cache-engine = "disable"
dir-listing.encoding = "utf-8"
dir-listing.hide-dotfiles = "disable"
server.http-parseopts = ("url-invalid-utf8-reject" => "disable")
mimetype.assign = ("" => "application/octet-stream")
{self.more}
""")
        return [need("lighttpd"), "-D", "-f", config]


class Caddy(WebServer):
    def environment(self):
        return {"HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder / "data"),
                "XDG_CONFIG_HOME": str(self.folder / "config")}

    def command(self):
        config = self.config("Caddyfile", f"""
{{
    admin off
    auto_https off
}}
http://:{self.port} {{
    bind 127.0.0.1
    root * {self.root}
    {self.more}
    file_server browse
    log {{
        output file {self.log} {{
            roll_disabled
        }}
    }}
}}
""")
        return [need("caddy"), "run", "--config", config, "--adapter", "caddyfile"]

    log_form = re.compile(r'"method":"(GET|HEAD)".*?"uri":"([^"]*)".*"status":(\d+)')


class Python(WebServer):
    def command(self):
        return [sys.executable, "-m", "http.server", self.port, "--bind", "127.0.0.1", "--protocol", "HTTP/1.1",
                "--directory", self.root]

    def read_log(self):
        return (self.folder / "said").read_text()


class Mirrorseed(WebServer):
    """`mirrorseed serve DIR`."""

    def command(self):
        # As root it gives what root may read, as the other servers here do.
        user = 'user = "root"' if os.geteuid() == 0 else ""
        config = self.config("mirrorseed.toml", f'[server]\n{user}\naccess_log = "{self.log}"\n{self.more}\n')
        return [PROGRAM, "-c", config, "serve", self.root, "--listen", f"127.0.0.1:{self.port}"]
