"""What folders show, as far as a mirror keeps it."""
import os


def tree_of(folder):
    """What a folder shows: every name with its kind, mode, time and content or target."""
    root = os.fsencode(folder)
    found = {}
    for at, folders, files in os.walk(root):
        for name in folders + files:
            path = os.path.join(at, name)
            info = os.lstat(path)
            key = os.path.relpath(path, root)
            if os.path.islink(path):
                found[key] = ("link", os.readlink(path))
            elif os.path.isdir(path):
                found[key] = ("folder", info.st_mode & 0o777)
            else:
                with open(path, "rb") as file:
                    found[key] = ("file", info.st_mode & 0o777, info.st_mtime_ns, file.read())
    return found
