"""Where the tests' temporary folders lie: below build/, as a server that is confined may write to the system's own."""
import contextlib
import os
import pathlib
import shutil
import tempfile

from support.program import ROOT


def is_open_to_all(folder):
    return all(above.stat().st_mode & 0o001 for above in [folder, *folder.parents])


# Some tests run as a user who must get there; /var/tmp is as closed to a confined server as build/ is.
PLACE = (ROOT / "build" if is_open_to_all(ROOT) else pathlib.Path("/var/tmp/mirrorseed")) / "end_to_end"
OURS = [PLACE]  # and what the command line names instead


def of_this_run():
    """A folder for this run alone."""
    return PLACE / str(os.getpid())


def use(given):
    OURS.append(pathlib.Path(given).resolve())


def clear_up():
    """Takes away what runs that are over have left."""
    if PLACE.exists():
        for folder in PLACE.iterdir():
            if not (folder.name.isdigit() and is_running(int(folder.name))):
                remove(folder)


def is_running(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


@contextlib.contextmanager
def short_name_of(folder):
    """Of a folder with sockets, as their paths have no more than 107 bytes, wherever the repository lies."""
    with tempfile.TemporaryDirectory() as place:
        link = pathlib.Path(place) / "at"
        link.symlink_to(folder)
        yield link


def remove(folder):
    """With all that is in it, although tests close folders, which stops everybody but root."""
    if os.geteuid() != 0:
        for at, folders, _ in os.walk(folder):
            for path in (os.path.join(at, name) for name in folders):
                if not os.path.islink(path):
                    os.chmod(path, 0o700)
    shutil.rmtree(folder, ignore_errors=True)
