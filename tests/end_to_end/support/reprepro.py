"""An archive that reprepro keeps: its suites share a pool, in which it stores and removes packages by itself."""
import os
import subprocess

from support.debian_archive import run
from support.program import need


class Reprepro:
    """`root` is what an upstream serves; `archive` builds packages, in a place that nobody serves."""

    def __init__(self, root, folder, archive, suites):
        self.root, self.folder, self.archive = root, folder, archive
        (folder / "conf").mkdir(parents=True)
        (folder / "conf/distributions").write_text("\n".join(
            f"Origin: example\nLabel: example\nSuite: {suite}\nCodename: {codename}\nArchitectures: amd64 source\n"
            f"Components: main contrib\nUDebComponents: main\nDescription: a sample\nSignWith: yes\n"
            for codename, suite in suites.items()))

    def run(self, *words):
        done = subprocess.run([need("reprepro"), "--silent", "--basedir", str(self.folder), "--outdir", str(self.root),
                               *map(str, words)], capture_output=True, text=True, timeout=120,
                              env={**os.environ, "GNUPGHOME": str(self.archive.key.home)})
        assert done.returncode == 0, (words, done.stdout, done.stderr)

    def include(self, suite, name, version="1.0", **fields):
        path = self.archive.root / self.archive.package(name, version, priority="optional", **fields)
        self.run("includedeb", suite, path)

    def include_source(self, suite, name, version="1.0"):
        folder = self.folder / "sources" / f"{name}-{version}"
        (folder / "debian/source").mkdir(parents=True)
        (folder / "debian/source/format").write_text("3.0 (native)\n")
        (folder / "debian/control").write_text(f"Source: {name}\nMaintainer: none <none@example.org>\n\n"
                                               f"Package: {name}\nArchitecture: any\nDescription: a sample\n of {name}\n")
        (folder / "debian/changelog").write_text(f"{name} ({version}) rock; urgency=low\n\n  * A sample.\n\n"
                                                 " -- none <none@example.org>  Sat, 07 Oct 2023 09:57:16 +0000\n")
        run(need("dpkg-source"), "--build", folder.name, cwd=folder.parent)
        self.run("--section", "misc", "--priority", "optional", "includedsc", suite, folder.parent / f"{name}_{version}.dsc")

    def copy(self, to, origin, name):
        self.run("copy", to, origin, name)
