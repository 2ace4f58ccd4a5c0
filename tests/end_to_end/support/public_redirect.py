"""Runs in a network of its own: a public address redirects to a private one; then the program checks that seed.

usage: python -m support.public_redirect PROGRAM FOLDER [OPTION...]
"""
import pathlib
import subprocess
import sys

from support.seed_servers import Misbehaving, part
from support.torrents import random_bytes, torrent_of

PUBLIC = "198.41.0.4"  # some public address; nothing leaves this network

program, folder, *options = sys.argv[1:]
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
subprocess.run(["ip", "address", "add", f"{PUBLIC}/32", "dev", "lo"], check=True)
content = random_bytes(40000)
inside = Misbehaving(lambda head, send: send(part(content, head)) and None)
outside = Misbehaving(lambda head, send: send(
    f"HTTP/1.1 302 Found\r\nLocation: {inside.url}/\r\nContent-Length: 0\r\n\r\n".encode()) and None, PUBLIC)
torrent = pathlib.Path(folder) / "public.torrent"
torrent.write_bytes(torrent_of(content, [outside.url + "/x"]))
done = subprocess.run([program, "torrent", "check-seeds", torrent, "--json", *options], timeout=60)
print(len(inside.heads), file=sys.stderr)
inside.stop()
outside.stop()
sys.exit(done.returncode)
