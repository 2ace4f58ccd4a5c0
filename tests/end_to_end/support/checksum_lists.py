"""Checksum lists of an upstream."""
import hashlib


def write_set(mirror, files, algorithm="sha256", folder="iso", wrong=()):
    """Files, and their list beside them; those in `wrong` are listed as something else."""
    lines = ""
    for name, content in files.items():
        mirror.write(f"{folder}/{name}", content)
        listed = "something else" if name in wrong else content
        lines += f"{hashlib.new(algorithm, listed.encode()).hexdigest()}  {name}\n"
    mirror.write(f"{folder}/{algorithm.upper()}SUMS", lines)
