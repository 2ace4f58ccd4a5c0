"""An Arch Linux archive as dbscripts leaves it: packages lie in a pool, and repositories have links to them."""
import base64
import hashlib
import io
import os
import pathlib
import random
import subprocess
import tarfile

from support.program import need


def packed(files):
    """A tar.gz of these contents."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            if content is None:
                entry.type = tarfile.DIRTYPE
            else:
                entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content or b""))
    return out.getvalue()


def desc_of(fields):
    return "".join(f"%{name}%\n{value}\n\n" for name, value in fields.items()).encode()


class ArchArchive:
    """`root` is what an upstream serves. Without a pool all lies in the repositories, as repo-add leaves it."""

    def __init__(self, root, key=None, pool=True):
        self.root, self.key, self.pool = pathlib.Path(root), key, pool
        self.seconds = 1_700_000_000
        self.repos = {}
        self.signs_databases = False
        self.tells_signatures = False
        self.signs_later = 0  # seconds from now, for databases

    def folder(self, repo):
        return f"{repo}/os/x86_64"

    def package(self, name, version="1.0-1", repo="core", size=2000, depends=(), arch="x86_64"):
        """The name of its file."""
        info = (f"pkgname = {name}\npkgbase = {name}\npkgver = {version}\npkgdesc = a sample\nurl = http://example.org\n"
                f"builddate = {self.seconds}\npackager = none <none@example.org>\nsize = {size}\narch = {arch}\n"
                + "".join(f"depend = {other}\n" for other in depends))
        tar = packed({".PKGINFO": info.encode(), f"usr/share/{name}": random.Random(f"{name} {version}").randbytes(size)})
        file = f"{name}-{version}-{arch}.pkg.tar.gz"
        self.put(repo, file, tar)
        fields = {"FILENAME": file, "NAME": name, "BASE": name, "VERSION": version, "DESC": "a sample", "CSIZE": len(tar),
                  "ISIZE": size, "SHA256SUM": hashlib.sha256(tar).hexdigest(), "ARCH": arch}
        if self.key:
            signature = self.key.signature(tar)
            self.put(repo, file + ".sig", signature)
            if self.tells_signatures:
                fields["PGPSIG"] = base64.b64encode(signature).decode()
        if depends:
            fields["DEPENDS"] = "\n".join(depends)
        packages = self.repos.setdefault(repo, {})
        packages[name] = fields
        return file

    def drop(self, name, repo="core"):
        file = self.repos[repo].pop(name)["FILENAME"]
        for path in (file, file + ".sig"):
            (self.root / self.folder(repo) / path).unlink(missing_ok=True)
            (self.root / "pool/packages" / path).unlink(missing_ok=True)

    def put(self, repo, name, content):
        """A file of a repository, wherever its bytes lie."""
        if self.pool:
            self.write(f"pool/packages/{name}", content)
            self.link(f"{self.folder(repo)}/{name}", f"../../../pool/packages/{name}")
        else:
            self.write(f"{self.folder(repo)}/{name}", content)

    def link(self, path, target):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).unlink(missing_ok=True)
        os.symlink(target, self.root / path)

    def write(self, path, content):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(content)
        os.utime(self.root / path, (self.seconds, self.seconds))

    def database(self, repo, with_files=False):
        files = {}
        for fields in self.repos.get(repo, {}).values():
            folder = f"{fields['NAME']}-{fields['VERSION']}"
            files[folder] = None
            files[f"{folder}/desc"] = fields if isinstance(fields, bytes) else desc_of(fields)
            if with_files:
                files[f"{folder}/files"] = f"%FILES%\nusr/\nusr/share/{fields['NAME']}\n".encode()
        return packed(files)

    def publish(self, *repos, update=True):
        """The databases of what was put, an hour after those before."""
        self.seconds += 3600
        for repo in repos or self.repos:
            for kind in ("db", "files"):
                self.write_database(repo, kind, self.database(repo, with_files=kind == "files"))
        if update:
            self.write("lastupdate", f"{self.seconds}\n".encode())
        self.write("lastsync", f"{self.seconds}\n".encode())

    def write_database(self, repo, kind, content):
        path = f"{self.folder(repo)}/{repo}.{kind}"
        self.write(f"{path}.tar.gz", content)
        self.link(path, f"{repo}.{kind}.tar.gz")
        if self.signs_databases:
            self.write(f"{path}.tar.gz.sig", self.key.signature(content, self.signs_later))
            self.link(f"{path}.sig", f"{repo}.{kind}.tar.gz.sig")

    def path_of(self, file, repo="core"):
        """Where its bytes lie."""
        return self.root / ("pool/packages" if self.pool else self.folder(repo)) / file


def select(mirror, arch='repos = ["core"]', **tree):
    options = "".join(f"{name} = {value}\n" for name, value in tree.items())
    mirror.configure(f"{options}[tree.arch]\n{arch}\n")


def held(mirror, repo="core"):
    """The packages that the mirror shows."""
    return sorted(path.name for path in (mirror.checkout / repo / "os/x86_64").glob("*.pkg.tar.gz"))


class Pacman:
    """pacman with a root of its own."""

    def __init__(self, folder, server, repos=("core",), level="Never", key=None):
        self.folder = pathlib.Path(folder)
        for name in ("db", "cache", "gpg", "root", "hooks"):
            (self.folder / name).mkdir(parents=True, mode=0o700)
        sections = "".join(f"[{repo}]\nServer = {server.url}/tree/$repo/os/$arch\n" for repo in repos)
        (self.folder / "pacman.conf").write_text(
            f"[options]\nArchitecture = x86_64\nSigLevel = {level}\nCacheDir = {self.folder}/cache/\n"
            f"DBPath = {self.folder}/db/\nRootDir = {self.folder}/root/\nGPGDir = {self.folder}/gpg/\n"
            f"HookDir = {self.folder}/hooks/\nLogFile = {self.folder}/log\n{sections}")
        if key:
            subprocess.run(["gpg", "--homedir", self.folder / "gpg", "--batch", "--quiet", "--import", key.keyring],
                           check=True, capture_output=True, timeout=60)

    def run(self, *words):
        return subprocess.run([need("pacman"), "--config", self.folder / "pacman.conf", "--noconfirm", "--noprogressbar",
                               *map(str, words)], capture_output=True, text=True, timeout=120,
                              env={**os.environ, "LC_ALL": "C"})

    def good(self, *words):
        done = self.run(*words)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout

    def cache(self):
        return sorted(path.name for path in (self.folder / "cache").iterdir() if not path.name.endswith(".sig"))
