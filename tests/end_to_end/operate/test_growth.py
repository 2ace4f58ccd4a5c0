"""Manifests: old ones become differences, and no damaged file and no kill costs a generation that is kept."""
import os
import random
import shutil

import pytest

from support.kills import count_steps, kill_at, random_steps
from support.mirror import Mirror
from support.store import drop_log
from support.trees import contents_of, served

KEEPING = 'max_delete = "100%"\nkeep_generations = 50'


def publish(mirror, number):
    mirror.write(f"pool/a{number % 5}", f"content {number}", time=1_600_000_000 + number)
    if number % 3 == 0:
        mirror.write("secret", f"secret {number}", time=1_600_000_000 + number, mode=0o600)
    if number % 3 == 2:
        (mirror.upstream / "secret").unlink(missing_ok=True)
    return mirror.sync("tree")


def manifests_of(mirror):
    return mirror.store / "manifests/tree"


def full_ones(mirror):
    names = (path.name.removesuffix(".zst") for path in manifests_of(mirror).glob("*.zst"))
    return sorted(int(name) for name in names if name.isdigit())


def lose_catalogue(mirror):
    drop_log(mirror)
    (mirror.store / "catalogue.db").unlink()
    return mirror.run("recover")


def history_of(mirror, up_to=10_000):
    numbers = [row["generation"] for row in mirror.json("history", "tree") if row["generation"] <= up_to]
    return {number: mirror.json("diff", "tree", numbers[-1], number) for number in numbers[:-1]}


def test_old_manifests_become_differences_and_every_generation_comes_back(mirror):
    mirror.configure(KEEPING)
    for number in range(2000):
        mirror.write(f"steady/{number}", str(number))
    for number in range(40):
        assert publish(mirror, number)["outcome"] == "published"
    full = full_ones(mirror)
    assert full[-2:] == [39, 40] and len(full) <= 5, full
    assert all(after - before <= 17 for before, after in zip(full, full[1:])), full
    large = sum(path.stat().st_size for path in manifests_of(mirror).glob("*.zst"))
    assert large < 6 * (manifests_of(mirror) / "40.zst").stat().st_size
    before = history_of(mirror)
    assert lose_catalogue(mirror).returncode == 0
    assert history_of(mirror) == before
    mirror.good("rollback", "tree", 7)
    assert (mirror.checkout / "pool/a1").read_text() == "content 6"
    assert (mirror.checkout / "pool/a2").read_text() == "content 2"


def test_private_manifests_and_differences_are_read_by_the_owner_alone(mirror):
    mirror.configure(KEEPING)
    for number in range(6):
        publish(mirror, number)
    private = list(manifests_of(mirror).glob("*.private.zst"))
    assert {path.name for path in private} >= {"4-5.private.zst", "3-4.private.zst"}
    assert {path.stat().st_mode & 0o777 for path in private} == {0o600}


@pytest.mark.parametrize("count", [1, 2, 5])
def test_no_one_damaged_manifest_file_costs_the_published_generation(mirror, count):
    mirror.configure(KEEPING)
    for number in range(count):
        publish(mirror, number)
    wanted = contents_of(mirror.checkout)
    for path in sorted(manifests_of(mirror).iterdir()):
        good = path.read_bytes()
        for damage in (good[:len(good) // 2], b""):
            path.write_bytes(damage)
            done = lose_catalogue(mirror)
            newest = mirror.json("history", "tree")[0]["generation"]
            assert newest == count, (path.name, done.stderr)
            server = mirror.serve()
            served_now = {name: server.get(f"/tree/{name}")[0] for name in ("pool/a0", "secret")}
            server.stop()
            assert served_now["pool/a0"] == 200 and served_now["secret"] != 200, path.name
            assert contents_of(mirror.checkout) == wanted, path.name
            for aside in manifests_of(mirror).glob("*.damaged"):
                os.rename(aside, str(aside).removesuffix(".damaged"))
            path.write_bytes(good)


def test_what_is_damaged_of_the_newest_is_not_served_and_is_written_again(mirror):
    mirror.configure(KEEPING)
    for number in range(3):
        publish(mirror, number)
    newest = manifests_of(mirror) / "3.zst"
    good = newest.read_bytes()
    newest.write_bytes(b"rubbish")
    done = lose_catalogue(mirror)
    assert done.returncode == 0 and "3.zst" in done.stderr, done.stderr
    server = mirror.serve()
    assert server.get("/-/trees/tree/manifest")[0] == 503
    assert mirror.sync()["outcome"] == "unchanged"
    assert newest.read_bytes() == good == server.get("/-/trees/tree/manifest")[2]


def test_killed_anywhere_every_generation_can_be_rebuilt(mirror):
    """The catalogue is lost right after each kill, so that the manifests alone must do."""
    mirror.configure(KEEPING)
    for number in range(4):
        publish(mirror, number)
    probe = Mirror(mirror.folder / "probe")
    shutil.copytree(mirror.upstream, probe.upstream, dirs_exist_ok=True)
    probe.configure(KEEPING)
    for number in range(4):
        publish(probe, number)
    probe.write("pool/a4", "content 4", time=1_600_000_004)
    counts = {step: count for step, count in count_steps(probe, "sync", "tree").items()
              if step in ("write", "renameat", "unlinkat", "fsync", "fdatasync", "openat2")}
    killed = 0
    for number, (step, when) in enumerate(random_steps(counts, random.Random(23), 30), start=4):
        before = history_of(mirror)
        newest = mirror.json("history", "tree")[0]["generation"]
        mirror.write(f"pool/a{number % 5}", f"content {number}", time=1_600_000_000 + number)
        if number % 4 == 0:
            mirror.write("secret", f"secret {number}", time=1_600_000_000 + number, mode=0o600)
        killed += kill_at(mirror, step, when, "sync", "tree")
        where = f"killed at {step} number {when}"
        done = lose_catalogue(mirror)
        assert done.returncode == 0, (where, done.stderr)
        assert history_of(mirror, newest) == before, where
        assert mirror.sync("tree")["outcome"] in ("published", "unchanged"), where
        full = full_ones(mirror)
        assert full[-2:] == [mirror.json("history", "tree")[0]["generation"] - 1 + n for n in (0, 1)], (where, full)
        assert not list(manifests_of(mirror).glob("*.new")), where
    assert killed >= 15, f"only {killed} runs were killed"
    server = mirror.serve()
    shown = contents_of(mirror.upstream)
    shown.pop("secret", None)
    assert served(server) == shown
