"""What a store holds below the trees that it shows."""
import hashlib
import os
import pathlib


def blob_of(mirror, content):
    digest = hashlib.sha256(content).hexdigest()
    return mirror.store / "blobs/sha256" / digest[:2] / digest


def blobs_in(mirror):
    return {name for _, _, names in os.walk(mirror.store / "blobs") for name in names}


def drop_log(mirror):
    for suffix in ("-wal", "-shm"):
        pathlib.Path(f"{mirror.store}/catalogue.db{suffix}").unlink(missing_ok=True)
