"""Trees that nobody made for us: this machine's own, from rsync to rsync."""
import os
import stat
import subprocess

import pytest

from support.program import need
from support.rsync_servers import Rsyncd


def differences(url, folder, left_out):
    """What rsync itself would still do, but for links that leave the tree, set-id bits, which no mirror has, and the time of
    the root, which is the store's own folder."""
    done = subprocess.run([need("rsync"), "-rlptn", "--delete", "-i", url, f"{folder}/"], capture_output=True, text=True,
                          errors="surrogateescape", check=True)
    lines = [line.split(" ", 1) for line in done.stdout.splitlines()]
    return [(what, name) for what, name in lines
            if name != "./" and name.split(" -> ")[0].rstrip("/") not in left_out and not (what[5:6] == "p" and has_set_id(url, name))]


def has_set_id(url, name):
    return bool(os.lstat(os.path.join(ROOTS[url], name)).st_mode & (stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX))


ROOTS = {}


@pytest.mark.parametrize("root", ["/usr/share/doc", pytest.param("/usr", marks=pytest.mark.long)])
def test_a_tree_of_this_machine_is_mirrored_and_stays_so(mirror, root):
    mirror.always = ""
    mirror.configure()
    server = Rsyncd(mirror.folder / "rsyncd", root)
    mirror.servers.append(server)
    ROOTS[server.url] = root
    mirror.configure("", server.url)
    timeout = 1800
    first = mirror.run("sync", "--json", timeout=timeout)
    assert first.returncode == 0, first.stderr
    left_out = {item["path"] for item in mirror.json("sync")["left_out"]}
    assert differences(server.url, mirror.checkout, left_out) == []
    again = mirror.sync()
    assert again["outcome"] == "unchanged" and again["fetch"]["files"] == 0
    verified = mirror.run("verify", timeout=timeout)
    assert verified.returncode == 0, verified.stderr
