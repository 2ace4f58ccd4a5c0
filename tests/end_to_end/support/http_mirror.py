"""A mirror of a web server, and web servers of every kind."""
from support.mirror import ARCHIVE, OLD, Mirror
from support.web_servers import Apache, Caddy, Lighttpd, Mirrorseed, Nginx, Python

SERVERS = {
    "nginx": lambda at, root: Nginx(at, root),
    "nginx, rounded": lambda at, root: Nginx(at, root, "autoindex_exact_size off;"),
    "nginx, local time": lambda at, root: Nginx(at, root, "autoindex_localtime on;"),
    "nginx, JSON": lambda at, root: Nginx(at, root, "autoindex_format json;"),
    "nginx, XML": lambda at, root: Nginx(at, root, "autoindex_format xml;"),
    "Apache, plain": lambda at, root: Apache(at, root, "None"),
    "Apache, fancy": lambda at, root: Apache(at, root, "FancyIndexing"),
    "Apache, table": lambda at, root: Apache(at, root, "FancyIndexing HTMLTable VersionSort FoldersFirst"),
    "lighttpd": lambda at, root: Lighttpd(at, root),
    "Caddy": lambda at, root: Caddy(at, root),
    "Python": lambda at, root: Python(at, root),
    "mirrorseed": lambda at, root: Mirrorseed(at, root),
}
NAMES_ALONE = {"Apache, plain", "Python"}


class HttpMirror(Mirror):
    """A mirror of a web server that shows the folder `upstream`."""
    always = 'max_delete = "100%"'
    sample = ARCHIVE

    def write(self, name, content, time=OLD, mode=0o644):
        super().write(name, content, time, mode)
