"""A Debian archive as its tools make it, whose suites are signed."""
import bz2
import gzip
import hashlib
import lzma
import os
import pathlib
import random
import subprocess

from support.program import need


def run(*command, cwd=None, **more):
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, timeout=120, **more)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


PACKERS = {".gz": gzip.compress, ".xz": lzma.compress, ".bz2": bz2.compress}


class DebianArchive:
    """`root` is what an upstream serves. Packages are put into the pool; publish() writes a suite's indices."""

    def __init__(self, root, build, key, packing=(".gz", ".xz")):
        self.root, self.build, self.key, self.packing = pathlib.Path(root), pathlib.Path(build), key, packing
        self.by_hash = True
        self.seconds = 1_700_000_000

    def package(self, name, version="1.0", architecture="amd64", component="main", section="misc", size=2000, **fields):
        """Its path in the archive. Fields such as depends="b (>= 2)"."""
        build = self.build / f"{name}_{version}_{architecture}"
        (build / "DEBIAN").mkdir(parents=True)
        (build / "DEBIAN").chmod(0o755)
        more = "".join(f"{field.replace('_', '-').title()}: {value}\n" for field, value in fields.items())
        (build / "DEBIAN/control").write_text(
            f"Package: {name}\nVersion: {version}\nArchitecture: {architecture}\nSection: {section}\n"
            f"Maintainer: none <none@example.org>\n{more}Description: a sample\n of {name}\n")
        data = build / "usr/share" / name
        data.mkdir(parents=True)
        (data / "data").write_bytes(random.Random(f"{name} {version}").randbytes(size))
        path = f"pool/{component}/{name[0]}/{name}/{name}_{version.partition(':')[2] or version}_{architecture}.deb"
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        run("dpkg-deb", "--root-owner-group", "-Znone", "--build", build, self.root / path)
        return path

    def index(self, suite, name, content):
        """An index in every packing, and as it is; only Release tells of the latter, as in Debian."""
        self.released.setdefault(suite, {})[name] = content
        for ending in self.packing:
            packed = PACKERS[ending](content)
            self.released[suite][name + ending] = packed
            self.write(f"dists/{suite}/{name}{ending}", packed)
            if self.by_hash:
                folder = name.rpartition("/")[0]
                self.write(f"dists/{suite}/{folder}/by-hash/SHA256/{hashlib.sha256(packed).hexdigest()}", packed)

    def write(self, path, content):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(content)
        os.utime(self.root / path, (self.seconds, self.seconds))

    def packages_of(self, component, architecture):
        stanzas = run(need("apt-ftparchive"), "--arch", architecture, "packages", f"pool/{component}", cwd=self.root)
        return stanzas

    def publish(self, suite="stable", components=("main",), architectures=("amd64",), extra=None, valid_until=None,
                packages=None):
        """Indices of what is in the pool now, or of those stanzas; the suite's date is an hour after the one before."""
        self.seconds += 3600
        self.released = {}
        for component in components:
            for architecture in architectures:
                stanzas = packages if packages is not None else self.packages_of(component, architecture)
                self.index(suite, f"{component}/binary-{architecture}/Packages", stanzas)
        for name, content in (extra or {}).items():
            self.index(suite, name, content)
        self.sign(suite, self.release_text(suite, components, architectures, valid_until))

    def release_text(self, suite, components=("main",), architectures=("amd64",), valid_until=None):
        def date(seconds):
            return run("date", "-u", "-R", "-d", f"@{seconds}").decode().strip().replace("+0000", "UTC")
        lines = [f"Suite: {suite}", f"Codename: {suite}", f"Components: {' '.join(components)}",
                 f"Architectures: {' '.join(architectures)}", f"Date: {date(self.seconds)}"]
        if self.by_hash:
            lines.append("Acquire-By-Hash: yes")
        if valid_until:
            lines.append(f"Valid-Until: {date(valid_until)}")
        lines.append("SHA256:")
        for name, content in sorted(self.released[suite].items()):
            lines.append(f" {hashlib.sha256(content).hexdigest()} {len(content):>8} {name}")
        return ("\n".join(lines) + "\n").encode()

    def sign(self, suite, release):
        self.write(f"dists/{suite}/Release", release)
        self.write(f"dists/{suite}/Release.gpg", self.key.detached(release))
        self.write(f"dists/{suite}/InRelease", self.key.clear_sign(release))

    def edit(self, path, change):
        """The bytes of a file become another's, and its time moves."""
        self.seconds += 1
        self.write(path, change((self.root / path).read_bytes()))

    def drop(self, path):
        (self.root / path).unlink()

    def sign_in_place(self, change, suite="stable"):
        """A Release that says something else, and is signed well."""
        self.sign(suite, change((self.root / f"dists/{suite}/Release").read_bytes()))


def select(mirror, key, debian="", **tree):
    """The config of a mirror that holds stable, main, amd64, unless `debian` says otherwise."""
    keys = {"suites": '["stable"]', "components": '["main"]', "architectures": '["amd64"]', "keyring": f'"{key.keyring}"'}
    for line in filter(None, map(str.strip, debian.splitlines())):
        name, _, value = line.partition(" = ")
        keys[name] = value
    options = "".join(f"{name} = {value}\n" for name, value in tree.items())
    selected = "".join(f"{name} = {value}\n" for name, value in keys.items() if value)
    mirror.configure(f"{options}[tree.debian]\n{selected}")


def pool(mirror):
    """The packages that the mirror shows."""
    return sorted(path.name for path in (mirror.checkout / "pool").rglob("*.deb"))
