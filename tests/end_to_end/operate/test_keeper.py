"""`run`: keeper and server, commands that reach them, and neither taking the other down."""
import os
import pathlib
import signal
import subprocess
import time

from support.program import PROGRAM
from support.waiting import wait_for


def server_pid(mirror):
    return int((mirror.store / "server.pid").read_text().split()[0])


def alive(pid):
    try:
        return "State:\tZ" not in pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_run_syncs_at_start_and_serves(mirror):
    mirror.write("f", "hello")
    keeper = mirror.keep()
    wait_for(lambda: keeper.get("/tree/f")[2] == b"hello", "the first sync")
    assert keeper.get("/-/health")[0] == 200
    # The file is served as soon as it is published; the job that published it ends a little later.
    wait_for(lambda: keeper.json("/-/status.json")["trees"][0]["state"] == "idle", "the job's end")
    assert keeper.json("/-/status.json")["started"] > 0
    assert keeper.stop() == 0
    assert not (mirror.store / "control.sock").exists()


def test_commands_reach_the_running_keeper(mirror):
    mirror.configure('max_delete = "100%"\nschedule = "manual"')
    mirror.write("f", "one")
    keeper = mirror.keep()
    assert mirror.sync()["outcome"] == "published"
    mirror.write("f", "two, longer")
    assert mirror.sync()["generation"] == 2
    assert keeper.get("/tree/f")[2] == b"two, longer"
    assert mirror.json("rollback", "tree")["generation"] == 3
    assert keeper.get("/tree/f")[2] == b"one"
    assert mirror.json("verify")["checked"]["files"] == 2 and mirror.json("gc")["freed"]["files"] == 0
    done = mirror.run("sync", "unknown")
    assert done.returncode == 2 and "unknown" in done.stderr
    done = mirror.run("rollback", "tree", 77)
    assert done.returncode == 1 and "no generation 77" in done.stderr
    assert mirror.run("recover").returncode == 1  # the keeper holds the lock
    assert len(mirror.json("history", "tree")) == 3
    assert mirror.json("diff", "tree", 1, 2)["changed"] == ["f"]


def test_the_server_is_started_again_when_it_falls(mirror):
    mirror.write("f", "x")
    keeper = mirror.keep()
    wait_for(lambda: keeper.get("/tree/f")[0] == 200, "the first sync")
    first = server_pid(mirror)
    keeper.log = b""
    os.kill(first, signal.SIGKILL)
    keeper.url = wait_for(keeper._listening, "a new server")
    assert server_pid(mirror) != first and keeper.get("/tree/f")[0] == 200
    assert mirror.sync()["outcome"] == "unchanged"


def test_the_server_outlives_its_keeper_and_the_next_keeper_takes_over(mirror):
    mirror.write("f", "x")
    keeper = mirror.keep()
    wait_for(lambda: keeper.get("/tree/f")[0] == 200, "the first sync")
    left = server_pid(mirror)
    keeper.process.kill()
    keeper.process.wait()
    assert keeper.get("/tree/f")[2] == b"x"
    assert mirror.sync()["outcome"] == "unchanged"  # nobody holds the lock, so it runs here
    following = mirror.keep()
    assert not alive(left)
    wait_for(lambda: following.get("/tree/f")[0] == 200, "the new server")


def test_a_paused_tree_stays_as_it_is_over_a_restart(mirror):
    mirror.write("f", "one")
    mirror.sync()
    mirror.write("f", "two, longer")
    mirror.sync()
    mirror.json("rollback", "tree")
    keeper = mirror.keep()
    assert keeper.get("/tree/f")[2] == b"one"
    assert mirror.json("verify")["damaged"] == []  # has waited behind whatever the keeper did at start
    assert keeper.get("/tree/f")[2] == b"one"
    assert mirror.sync("tree")["outcome"] == "published"
    assert keeper.get("/tree/f")[2] == b"two, longer"


def test_an_asker_that_goes_away_stops_its_job(mirror):
    mirror.configure('schedule = "manual"')
    mirror.write("f", "x")
    plain = mirror.folder / "plain"
    plain.mkdir()
    with open(plain / "large", "wb") as file:
        file.truncate(20 << 30)  # holes, which take long to hash and no room
    keeper = mirror.keep()
    asker = subprocess.Popen([PROGRAM, "-c", mirror.config, "adopt", "tree", plain], stderr=subprocess.PIPE, text=True)
    wait_for(lambda: "adopt begins" in keeper.read_log(), "adopting")
    wait_for(lambda: (mirror.json("status")["trees"][0]["progress"] or {}).get("phase") == "fetch", "progress")
    asker.send_signal(signal.SIGINT)
    assert asker.wait(timeout=20) == 1 and "stopped" in asker.stderr.read()
    asker.stderr.close()
    wait_for(lambda: "adopt ends" in keeper.read_log(), "the job's end")
    assert mirror.sync()["outcome"] == "published" and keeper.get("/tree/f")[0] == 200


def test_stopping_ends_a_running_job_soon(mirror):
    for number in range(6000):
        mirror.write(f"{number % 40}/f{number}", os.urandom(30_000))
    keeper = mirror.keep()
    wait_for(lambda: (mirror.store / "staging/tree").exists(), "fetching")
    begun = time.monotonic()
    assert keeper.stop() == 0 and time.monotonic() - begun < 15
    assert mirror.sync()["outcome"] in ("published", "unchanged")


def test_a_config_with_faults_leaves_the_keeper_as_it_was(mirror):
    mirror.write("f", "x")
    keeper = mirror.keep()
    wait_for(lambda: keeper.get("/tree/f")[0] == 200, "the first sync")
    good = mirror.config.read_text()
    mirror.config.write_text(good + "\n[nonsense]\n")
    keeper.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "stays as it was" in keeper.read_log(), "the refusal")
    mirror.config.write_text(good.replace('name = "tree"', 'name = "other"'))
    keeper.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "again" in keeper.read_log(), "the new config")
    assert mirror.sync()["tree"] == "other"
    assert keeper.get("/tree/f")[0] == 200


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
    mirror.write("f", "the third")
    second = subprocess.Popen([PROGRAM, "-c", mirror.config, "sync"], stderr=subprocess.DEVNULL)
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
