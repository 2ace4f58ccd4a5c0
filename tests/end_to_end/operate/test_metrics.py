"""What status and metrics tell, in each mode, and that the sample alerts fire on it."""
import json
import os
import re
import subprocess
import time

import pytest

from support.program import PROGRAM, ROOT, need
from support.slow_upstream import SlowUpstream
from support.waiting import wait_for


def metrics(server):
    status, _, body = server.get("/-/metrics")
    assert status == 200
    return dict(line.rsplit(" ", 1) for line in body.decode().splitlines() if not line.startswith("#"))


def of_tree(told, name, tree="tree"):
    return float(told[f'mirrorseed_tree_{name}{{tree="{tree}"}}'])


@pytest.mark.parametrize("mode", ["run", "serve"])
def test_all_is_told_in_each_mode(mirror, mode):
    mirror.write("a", "text")
    before = time.time()
    mirror.sync()
    server = mirror.keep() if mode == "run" else mirror.serve()
    server.get("/tree/a")
    told = metrics(server)
    assert of_tree(told, "generation") >= 1 and of_tree(told, "files") == 1 and of_tree(told, "bytes") == 4
    assert of_tree(told, "published_timestamp_seconds") >= int(before) - 1
    assert of_tree(told, "last_success_timestamp_seconds") >= int(before) - 1
    for name in ("held", "paused", "failing", "lag_seconds", "unfinished", "warnings"):
        assert of_tree(told, name) == 0, name
    assert told[f'mirrorseed_tree_upstream_info{{tree="tree",upstream="file://{mirror.upstream}/"}}'] == "1"
    assert float(told["mirrorseed_store_blobs"]) == 1 and float(told["mirrorseed_store_blob_bytes"]) == 4
    assert float(told["mirrorseed_store_free_bytes"]) > 0
    assert told["mirrorseed_keeper"] == ("1" if mode == "run" else "0")
    # A request counts when its answer has left, which its client may know before.
    wait_for(lambda: server.json("/-/status.json")["server"]["requests"] >= 2, "the count", 10)
    counts = server.json("/-/status.json")["server"]
    assert counts["connections"] >= 1 and counts["bytes_sent"] > 0
    if mode == "run":
        wait_for(lambda: mirror.json("status")["server"]["requests"] >= 3, "the keeper's hearing of it")


def test_jobs_are_told_by_a_server_beside_a_command(mirror):
    with SlowUpstream() as upstream:
        mirror.configure("", upstream.url)
        mirror.good("gc")
        server = mirror.serve()
        running = subprocess.Popen([PROGRAM, "-c", mirror.config, "-q", "sync"])
        assert upstream.is_asked.wait(20)
        told = metrics(server)
        assert (told["mirrorseed_jobs_running"], told["mirrorseed_keeper"]) == ("1", "0")
        assert server.json("/-/status.json")["queue"] == {"running": 1, "waiting": 0}
        upstream.may_give.set()
        assert running.wait(30) == 0
    assert metrics(server)["mirrorseed_jobs_running"] == "0"


def test_what_waits_is_told_by_a_keeper(mirror):
    with SlowUpstream() as upstream:
        mirror.configure('schedule = "manual"', upstream.url)
        keeper = mirror.keep()
        commands = [subprocess.Popen([PROGRAM, "-c", mirror.config, "-q", "sync", "tree"]) for _ in range(2)]
        assert upstream.is_asked.wait(20)
        wait_for(lambda: keeper.json("/-/status.json")["queue"] == {"running": 1, "waiting": 1}, "the second")
        assert metrics(keeper)["mirrorseed_jobs_waiting"] == "1"
        upstream.may_give.set()
        assert [command.wait(30) for command in commands] == [0, 0]


def test_an_upstreams_password_is_not_told(mirror):
    mirror.configure("", "http://user:secret@127.0.0.1:9/")
    mirror.run("sync")
    server = mirror.serve()
    assert "secret" not in server.get("/-/metrics")[2].decode()


def alerts_on(folder, told, hours):
    """Those that fire when what is told stays so for as long; Prometheus' own tool decides. "1 0": it was 1 before."""
    start, now = 3 * 86400, time.time()

    def then(name, value):
        # The tool's clock begins at 1970.
        is_time = "_timestamp_seconds" in name and float(value) > 0
        return float(value) - now + start if is_time else float(value)

    minutes = start // 60 + hours * 60
    rules = ROOT / "etc/prometheus/mirrorseed.rules.yml"
    alerts = re.findall(r"alert: (\w+)", rules.read_text())
    (folder / "test.yml").write_text(json.dumps({
        "rule_files": [str(rules)], "evaluation_interval": "5m",
        "tests": [{"interval": "5m",
                   "input_series": [{"series": name, "values": f"{then(name, value.split()[0])}x{start // 300 - 1} "
                                                                  f"{then(name, value.split()[-1])}x{hours * 12}"}
                                    for name, value in told.items()
                                    if re.match(r"mirrorseed_(tree|store|jobs|keeper)", name)],
                   "alert_rule_test": [{"eval_time": f"{minutes}m", "alertname": alert, "exp_alerts": []}
                                       for alert in alerts]}]}))
    done = subprocess.run([need("promtool"), "test", "rules", folder / "test.yml"], capture_output=True, text=True,
                          timeout=60)
    said = done.stdout + done.stderr
    fired = set(re.findall(r"alertname: ?(\w+)", said))
    assert done.returncode == (1 if fired else 0) and fired <= set(alerts), said
    return fired


def test_sample_alerts_fire_on_what_is_told(mirror, tmp_path):
    mirror.configure("max_delete = 0")
    mirror.write("a", "1")
    mirror.write("b", "1")
    mirror.sync()
    server = mirror.serve()
    usual = {name: value for name, value in metrics(server).items() if "store_free" not in name}
    assert alerts_on(tmp_path, usual, hours=1) == set()
    assert alerts_on(tmp_path, {**usual, "mirrorseed_store_free_bytes": "1e9"}, hours=1) == {"MirrorseedDiskFull"}
    assert alerts_on(tmp_path, {**usual, "mirrorseed_keeper": "1 0"}, hours=1) == {"MirrorseedKeeperGone"}
    # The time that passes is the clock's of the tool: nobody syncs for longer than two days.
    assert "MirrorseedNotSynced" in alerts_on(tmp_path, usual, hours=60)
    os.unlink(mirror.upstream / "a")
    mirror.sync(status=3)
    assert alerts_on(tmp_path, {name: value for name, value in metrics(server).items() if "store_free" not in name},
                     hours=3) == {"MirrorseedHeld"}
    mirror.configure("", "file:///none/such/")
    mirror.run("sync")
    told = {name: value for name, value in metrics(server).items() if "store_free" not in name}
    assert "MirrorseedFails" in alerts_on(tmp_path, told, hours=10)
