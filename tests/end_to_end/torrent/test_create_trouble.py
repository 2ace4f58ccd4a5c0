"""`torrent create` while files change, disks fill, runs are killed, and memory and open files are few."""
import os
import pathlib
import random
import subprocess
import time

import pytest

from support.program import PROGRAM, run_program
from support.torrents import FORMATS
from support.waiting import wait_for


def harms(path):
    return {"shrinks": lambda: os.truncate(path, 100_000), "grows": lambda: os.truncate(path, 2_000_000),
            "is emptied": lambda: os.truncate(path, 0),
            "is written to": lambda: path.open("r+b").write(b"y"),
            "is replaced": lambda: (path.with_name("new").write_bytes(path.read_bytes()),
                                    os.replace(path.with_name("new"), path))}


@pytest.mark.parametrize("harm", list(harms(pathlib.Path())))
@pytest.mark.parametrize("form", FORMATS)
def test_a_file_that_changes_while_it_is_hashed_is_an_error(tmp_path, harm, form):
    path = tmp_path / "rel" / "x"
    path.parent.mkdir()
    path.write_bytes(bytes(1_000_000))
    out, log = tmp_path / "out.torrent", tmp_path / "log"
    # The first look at the file's pages takes a second; what happens meanwhile must be seen.
    process = subprocess.Popen(
        ["strace", "-f", "-qq", "-o", log, "-e", "trace=preadv2", "-e", "inject=preadv2:delay_exit=1000000:when=1",
         PROGRAM, "torrent", "create", path.parent, "-o", out, "--format", form, "--threads", "1"],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    wait_for(lambda: log.exists() and "preadv2" in log.read_text(), "the first read")
    harms(path)[harm]()
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 1, said
    assert "rel/x" in said and ("changed while it was read" in said or "became shorter" in said), said
    assert not out.exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["log", "rel"]


def test_an_output_that_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "x").write_bytes(b"x")
    prefix = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "-e",
              "inject=fdatasync:error=ENOSPC"]
    done = run_program("torrent", "create", "x", cwd=tmp_path, prefix=prefix)
    assert done.returncode == 1 and "No space left" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_ctrl_c_ends_it_soon_and_leaves_nothing(tmp_path):
    path = tmp_path / "x"
    with path.open("wb") as file:
        file.truncate(200 << 30)  # all holes
    process = subprocess.Popen([PROGRAM, "torrent", "create", "x"], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(0.5)
        process.send_signal(2)
        said = process.communicate(timeout=20)[1]
    finally:
        process.kill()
    assert process.returncode == 1, said
    assert said.endswith("mirrorseed: stopped; no torrent of x was written\n")  # behind what tells of progress
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_what_a_killed_run_left_behind_is_in_nobodys_way(tmp_path):
    (tmp_path / "x").write_bytes(b"x")
    done = subprocess.run(["sh", "-c", f"echo left > .mirrorseed.$$.new; exec '{PROGRAM}' torrent create x -q"],
                          cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert [p.read_text() for p in tmp_path.glob(".mirrorseed.*")] == ["left\n"]
    assert (tmp_path / "x.torrent").exists()


def test_no_file_takes_the_place_of_a_closed_stream(tmp_path):
    with (tmp_path / "x").open("wb") as file:
        file.truncate(200 << 30)
    process = subprocess.Popen(["sh", "-c", f"exec '{PROGRAM}' torrent create x <&- >&- 2>&-"], cwd=tmp_path)

    def opened(number):
        try:
            return os.readlink(f"/proc/{process.pid}/fd/{number}")
        except FileNotFoundError:  # closed again meanwhile
            return None

    try:
        wait_for(lambda: str(tmp_path / "x") in map(opened, range(20)), "reading")
        assert [opened(stream) for stream in range(3)] == ["/dev/null"] * 3
    finally:
        process.send_signal(2)
        assert process.wait(timeout=20) == 1


def most_memory(*arguments, cwd):
    """Of a run of the program, in MiB. A process between it and us, as a child starts with its parent's."""
    script = """import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
status, usage = os.wait4(child, 0)[1:]
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)"""
    done = subprocess.run(["/usr/bin/python3", "-c", script, PROGRAM, "torrent", "create", *map(str, arguments)],
                          cwd=cwd, capture_output=True, text=True, timeout=100)
    status, kilobytes = done.stdout.splitlines()[-1].split()
    assert status == "0", done.stderr
    return int(kilobytes) / 1024


@pytest.mark.parametrize("threads", [8, 32, 1000])
def test_memory_does_not_grow_with_what_the_cache_holds_in_one_piece(tmp_path, threads):
    path = tmp_path / "x"
    with path.open("wb") as file:
        for _ in range(256):
            file.write(random.randbytes(1 << 20))
        file.flush()
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    path.read_bytes()  # read ahead, it comes back in large pages
    for form in FORMATS:
        assert most_memory("x", "-o", form, "--format", form, "--threads", threads, "-q", cwd=tmp_path) < 64
    assert most_memory("x", "-o", "long", "--format", "v2", "--threads", threads, "--piece-length", "8MiB", "-q",
                       cwd=tmp_path) < 64


def test_threads_share_few_open_files(tmp_path):
    rel = tmp_path / "rel"
    rel.mkdir()
    for number in range(48):
        (rel / str(number)).touch()
        os.truncate(rel / str(number), 4_000_000 + number)
    for form in FORMATS:
        made = [run_program("torrent", "create", "rel", "-o", "-", "--format", form, "--threads", threads,
                            "--date", "none", "-q", "--piece-length", "4MiB", cwd=tmp_path, text=False,
                            prefix=["prlimit", "--nofile=30"]) for threads in [1, 64]]
        assert [done.returncode for done in made] == [0, 0], made[1].stderr
        assert made[0].stdout == made[1].stdout
