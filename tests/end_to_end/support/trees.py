"""What folders show, as far as a mirror keeps it."""
import contextlib
import os
import shutil


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


def upstream_becomes(mirror, version, files=30):
    """Replaces the upstream by a tree of which a third changes, comes or goes from one version to the next."""
    shutil.rmtree(mirror.upstream)
    mirror.upstream.mkdir()
    for number in range(files):
        if number % 3 == 0:
            mirror.write(f"changes/f{number}", f"version {version} of {number}", time=1_600_000_000 + version)
        elif number % 3 == 1:
            mirror.write(f"stays/f{number}", f"content of {number}", time=1_600_000_000)
        else:
            mirror.write(f"comes-{version % 2}/f{number}", f"only in {version % 2}: {number}", time=1_600_000_000)
    mirror.write("dists/Release", f"release {version}", time=1_600_000_000 + version)
    os.symlink(f"comes-{version % 2}", mirror.upstream / "current")
    for folder, _, _ in os.walk(mirror.upstream):
        os.utime(folder, (1_600_000_000 + version, 1_600_000_000 + version))


def contents_of(folder):
    return {name.decode(): entry[-1] for name, entry in tree_of(folder).items() if entry[0] == "file"}


def served(server, path="/tree/"):
    """Every file below a folder, as a client sees them."""
    found = {}
    for item in server.json(path + "?format=json"):
        if item["type"] == "directory":
            found.update(served(server, f"{path}{item['name']}/"))
        elif item["type"] == "file":
            found[(path + item["name"]).removeprefix("/tree/")] = server.get(path + item["name"])[2]
    return found


def read(mirror, name):
    """A file of the checkout, or nothing where none is."""
    path = mirror.checkout / name
    return path.read_text() if path.exists() else None


def sizes_below(folder):
    """Of the files in and below a folder that may change meanwhile."""
    sizes = []
    for at, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                sizes.append(os.lstat(os.path.join(at, name)).st_size)
    return sizes
