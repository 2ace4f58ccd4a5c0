"""What readers of an rsync mirror see while runs are killed and while the upstream changes."""
import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import threading
import time

from support.mirror import OLD
from support.trees import tree_of


def index_of(version, names):
    """Names every file of a version with its checksum."""
    return f"version {version}\n" + "".join(f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\n" for name in names)


def write_version(mirror, version, files=40):
    """A third comes and goes with each version; a file's content is its name, which says in which versions it is."""
    names = [f"pool/{number % 5}/stays-{number}" for number in range(files)]
    names += [f"pool/{number % 5}/of-{version}-{number}" for number in range(files // 2)]
    fresh = mirror.folder / f"fresh{version}"
    for name in names:
        path = fresh / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
        os.utime(path, (OLD, OLD))
    (fresh / "dists").mkdir()
    (fresh / "dists/SHA256SUMS").write_text(index_of(version, names))
    os.utime(fresh / "dists/SHA256SUMS", (OLD + version, OLD + version))
    old = mirror.folder / f"old{version}"
    mirror.upstream.rename(old)
    fresh.rename(mirror.upstream)
    shutil.rmtree(old)


def version_and_names(index):
    lines = index.splitlines()
    return int(lines[0].split()[1]), [line.split("  ")[1] for line in lines[1:]]


class Reader:
    """Reads what an index names, all the while, from the checkout and over HTTP. `wrong` tells what was not there."""

    def __init__(self, mirror, server):
        self.mirror, self.server = mirror, server
        self.wrong, self.passes, self.over = [], 0, threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.over.is_set() and not self.wrong:
            try:
                self.look("checkout", lambda name: (self.mirror.checkout / name).read_text())
                self.look("HTTP", self.get)
            except Exception as error:  # whatever it is, the test must hear of it
                self.wrong.append(repr(error))
            self.passes += 1

    def get(self, name):
        status, _, body = self.server.get(f"/tree/{name}")
        if status != 200:
            raise FileNotFoundError(f"{name}: {status}")
        return body.decode()

    def look(self, where, read):
        index = read("dists/SHA256SUMS")
        version, names = version_and_names(index)
        for name in names:
            try:
                good = read(name) == name
            except FileNotFoundError:
                good = False
            # Only as long as the index is there may what it names be asked for.
            if not good and read("dists/SHA256SUMS") == index:
                self.wrong.append(f"{where}: {name} of version {version}")
                return

    def stop(self):
        self.over.set()
        self.thread.join()


def test_kills_at_any_moment_take_nothing_from_readers(mirror):
    write_version(mirror, 0)
    mirror.configure('rate_limit = "8 MiB/s"')
    mirror.daemon()
    mirror.sync()
    reader = Reader(mirror, mirror.serve())
    dice, killed = random.Random(2026), 0
    try:
        write_version(mirror, 1)
        started = time.monotonic()
        mirror.sync()
        usual = time.monotonic() - started
        for version in range(2, 22):
            write_version(mirror, version)
            process = mirror.begin()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=dice.uniform(0, usual * 1.1))
            process.kill()
            process.communicate()
            killed += process.returncode == -signal.SIGKILL
            index = reader.get("dists/SHA256SUMS")
            assert version_and_names(index)[0] in (version - 1, version), f"killed run {version}"
            if version % 3 == 0:
                assert mirror.sync()["outcome"] in ("published", "unchanged")
                assert tree_of(mirror.checkout) == tree_of(mirror.upstream), f"after killed run {version}"
            else:  # two killed runs in a row
                version_now = version_and_names(reader.get("dists/SHA256SUMS"))[0]
                if version_now != version:
                    mirror.sync()
            assert reader.wrong == [], f"killed run {version}"
    finally:
        reader.stop()
    assert reader.wrong == [] and reader.passes > 5 and killed >= 8, (reader.passes, killed)
    assert mirror.json("verify")["damaged"] == []


class Writer:
    """Renames whole folders and rewrites files with their checksums, all the while."""

    def __init__(self, mirror):
        self.mirror, self.turn, self.over = mirror, 0, threading.Event()
        self.write_all()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def pair(self, folder, number):
        content = f"{folder} {number} {self.turn} " * 2000
        at = self.mirror.upstream / folder
        at.mkdir(exist_ok=True)
        sum_of = hashlib.sha256(content.encode()).hexdigest() + "  file\n"
        for name, text in (("file", content), ("file.sha256", sum_of)):
            fresh = at / f".{name}.fresh"
            fresh.write_text(text)
            os.utime(fresh, (OLD + self.turn, OLD + self.turn))
            fresh.rename(at / name)

    def write_all(self):
        for number in range(30):
            self.pair(f"folder{number}", number)

    def run(self):
        dice = random.Random(5)
        while not self.over.is_set():
            self.turn += 1
            number = dice.randrange(30)
            self.pair(f"folder{number}", number)
            if self.turn % 10 == 0:
                folder = self.mirror.upstream / f"folder{number}"
                folder.rename(folder.with_name("elsewhere"))
                (folder.with_name("elsewhere")).rename(folder)
            time.sleep(0.01)

    def stop(self):
        self.over.set()
        self.thread.join()


def torn_pairs(checkout):
    """Folders whose file is none that was ever written. That file and checksum go together is for checksum sets."""
    torn = []
    for folder in checkout.iterdir():
        content = (folder / "file").read_text()
        words = content.split(" ")
        if content != f"{words[0]} {words[1]} {words[2]} " * 2000 or words[0] != folder.name:
            torn.append(folder.name)
    return torn


def mixed_pairs(checkout):
    return [folder.name for folder in checkout.iterdir()
            if hashlib.sha256((folder / "file").read_bytes()).hexdigest() != (folder / "file.sha256").read_text()[:64]]


def test_a_tree_that_changes_all_the_while_is_published_whole_or_not_at_all(mirror):
    mirror.configure('exclude = [".*.fresh"]')
    writer = Writer(mirror)
    mirror.daemon()
    outcomes = []
    try:
        for _ in range(6):
            before = tree_of(mirror.checkout) if mirror.checkout.exists() else None
            done = mirror.run("sync", "--json")
            report = json.loads(done.stdout)
            outcomes.append(report["outcome"])
            assert done.returncode in (0, 1, 3), done.stderr
            if report["outcome"] == "published":
                assert torn_pairs(mirror.checkout) == []
                assert len(list(mirror.checkout.iterdir())) == 30
            elif before is not None:
                assert tree_of(mirror.checkout) == before
    finally:
        writer.stop()
    assert mirror.sync()["outcome"] in ("published", "unchanged")
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert mixed_pairs(mirror.checkout) == []
    assert mirror.json("verify")["damaged"] == []
