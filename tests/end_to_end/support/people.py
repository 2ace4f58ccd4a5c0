"""Running as somebody else than the user who runs the tests."""
import os


def as_nobody():
    """A prefix that takes root's rights away from a command; root may read everything."""
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []


def let_everybody_pass(path):
    """pytest's folders are closed to others."""
    for folder in path.parents:
        if str(folder).startswith("/tmp/"):
            folder.chmod(0o755)
