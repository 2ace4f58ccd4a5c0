"""A mirror of rsync's own daemon, and what is said and run meanwhile."""
import os
import random
import re
import subprocess

from support.mirror import ARCHIVE, OLD, Link, Mirror
from support.program import PROGRAM
from support.rsync_servers import Rsyncd
from support.trees import sizes_below, tree_of


class RsyncMirror(Mirror):
    """A mirror of an rsync daemon that shows the folder `upstream`."""
    always = 'max_delete = "100%"'
    sample = {**ARCHIVE, "tool": ("#!/bin/sh\n", 3, 0o755), "dists/stable": Link("one"), "pool/read me": Link("../README")}

    def write(self, name, content, time=OLD, mode=0o644):
        super().write(name, content, time, mode)

    def daemon(self, more="", **options):
        return self.from_server(Rsyncd(self.folder / f"rsyncd{len(self.servers)}", self.upstream, more, **options))

    def begin(self, *arguments):
        """A sync that goes on by itself."""
        return subprocess.Popen([PROGRAM, "-c", self.config, "sync", *arguments], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def fetched(self):
        """How many bytes of files have come so far, whole or not."""
        return sum(sizes_below(self.store / "staging")) + sum(sizes_below(self.store / "blobs"))


def failed(mirror):
    """The one line that tells why, on a terminal too."""
    report = mirror.sync(status=1)
    assert report["outcome"] == "failed" and "\n" not in report["error"], report
    done = mirror.run("sync")
    assert done.returncode == 1 and the_line(done.stderr)
    return report["error"]


def the_line(errors):
    """What is said beside the progress of a run, which is one line at its end."""
    said = [line for line in errors.splitlines() if line.startswith("mirrorseed: ")]
    assert len(said) == 1 and errors.endswith(said[0] + "\n"), errors
    return said[0]


def hold_published(mirror):
    """What stands in the checkout, to be compared later."""
    return tree_of(mirror.checkout), mirror.json("status")["trees"][0]["generation"]


def write_image(mirror, changed=False):
    content = bytearray(random.Random(3).randbytes(30 << 20))
    if changed:
        content[17_000_000:17_001_000] = random.Random(4).randbytes(1000)
        content += b"and some more"
    mirror.write("disk.img", bytes(content), OLD + changed)


def runs_of_rsync(mirror, *command):
    """The arguments and the environment of every rsync that a command starts, as the kernel got them, and its trace."""
    log = mirror.folder / "calls"
    done = subprocess.run(["strace", "-f", "-v", "-s", "100000", "-o", log, "-e",
                           "trace=execve,landlock_create_ruleset,landlock_restrict_self", PROGRAM, "-c", mirror.config, *command],
                          capture_output=True, text=True, timeout=120,
                          env={**os.environ, "RSYNC_PROXY": "127.0.0.1:1", "RSYNC_OLD_ARGS": "1", "SECRET_OF_OURS": "x",
                               "RSYNC_RSH": "false", "RSYNC_CONNECT_PROG": "false", "RSYNC_PARTIAL_DIR": "/elsewhere"})
    assert done.returncode == 0, done.stderr
    text = log.read_text()
    found = re.findall(r'execve\("([^"]*/rsync)", \[(.*?)\], \[(.*?)\]\) = 0', text)
    runs = [(shell_strings(arguments), shell_strings(environment)) for _, arguments, environment in found]
    return [run for run in runs if "--version" not in run[0]], text


def shell_strings(text):
    return re.findall(r'"((?:[^"\\]|\\.)*)"', text)
