"""Ways in which a mirror could come to harm, one test each."""
import hashlib
import json
import os
import signal
import subprocess
import time

from support.disks import on_small_disk
from support.people import as_nobody
from support.program import PROGRAM, run_program
from support.store import blob_of, blobs_in, drop_log
from support.trees import tree_of
from support.waiting import wait_for


def test_an_emptied_or_an_old_catalogue_frees_and_overwrites_nothing(mirror):
    mirror.write("f", "one")
    mirror.sync()
    old = (mirror.store / "catalogue.db").read_bytes()
    mirror.write("f", "two, longer")
    mirror.sync()
    before = blobs_in(mirror)
    for catalogue in (b"", old):
        drop_log(mirror)
        (mirror.store / "catalogue.db").write_bytes(catalogue)
        for command in ("gc", "sync"):
            done = mirror.run(command)
            assert done.returncode == 1 and "mirrorseed recover" in done.stderr, (command, done.stderr)
        assert blobs_in(mirror) == before
        mirror.good("recover")
        assert [row["generation"] for row in mirror.json("history", "tree")] == [2, 1]
    mirror.good("gc")
    assert blobs_in(mirror) == before


def test_what_a_damaged_manifest_named_is_not_freed(mirror):
    mirror.write("f", "one")
    mirror.sync()
    manifest = mirror.store / "manifests/tree/1.zst"
    manifest.write_bytes(manifest.read_bytes()[:-5])
    (mirror.store / "catalogue.db").unlink()
    done = mirror.run("recover")
    assert done.returncode == 3 and "1.zst" in done.stderr
    done = mirror.run("gc")
    assert done.returncode == 1 and "damaged" in done.stderr
    assert len(blobs_in(mirror)) == 1
    assert mirror.sync()["outcome"] == "published"
    for file in (mirror.store / "manifests/tree").glob("*.damaged"):
        file.unlink()
    mirror.good("gc")
    assert mirror.json("verify")["damaged"] == []


def test_times_beyond_all_bounds_do_no_harm(mirror):
    mirror.write("f", "x")
    for name, when in (("late", 9_100_000_000), ("early", -9_100_000_000), ("later", 9_223_372_036)):
        mirror.write(name, name)
        subprocess.run(["touch", "-d", f"@{when}", mirror.upstream / name], check=True)
    mirror.sync()
    assert mirror.sync()["outcome"] == "unchanged"
    (mirror.store / "catalogue.db").unlink()
    mirror.good("recover")
    assert mirror.sync()["outcome"] == "unchanged"


def test_files_that_vanish_during_a_sync_count_as_deletions(mirror):
    for number in range(40):
        mirror.write(f"f{number}", f"content {number}")
    mirror.sync()
    for number in range(40):
        mirror.write(f"f{number}", f"new content {number}")
    mirror.write("a-large-file", b"\0" * (96 << 20))
    syncing = subprocess.Popen([PROGRAM, "-c", mirror.config, "sync", "--json"], stdout=subprocess.PIPE, text=True)
    staging = mirror.store / "staging/tree"
    wait_for(lambda: syncing.poll() is not None or any(staging.iterdir()), "fetching")
    for number in range(40):
        (mirror.upstream / f"f{number}").unlink()
    report = json.loads(syncing.communicate(timeout=60)[0])
    assert syncing.returncode == 3 and report["outcome"] == "held", report
    assert "max_delete" in report["held_reason"]
    assert len(tree_of(mirror.checkout)) == 40


def test_a_rebuilt_catalogue_remembers_a_pause(mirror):
    mirror.write("f", "one")
    mirror.sync()
    mirror.write("f", "two, longer")
    mirror.sync()
    mirror.json("rollback", "tree")
    drop_log(mirror)
    (mirror.store / "catalogue.db").unlink()
    keeper = mirror.keep()
    assert keeper.get("/tree/f")[2] == b"one"
    assert mirror.json("gc")["freed"]["files"] == 0  # has waited for whatever the keeper does at start
    assert keeper.get("/tree/f")[2] == b"one" and mirror.json("status")["trees"][0]["paused"]


def test_a_damaged_blob_is_replaced_when_its_content_comes_again(mirror):
    mirror.write("f", "content", time=1_600_000_000)
    mirror.sync()
    blob = blob_of(mirror, b"content")
    blob.write_text("CONTENT")
    mirror.json("verify", status=3)
    mirror.write("f", "content", time=1_600_000_001)
    assert mirror.sync()["outcome"] == "published"
    assert blob.read_text() == "content" == (mirror.checkout / "f").read_text()
    assert mirror.json("verify")["damaged"] == []


