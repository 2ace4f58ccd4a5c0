"""dnf with a root of its own, so that it neither reads nor changes the machine's."""
import pathlib
import subprocess

from support.program import need


class Dnf:
    """`repos`: lines for each repository besides its name, such as baseurl=..."""

    def __init__(self, folder, repos, architecture="x86_64"):
        self.folder = pathlib.Path(folder)
        for name in ("root", "repos", "cache", "persist", "log", "home", "down", "vars", "plugins"):
            (self.folder / name).mkdir(parents=True)
        for name, lines in repos.items():
            (self.folder / f"repos/{name}.repo").write_text(f"[{name}]\nname={name}\nenabled=1\ngpgcheck=0\n{lines}\n")
        settings = {"reposdir": "repos", "cachedir": "cache", "persistdir": "persist", "logdir": "log", "varsdir": "vars",
                    "pluginpath": "plugins", "pluginconfpath": "plugins"}
        (self.folder / "dnf.conf").write_text(
            "[main]\nplugins=0\nretries=1\nskip_if_unavailable=0\nzchunk=0\nkeepcache=1\nmetadata_expire=0\n"
            f"ignorearch=1\nlog_size=0\n" + "".join(f"{key}={folder}/{place}\n" for key, place in settings.items()))
        self.architecture = architecture

    def run(self, *words):
        command = [need("dnf"), "-y", "-c", self.folder / "dnf.conf", "--installroot", self.folder / "root", "--releasever", "1",
                   "--forcearch", self.architecture, *words]
        return subprocess.run([str(word) for word in command], cwd=self.folder, capture_output=True, text=True, timeout=120,
                              env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(self.folder / "home"), "LC_ALL": "C.UTF-8"})

    def good(self, *words):
        done = self.run(*words)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout

    def download(self, *names):
        """The names of the packages that installing these would take, which have come."""
        self.good("install", "--downloadonly", f"--downloaddir={self.folder}/down", *names)
        return sorted(path.name for path in (self.folder / "down").glob("*.rpm"))
