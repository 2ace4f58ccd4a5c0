"""An archive that reprepro keeps: its suites share a pool, in which it stores and removes packages by itself."""
import os
import subprocess

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

    def copy(self, to, origin, name):
        self.run("copy", to, origin, name)
