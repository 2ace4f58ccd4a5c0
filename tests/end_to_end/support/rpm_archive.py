"""RPM repositories as their tools make them, whose repomd.xml is signed."""
import bz2
import functools
import gzip
import hashlib
import lzma
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from support.program import need


def run(*command, cwd=None, **more):
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, timeout=120, **more)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


def zstd(data):
    return run(need("zstd"), "-q", "-c", input=data)


PACK = {".gz": gzip.compress, ".xz": lzma.compress, ".bz2": bz2.compress, ".zst": zstd, "": bytes}
UNPACK = {".gz": gzip.decompress, ".xz": lzma.decompress, ".bz2": bz2.decompress,
          ".zst": lambda data: run(need("zstd"), "-q", "-d", "-c", input=data), "": bytes}

SPEC = """
%global debug_package %{{nil}}
%global _build_id_links none
%global source_date_epoch_from_changelog 0
Name: {name}
Version: {version}
Release: {release}
{epoch}
Summary: a sample
License: none
{requires}
{noarch}
%description
A sample.
%install
mkdir -p %{{buildroot}}/usr/share/%{{name}}
head -c {size} /dev/zero | tr '\\0' 'x' > %{{buildroot}}/usr/share/%{{name}}/%{{version}}-%{{release}}
%files
/usr/share/%{{name}}
"""


@functools.cache
def rpm(name, version, release, epoch, architecture, size, requires):
    """The bytes of a package and its file name; each is built once."""
    with tempfile.TemporaryDirectory() as folder:
        spec = pathlib.Path(folder) / "sample.spec"
        spec.write_text(SPEC.format(
            name=name, version=version, release=release, size=size, epoch=f"Epoch: {epoch}" if epoch else "",
            requires=f"Requires: {requires}" if requires else "", noarch="BuildArch: noarch" if architecture == "noarch" else ""))
        target = "x86_64" if architecture in ("noarch", "src") else architecture
        run(need("rpmbuild"), "-bs" if architecture == "src" else "-bb", "--target", target, "--define", f"_topdir {folder}",
            "--define", "_binary_payload w0.gzdio", "--define", "_source_payload w0.gzdio", "--nodeps", spec,
            env={**os.environ, "HOME": folder})
        built, = [path for path in pathlib.Path(folder).rglob("*.rpm")]
        return built.read_bytes(), built.name


class RpmArchive:
    """`root` is what an upstream serves. Packages are put into a repository's folder; publish() writes its repodata."""

    def __init__(self, root, key, repo="os"):
        self.root, self.key, self.repo = pathlib.Path(root), key, repo
        self.seconds = 1_700_000_000

    def package(self, name, version="1.0", architecture="x86_64", release="1", epoch="", size=2000, requires="", repo=None):
        """Its path in the archive."""
        content, file = rpm(name, version, release, epoch, architecture, size, requires)
        path = f"{repo or self.repo}/Packages/{name[0]}/{file}"
        self.write(path, content)
        return path

    def write(self, path, content):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(content)
        os.utime(self.root / path, (self.seconds, self.seconds))

    def publish(self, *options, repo=None, sign=True):
        """Its date is an hour after that of the one before; old metadata goes."""
        self.seconds += 3600
        repo = repo or self.repo
        shutil.rmtree(self.root / repo / "repodata", ignore_errors=True)
        (self.root / repo).mkdir(parents=True, exist_ok=True)
        plain = [] if "--database" in options else ["--no-database"]
        run(need("createrepo_c"), "-q", "--revision", self.seconds, "--set-timestamp-to-revision", *plain, *options,
            self.root / repo)
        self.settle(repo, sign)

    def add_metadata(self, kind, content, repo=None):
        """One more file that repomd.xml names, such as updateinfo."""
        repo = repo or self.repo
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / f"{kind}.xml"
            file.write_bytes(content)
            run(need("modifyrepo_c"), "--mdtype", kind, file, self.root / repo / "repodata")
        self.settle(repo)

    def settle(self, repo=None, sign=True):
        """Times and the signature of what lies there now."""
        folder = f"{repo or self.repo}/repodata"
        for path in (self.root / folder).iterdir():
            os.utime(path, (self.seconds, self.seconds))
        if sign:
            self.sign(repo)

    def sign(self, repo=None, key=None):
        folder = f"{repo or self.repo}/repodata"
        text = (self.root / folder / "repomd.xml").read_bytes()
        self.write(f"{folder}/repomd.xml.asc", (key or self.key).detached(text))

    def repodata(self, kind, repo=None):
        """The path of a file that repomd.xml names."""
        repo = repo or self.repo
        text = (self.root / repo / "repodata/repomd.xml").read_text()
        return f"{repo}/" + re.search(rf'<data type="{kind}">.*?<location href="([^"]+)"', text, re.S)[1]

    def edit(self, path, change):
        """The bytes of a file become another's, and its time moves."""
        self.seconds += 1
        self.write(path, change((self.root / path).read_bytes()))

    def drop(self, path):
        (self.root / path).unlink()

    def sign_in_place(self, change, repo=None):
        """A repomd.xml that says something else, and is signed well."""
        self.edit(f"{repo or self.repo}/repodata/repomd.xml", change)
        self.sign(repo)

    def rewrite_primary(self, change, ending=None, spoil=bytes, repo=None):
        """A primary index that says something else, maybe packed otherwise or damaged, and is signed well."""
        old = self.repodata("primary", repo)
        was = "." + old.rpartition(".")[2] if not old.endswith(".xml") else ""
        ending = was if ending is None else ending
        packed = spoil(PACK[ending](change(UNPACK[was]((self.root / old).read_bytes()))))
        name = f"repodata/{hashlib.sha256(packed).hexdigest()}-primary.xml{ending}"
        self.write(f"{repo or self.repo}/{name}", packed)

        def named(text):
            head, begin, rest = text.partition(b'<data type="primary">')
            data, end, tail = rest.partition(b"</data>")
            data = re.sub(rb"<checksum .*?</checksum>",
                          b'<checksum type="sha256">' + hashlib.sha256(packed).hexdigest().encode() + b"</checksum>", data, count=1)
            data = re.sub(rb'href="[^"]+"', f'href="{name}"'.encode(), data)
            data = re.sub(rb"<size>\d+</size>", b"<size>%d</size>" % len(packed), data)
            return head + begin + data + end + tail
        self.sign_in_place(named, repo)


def select(mirror, key, rpm="", **tree):
    """The config of a mirror that holds x86_64 of the repository "os", unless `rpm` says otherwise."""
    keys = {"repos": '["os"]', "architectures": '["x86_64"]', "keyring": f'"{key.keyring}"' if key else ""}
    for line in filter(None, map(str.strip, rpm.splitlines())):
        name, _, value = line.partition(" = ")
        keys[name] = value
    options = "".join(f"{name} = {value}\n" for name, value in tree.items())
    selected = "".join(f"{name} = {value}\n" for name, value in keys.items() if value)
    mirror.configure(f"{options}[tree.rpm]\n{selected}")


def rpms(mirror):
    """The packages that the mirror shows."""
    return sorted(path.name for path in mirror.checkout.rglob("*.rpm"))
