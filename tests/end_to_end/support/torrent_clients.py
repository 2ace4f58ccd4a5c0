"""Real torrent clients that download from web seeds."""
import os
import pathlib
import subprocess

import libtorrent

from support.ports import free_port
from support.program import ROOT, need
from support.waiting import wait_for


def by_aria2(torrent, folder):
    done = subprocess.run([need("aria2c"), "--enable-dht=false", "--bt-enable-lpd=false", "--enable-peer-exchange=false",
                           "--listen-port", str(free_port()), "--seed-time=0", "--quiet", "--no-conf", "--dir", folder,
                           torrent], timeout=120, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def by_libtorrent(torrent, folder):
    client = libtorrent.session({"enable_dht": False, "enable_lsd": False, "enable_upnp": False, "enable_natpmp": False,
                                 "listen_interfaces": f"127.0.0.1:{free_port()}"})
    handle = client.add_torrent({"ti": libtorrent.torrent_info(str(torrent)), "save_path": str(folder)})
    wait_for(lambda: handle.status().is_seeding, "the download", 120)
    client.remove_torrent(handle)


def by_webtorrent(torrent, folder):
    """It reads what a v1 client reads: a folder's pads are files to it, and a torrent of v2 alone is none. It escapes
    nothing of a path, so that a name with # or ? in it never comes from a web seed."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    place = cache / "mirrorseed/webtorrent"
    assert place.exists(), "WebTorrent is missing; scripts/setup --tests installs it"
    done = subprocess.run([need("node"), ROOT / "tests/end_to_end/support/webtorrent.mjs", place, torrent, folder],
                          timeout=120, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def session():
    return libtorrent.session({"listen_interfaces": "127.0.0.1:0", "enable_dht": False, "enable_lsd": False,
                               "enable_upnp": False, "enable_natpmp": False, "alert_mask": 0,
                               "validate_https_trackers": False, "ssrf_mitigation": False})


def complete(handle):
    status = handle.status()
    assert not status.errc.value(), status.errc.message()
    return status.is_seeding and status.state == libtorrent.torrent_status.states.seeding
