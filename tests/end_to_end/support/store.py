"""What a store holds below the trees that it shows."""
import hashlib
import os
import pathlib

from support.trees import tree_of


def blob_of(mirror, content):
    digest = hashlib.sha256(content).hexdigest()
    return mirror.store / "blobs/sha256" / digest[:2] / digest


def blobs_in(mirror):
    return {name for _, _, names in os.walk(mirror.store / "blobs") for name in names}


def drop_log(mirror):
    """Takes the catalogue's write-ahead log away, as it is another catalogue's from now on."""
    for suffix in ("-wal", "-shm"):
        pathlib.Path(f"{mirror.store}/catalogue.db{suffix}").unlink(missing_ok=True)


def two_generations(mirror):
    """Publishes them, and returns what the first one showed."""
    mirror.configure('max_delete = "100%"\nkeep_generations = 9')
    mirror.write("kept", "kept")
    mirror.write("changed", "before")
    mirror.write("removed", "removed")
    mirror.sync()
    first = tree_of(mirror.checkout)
    mirror.write("changed", "after, longer")
    os.unlink(mirror.upstream / "removed")
    mirror.write("added", "added")
    mirror.sync()
    return first
