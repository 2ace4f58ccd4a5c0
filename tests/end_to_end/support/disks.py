"""File systems of a test's own."""
import os
import shutil
import subprocess

from support.program import PROGRAM


def in_user_namespace():
    """Words before a command that let it mount, as root or where user namespaces are allowed."""
    if shutil.which("unshare") is None:
        raise AssertionError("unshare is missing; scripts/setup --tests installs it")
    return ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]


def on_small_disk(mirror, free, *command, disk="64m"):
    """Runs a command where folder/disk is a file system of its own with so many bytes free; keeps it in folder/kept."""
    script = f"""
set -e
cd {mirror.folder}
mkdir -p disk kept
mount -t tmpfs -o size={disk} none disk
cp -a kept/. disk/
fallocate -l $(($(df --output=avail -B1 disk | tail -1) - {free})) disk/filler
set +e
"$@"
status=$?
rm -rf disk/filler kept
cp -a disk kept
exit $status
"""
    return subprocess.run([*in_user_namespace(), "bash", "-c", script, "bash", PROGRAM, "-c", mirror.config, *command],
                          capture_output=True, text=True, timeout=120)