def test_a_withdrawal_that_was_cut_off_is_completed_by_the_next(mirror):
    mirror.write("d/f", "secret")
    mirror.write("other", "x")
    mirror.sync()
    digest = hashlib.sha256(b"secret").hexdigest()
    killed = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", "trace=fdatasync", "-e",
                             "inject=fdatasync:signal=SIGKILL:when=8", PROGRAM, "-c", mirror.config, "withdraw",
                             digest], timeout=60)
    assert killed.returncode == -signal.SIGKILL
    mirror.good("withdraw", digest)
    assert not (mirror.checkout / "d/f").exists() and not blob_of(mirror, b"secret").exists()
    assert mirror.sync()["outcome"] in ("published", "unchanged")
    assert not (mirror.checkout / "d/f").exists()


def test_a_tree_may_have_any_name(mirror):
    mirror.write("f", "x")
    mirror.config.write_text(mirror.config.read_text().replace('name = "tree"', 'name = "withdrawn"'))
    assert mirror.sync()["outcome"] == "published"
    mirror.good("withdraw", hashlib.sha256(b"x").hexdigest())
    assert not (mirror.store / "trees/withdrawn/f").exists()


def test_a_job_whose_asker_left_while_it_waited_is_not_done(mirror):
    mirror.configure('schedule = "manual"')
    mirror.write("f", "one")
    mirror.sync()
    mirror.write("f", "two, longer")
    mirror.sync()
    plain = mirror.folder / "plain"
    plain.mkdir()
    with open(plain / "large", "wb") as file:
        file.truncate(3 << 30)
    keeper = mirror.keep()
    first = subprocess.Popen([PROGRAM, "-c", mirror.config, "adopt", "tree", plain], stderr=subprocess.DEVNULL)
    wait_for(lambda: "adopt begins" in keeper.read_log(), "adopting")
    second = subprocess.Popen([PROGRAM, "-c", mirror.config, "rollback", "tree"], stderr=subprocess.DEVNULL)
    time.sleep(1)
    second.send_signal(signal.SIGINT)
    assert second.wait(timeout=20) == 1
    time.sleep(1)
    first.send_signal(signal.SIGINT)
    first.wait(timeout=20)
    wait_for(lambda: keeper.read_log().count(" ends ") >= 2, "both jobs' ends")
    assert [row["generation"] for row in mirror.json("history", "tree")] == [2, 1]


def test_a_keeper_stops_soon_although_a_command_waits_for_its_job(mirror):
    mirror.configure('schedule = "manual"')
    plain = mirror.folder / "plain"
    plain.mkdir()
    with open(plain / "large", "wb") as file:
        file.truncate(20 << 30)
    keeper = mirror.keep()
    asker = subprocess.Popen([PROGRAM, "-c", mirror.config, "adopt", "tree", plain], stderr=subprocess.PIPE, text=True)
    wait_for(lambda: "adopt begins" in keeper.read_log(), "adopting")
    begun = time.monotonic()
    assert keeper.stop() == 0 and time.monotonic() - begun < 10
    assert asker.wait(timeout=20) == 1 and "stopp" in asker.stderr.read()
    asker.stderr.close()


def test_a_log_that_cannot_be_opened_again_ends_nothing(mirror):
    mirror.write("f", "x")
    logs = mirror.folder / "logs"
    logs.mkdir()
    mirror.config.write_text(mirror.config.read_text() + f'\n[log]\nfile = "{logs}/log"\n')
    keeper = subprocess.Popen([PROGRAM, "-c", mirror.config, "run"], start_new_session=True)
    try:
        wait_for(lambda: (logs / "log").exists() and "sync ends" in (logs / "log").read_text(), "the first sync")
        os.rename(logs, mirror.folder / "moved")
        (mirror.folder / "logs").write_text("no folder")
        keeper.send_signal(signal.SIGHUP)
        assert mirror.sync()["outcome"] == "unchanged"  # answered by the keeper, which is still there
        assert keeper.poll() is None
    finally:
        keeper.send_signal(signal.SIGTERM)
        assert keeper.wait(timeout=60) == 0


