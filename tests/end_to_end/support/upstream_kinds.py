"""One upstream folder, by each way that leads to it."""
from support.rsync_servers import Rsyncd
from support.web_servers import Nginx


def by_file(mirror):
    pass


def by_http(mirror):
    mirror.from_server(Nginx(mirror.folder / "nginx", mirror.upstream))


def by_rsync(mirror):
    mirror.from_server(Rsyncd(mirror.folder / "rsyncd", mirror.upstream))


EVERY_KIND = [by_file, by_http, by_rsync]
