"""The lines that scripts/run prints download its release, as they stand there."""
import os
import pathlib
import shutil
import signal
import subprocess

from support.ports import free_port
from support.program import PROGRAM
from support.waiting import wait_for

ROOT = pathlib.Path(__file__).parents[3]


def test_the_printed_lines_download_the_release(tmp_path):
    """In a folder of its own, with the program that is there already in the place of the build."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "bin").mkdir()
    for name in ("run", "sample-tree"):
        shutil.copy(ROOT / "scripts" / name, tmp_path / "scripts" / name)
    for name, text in {"scripts/setup": "", "bin/cmake": ""}.items():
        (tmp_path / name).write_text("#!/bin/sh\n" + text)
        (tmp_path / name).chmod(0o755)
    (tmp_path / "build/release/bin").mkdir(parents=True)
    (tmp_path / "build/release/bin/mirrorseed").symlink_to(pathlib.Path(PROGRAM).resolve())
    env = {**os.environ, "PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "MIRRORSEED_PORT": str(free_port())}
    log = tmp_path / "log"
    with open(log, "wb") as out:
        run = subprocess.Popen([tmp_path / "scripts/run"], stdout=out, stderr=subprocess.STDOUT, env=env)
    try:
        wait_for(lambda: "Ctrl-C ends it" in log.read_text(), "what is printed", 60)
        wait_for(lambda: "serving on" in log.read_text() or run.poll() is not None, "the server", 20)
        lines = log.read_text().split("Download a release, which this mirror seeds:\n")[1].split("\n\n")[0]
        lines = [line.strip() for line in lines.splitlines()]
        assert [line.split()[0] for line in lines] == ["aria2c", "aria2c", "curl", "curl"]
        image = next((tmp_path / "var/upstream").rglob("*.iso"))
        for line in lines:
            client = subprocess.Popen(["bash", "-c", line.replace("transmission-cli", "timeout 60 transmission-cli -M")],
                                      cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            folder = tmp_path / "var" / line.rpartition("var/by-")[2].split()[0].join(["by-", ""])
            got = folder / image.name
            wait_for(lambda: got.exists() and got.read_bytes() == image.read_bytes(), line, 60)
            client.terminate()
            client.wait()
    finally:
        run.send_signal(signal.SIGTERM)
        run.wait(timeout=60)