def test_an_unwritable_folder_of_the_upstream_blocks_nobody(mirror):
    for parent in (mirror.folder, *mirror.folder.parents):
        if str(parent).startswith("/tmp/"):
            parent.chmod(0o777 if parent == mirror.folder else 0o755)
    mirror.write("d/f", "x")
    os.chmod(mirror.upstream / "d", 0o555)
    run = lambda: run_program("-c", mirror.config, "sync", "--json", prefix=as_nobody())
    assert run().returncode == 0
    os.chmod(mirror.upstream / "d", 0o755)
    mirror.write("d/g", "y")
    os.chmod(mirror.upstream / "d", 0o555)
    done = run()
    assert done.returncode == 0, done.stderr
    assert (mirror.checkout / "d/g").read_text() == "y"


def test_nobody_else_may_write_to_what_is_stored_and_shown(mirror):
    mirror.write("f", "x", mode=0o666)
    mirror.write("d/g", "y", mode=0o777)
    os.chmod(mirror.upstream / "d", 0o777)
    mirror.sync()
    for at, folders, files in os.walk(mirror.store):
        for name in folders + files:
            if not name.startswith("catalogue"):
                assert os.lstat(os.path.join(at, name)).st_mode & 0o022 == 0, name


def test_an_embargoed_folder_is_closed_in_the_checkout_too(mirror):
    mirror.write("next/release", "x")
    os.chmod(mirror.upstream / "next", 0o700)
    mirror.sync()
    assert os.stat(mirror.checkout / "next").st_mode & 0o077 == 0


def test_folders_keep_their_times_in_the_checkout(mirror):
    mirror.write("d/f", "one")
    mirror.write("d/e/g", "x")
    for folder in ("d/e", "d"):
        os.utime(mirror.upstream / folder, (1_500_000_000, 1_500_000_000))
    mirror.sync()
    (mirror.upstream / "d/f").write_text("two, longer")
    os.utime(mirror.upstream / "d", (1_500_000_000, 1_500_000_000))
    mirror.sync()
    assert os.stat(mirror.checkout / "d").st_mtime == 1_500_000_000


def test_a_selection_brings_no_empty_folders(mirror):
    mirror.write("a/b/f", "x")
    mirror.write("c/d/e/g", "x")
    mirror.configure('include = ["a/**"]')
    mirror.sync()
    assert set(tree_of(mirror.checkout)) == {b"a", b"a/b", b"a/b/f"}


def test_deep_folders_need_no_more_descriptors(mirror):
    deep = "/".join(["d"] * 900)
    mirror.write(deep + "/f", "x")
    done = run_program("-c", mirror.config, "sync", prefix=["prlimit", "--nofile=128"])
    assert done.returncode == 0, done.stderr[-300:]
    assert (mirror.checkout / deep / "f").read_text() == "x"


def test_a_full_disk_can_be_served_from_and_cleaned(mirror):
    mirror.store = mirror.folder / "disk/store"
    mirror.configure('keep_generations = 1\nhistory = "0s"\ngrace = "0"')
    mirror.write("f", os.urandom(3 << 20))
    assert on_small_disk(mirror, 200 << 20, "sync", disk="256m").returncode == 0
    mirror.write("f", os.urandom(3 << 20))
    assert on_small_disk(mirror, 200 << 20, "sync", disk="256m").returncode == 0
    assert on_small_disk(mirror, 0, "status", disk="256m").returncode == 0
    done = on_small_disk(mirror, 0, "gc", "--json", disk="256m")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["freed"] == {"files": 1, "bytes": 3 << 20}


def test_a_file_system_that_gives_no_more_names_gets_copies(mirror):
    mirror.write("f", "content")
    mirror.write("d/g", "other")
    done = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", "trace=linkat", "-e", "inject=linkat:error=EMLINK",
                           PROGRAM, "-c", mirror.config, "sync"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert tree_of(mirror.checkout) == tree_of(mirror.upstream)
    assert os.stat(mirror.checkout / "f").st_nlink == 1
    assert mirror.sync()["outcome"] == "unchanged"


def test_adopting_across_file_systems_is_refused_with_what_to_do(mirror):
    plain = mirror.folder / "plain"
    plain.mkdir()
    (plain / "f").write_text("x")
    done = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", "trace=linkat", "-e", "inject=linkat:error=EXDEV",
                           PROGRAM, "-c", mirror.config, "adopt", "tree", plain], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 1 and "another file system" in done.stderr and "file://" in done.stderr
    assert mirror.run("history", "tree").returncode == 1
