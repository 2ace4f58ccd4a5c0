"""Kills of the program, at any of its system calls that change a store."""
import signal
import subprocess

from support.program import PROGRAM

# System calls after which a kill leaves the store in another state than before.
STEPS = ("openat2", "write", "pwrite64", "renameat2", "renameat", "linkat", "unlinkat", "mkdirat", "symlinkat",
         "fdatasync", "fsync", "syncfs", "utimensat", "fchmod", "fchmodat", "ftruncate")


def count_steps(mirror, *command):
    """How often a whole run makes each of the system calls."""
    log = mirror.folder / "steps"
    done = subprocess.run(["strace", "-f", "-c", "-U", "calls,name", "-e", "trace=" + ",".join(STEPS), "-o", log,
                           PROGRAM, "-c", mirror.config, *command], capture_output=True, text=True, timeout=120)
    assert done.returncode in (0, 3), done.stderr
    counts = {}
    for line in log.read_text().splitlines():
        words = line.split()
        if len(words) == 2 and words[1] in STEPS:
            counts[words[1]] = int(words[0])
    return counts


def kill_at(mirror, step, number, *command, slow=None):
    """Runs the command and kills it with the number-th call of one kind. True when it got that far. `slow` is a
    call, and how many microseconds each of that kind takes longer."""
    call, time = slow or (step, 0)
    delay = ["-e", f"inject={call}:delay_exit={time}"] if slow else []
    done = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", f"trace={step},{call}", *delay, "-e",
                           f"inject={step}:signal=SIGKILL:when={number}", PROGRAM, "-c", mirror.config, *command],
                          capture_output=True, text=True, timeout=120)
    return done.returncode == -signal.SIGKILL


def random_steps(counts, random_numbers, how_many):
    """Kinds of calls evenly, so that the rare ones, a rename or a sync, are not drowned by the many writes."""
    kinds = sorted(counts)
    for _ in range(how_many):
        step = random_numbers.choice(kinds)
        yield step, random_numbers.randint(1, counts[step])
