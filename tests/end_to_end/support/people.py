"""Running as somebody else than the user who runs the tests."""
import os

from support.folders import OURS


def as_nobody():
    """A prefix that takes root's rights away from a command; root may read everything."""
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []


def let_everybody_pass(path):
    """Opens the folders on the way to `path` that are of the tests; the others are not theirs to open."""
    for folder in reversed(path.parents):
        if any(place in (folder, *folder.parents) for place in OURS):
            folder.chmod(0o755)
        else:
            assert folder.stat().st_mode & 0o001, f"{folder} is closed to others, who must get to {path} in this test"
