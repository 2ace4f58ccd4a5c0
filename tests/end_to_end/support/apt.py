"""apt-get with a root of its own, so that it neither reads nor changes the machine's."""
import os
import pathlib
import subprocess

from support.program import need


class Apt:
    def __init__(self, folder, sources, architecture="amd64", options=()):
        self.folder = pathlib.Path(folder)
        for name in ("state/lists/partial", "cache/archives/partial", "etc/apt.conf.d", "etc/preferences.d", "down"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "etc/sources.list").write_text(sources)
        (self.folder / "status").touch()
        self.options = [f"Dir::State={folder}/state", f"Dir::State::status={folder}/status", f"Dir::Cache={folder}/cache",
                        f"Dir::Etc={folder}/etc", f"Dir::Etc::sourcelist={folder}/etc/sources.list",
                        "Dir::Etc::sourceparts=-", "Dir::Etc::trusted=-", "Dir::Etc::trustedparts=-",
                        "APT::Sandbox::User=root", "Acquire::http::Pipeline-Depth=10",
                        f"APT::Architecture={architecture}", f"APT::Architectures={architecture}", "Acquire::Retries=0",
                        "Acquire::Languages=en", *options]

    def run(self, *words, tool="apt-get"):
        command = [need(tool), *(part for option in self.options for part in ("-o", option)), *map(str, words)]
        return subprocess.run(command, cwd=self.folder / "down", capture_output=True, text=True, timeout=120,
                              env={**os.environ, "LC_ALL": "C"})

    def get(self, *words):
        """What it says, and it has nothing to complain of."""
        done = self.run(*words)
        assert done.returncode == 0 and "\nErr:" not in done.stdout and "\nW:" not in "\n" + done.stderr, (
            words, done.stdout, done.stderr)
        return done.stdout

    def lists(self):
        """The names of the indices that it has."""
        return sorted(path.name for path in (self.folder / "state/lists").iterdir() if path.is_file())
