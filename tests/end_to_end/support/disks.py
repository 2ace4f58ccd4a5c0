"""File systems of a test's own."""
import os
import shutil


def in_user_namespace():
    """Words before a command that let it mount, as root or where user namespaces are allowed."""
    if shutil.which("unshare") is None:
        raise AssertionError("unshare is missing; scripts/setup --tests installs it")
    return ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
