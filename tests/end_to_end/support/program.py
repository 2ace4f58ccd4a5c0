"""The program under test, and others that tests need."""
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROGRAM = os.environ.get("MIRRORSEED", str(ROOT / "build/release/bin/mirrorseed"))
LIMIT = 120  # seconds; no command of these tests takes nearly as long


def run_program(*arguments, cwd=None, env=None, timeout=LIMIT, prefix=(), text=True):
    return subprocess.run([*prefix, PROGRAM, *map(str, arguments)], cwd=cwd, env=env, timeout=timeout,
                          capture_output=True, text=text)


def need(program):
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    assert found, f"{program} is missing; scripts/setup --tests installs it"
    return found
