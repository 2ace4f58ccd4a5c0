"""Folders of release images, and a tree that selects some."""
import hashlib
import os
import random
import shutil


class Images:
    """Folders of images, as distributions leave them."""

    def __init__(self, mirror, key):
        self.root, self.key, self.write_file = mirror.upstream, key, mirror.write
        self.seconds = 1_700_000_000

    def write(self, path, content):
        self.seconds += 60
        self.write_file(path, content, self.seconds)
        return path

    def image(self, path, size=5000):
        return self.write(path, random.Random(path).randbytes(size))

    def sums(self, folder, *names, kind="sha256"):
        return "".join(f"{hashlib.new(kind, (self.root / folder / name).read_bytes()).hexdigest()} *{name}\n"
                       for name in names).encode()

    def ubuntu(self, version, *more, sign=True):
        """SHA256SUMS with a signature beside it."""
        folder = f"releases/{version}"
        names = [f"ubuntu-{version}-desktop-amd64.iso", f"ubuntu-{version}-server-amd64.iso", *more]
        for name in names:
            self.image(f"{folder}/{name}")
            self.write(f"{folder}/{name}.zsync", b"zsync")
            self.write(f"{folder}/{name[:-4]}.manifest", b"manifest")
        self.write(f"{folder}/HEADER.html", b"<p>")
        if sign:
            self.sign(folder, self.sums(folder, *names))

    def sign(self, folder, text, name="SHA256SUMS"):
        self.write(f"{folder}/{name}", text)
        self.write(f"{folder}/{name}.gpg", self.key.detached(text))


def select(mirror, images='match = "releases/*/*-desktop-*.iso"', more="", **tree):
    options = "".join(f"{name} = {value}\n" for name, value in tree.items())
    mirror.configure(f"{options}[tree.images]\n{images}\n{more}")


def names(mirror):
    return sorted(str(path.relative_to(mirror.checkout)) for path in mirror.checkout.rglob("*") if not path.is_dir())


def isos(mirror):
    return [os.path.basename(name) for name in names(mirror) if name.endswith(".iso")]


def release(images, version, name):
    folder = f"releases/{version}"
    images.write(f"{folder}/{name}", random.Random(version).randbytes(5000))
    images.sign(folder, images.sums(folder, name))


def copy(mirror, version, to):
    shutil.copytree(mirror.upstream / "releases" / version, mirror.upstream / "releases" / to)
